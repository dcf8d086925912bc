"""`auth-provider: {name: oidc}`, which client-go still reads (plugin/pkg/client/auth/oidc)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable

from quarterdeck.kubeconfig.entries import RawProvider
from quarterdeck.kubeconfig.files import MAX_SECRET_BYTES, read_bounded
from quarterdeck.model.target import Oidc


def oidc_of(provider: RawProvider, resolve: Callable[[str], str]) -> Oidc:
    """Reads the issuer's CA file, if there is one. Raises ValueError with the rest of a sentence."""
    if provider.name != "oidc":
        raise ValueError(
            f"is {provider.name!r}; only oidc is left of these, the others became exec plugins"
            " (gke-gcloud-auth-plugin, kubelogin)"
        )
    config = dict(provider.config)
    for name in ("idp-issuer-url", "client-id"):
        if not config.get(name):
            raise ValueError(f"has no {name}")
    ca_data: bytes | None = None
    if inline := config.get("idp-certificate-authority-data"):
        try:
            ca_data = base64.b64decode(inline, validate=True)
        except (binascii.Error, ValueError):
            raise ValueError("has idp-certificate-authority-data that is not base64") from None
    elif path := resolve(config.get("idp-certificate-authority", "")):
        try:
            ca_data = read_bounded(path, MAX_SECRET_BYTES)
        except (OSError, ValueError):
            raise ValueError(f"names idp-certificate-authority {path}, which cannot be read") from None
    return Oidc(
        issuer=config["idp-issuer-url"],
        client_id=config["client-id"],
        client_secret=config.get("client-secret", ""),
        id_token=config.get("id-token", ""),
        refresh_token=config.get("refresh-token", ""),
        ca_data=ca_data,
    )
