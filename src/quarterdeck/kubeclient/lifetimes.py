"""Until when the certificates of a connection hold: the server's own, and the one that we show."""

from __future__ import annotations

from functools import lru_cache

import msgspec
from cryptography import x509


class Lifetimes(msgspec.Struct, frozen=True):
    """Seconds since the epoch; None where there is no such certificate, or nobody connected yet."""

    server: int | None = None
    own: int | None = None


@lru_cache(maxsize=512)
def ends(certificate: bytes | None) -> int | None:
    """Of a certificate in DER, or of the first in PEM."""
    if not certificate:
        return None
    try:
        if b"-----BEGIN" in certificate:
            found = x509.load_pem_x509_certificates(certificate)[0]
        else:
            found = x509.load_der_x509_certificate(certificate)
    except ValueError:
        return None
    return int(found.not_valid_after_utc.timestamp())
