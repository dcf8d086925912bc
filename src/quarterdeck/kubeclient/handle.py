"""What an operation holds of a runtime: it refuses further use from the moment its epoch is revoked."""

from __future__ import annotations

from quarterdeck.kubeclient.protocol import ClusterClient
from quarterdeck.model.errors import RefusedError


class Handle:
    """`client` raises RefusedError once revoked."""

    def __init__(self, epoch: int, client: ClusterClient) -> None:
        self.epoch = epoch
        self._client: ClusterClient | None = client

    @property
    def client(self) -> ClusterClient:
        if self._client is None:
            raise RefusedError("This cluster was closed.")
        return self._client

    @property
    def revoked(self) -> bool:
        return self._client is None

    def revoke(self) -> None:
        self._client = None
