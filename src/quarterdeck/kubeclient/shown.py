"""The certificate that a server shows, for an error that names it: OpenSSL drops the one it does not trust."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable

from cryptography import x509

from quarterdeck.model.errors import ClusterError, TlsError

_SECONDS = 3.0
_NAMES_SHOWN = 6

DialUnverified = Callable[[Callable[[], asyncio.Protocol], ssl.SSLContext], Awaitable[asyncio.Transport]]


async def explained(error: TlsError, dial: DialUnverified) -> TlsError:
    """`error` with the issuer, end or names of the certificate, read over a second connection on which nothing but
    the handshake is said. The same error if that does not work within 3 s."""
    if error.reason not in ("untrusted", "expired", "hostname", "not_yet_valid"):
        return error
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        async with asyncio.timeout(_SECONDS):
            transport = await dial(asyncio.Protocol, context)
            try:
                shown = transport.get_extra_info("ssl_object").getpeercert(binary_form=True)
            finally:
                transport.abort()
        certificate = x509.load_der_x509_certificate(shown)
        note = _note(error.reason, certificate)
    except (TimeoutError, ClusterError, ValueError, TypeError):
        return error
    return TlsError(error.reason, f"{error.message} {note}", advice=error.advice)


def _note(reason: str, certificate: x509.Certificate) -> str:
    if reason == "expired":
        return f"It ended on {certificate.not_valid_after_utc:%Y-%m-%d %H:%M} UTC."
    if reason == "not_yet_valid":
        return f"It begins on {certificate.not_valid_before_utc:%Y-%m-%d %H:%M} UTC."
    if reason == "hostname":
        names = _names(certificate)
        return f"It is for {', '.join(names[:_NAMES_SHOWN])}{' and others' if len(names) > _NAMES_SHOWN else ''}."
    return f"It was issued by {certificate.issuer.rfc4514_string()[:200]}."


def _names(certificate: x509.Certificate) -> list[str]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ["no name at all"]
    return [*names.get_values_for_type(x509.DNSName), *map(str, names.get_values_for_type(x509.IPAddress))]
