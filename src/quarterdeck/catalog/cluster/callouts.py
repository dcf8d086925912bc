"""Whom the API server itself calls, for admission, conversion or a group of its API: a service, or a URL."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from functools import lru_cache

import msgspec
from cryptography import x509

from quarterdeck.catalog.kinds import Whole

_USUAL_PORT = 443
_BLANK = "Cg=="
"""What charts ship until somebody puts the bundle in: a line break."""


class Service(msgspec.Struct, gc=False):
    namespace: str | None = None
    name: str | None = None
    path: str | None = None
    port: Whole | None = None

    @property
    def named(self) -> str:
        """`kube-system/metrics-server`."""
        return f"{self.namespace or ''}/{self.name or ''}"

    @property
    def address(self) -> str:
        """`shop/hooks:8443/validate`; the port where it is not the usual one."""
        port = f":{self.port}" if self.port not in (None, _USUAL_PORT) else ""
        path = f"/{self.path.removeprefix('/')}" if self.path else ""
        return f"{self.named}{port}{path}"


class Client(msgspec.Struct, gc=False):
    url: str | None = None
    service: Service | None = None
    bundle: str | None = msgspec.field(default=None, name="caBundle")

    @property
    def address(self) -> str:
        return self.service.address if self.service is not None else self.url or ""

    @property
    def has_bundle(self) -> bool:
        return bundled(self.bundle)

    @property
    def trusts_nobody(self) -> bool:
        """Nobody signs for a service but the cluster's own people; a URL may do with the roots of the system."""
        return self.service is not None and not self.has_bundle


def bundled(bundle: str | None) -> bool:
    return bool(bundle) and bundle != _BLANK


@lru_cache(maxsize=512)
def expiry(bundle: str | None) -> int | None:
    """When the last certificate of a bundle ends, in seconds since the epoch: while one is taken for another, both are
    in it. None for what is no bundle of certificates."""
    if not bundled(bundle):
        return None
    try:
        found = x509.load_pem_x509_certificates(base64.b64decode(bundle or "", validate=True))
    except ValueError:
        return None
    return max((int(one.not_valid_after_utc.timestamp()) for one in found), default=None)


def first_expiry(bundles: Iterable[str | None]) -> int | None:
    return min((at for bundle in bundles if (at := expiry(bundle)) is not None), default=None)
