"""What went wrong in TLS, by OpenSSL's codes (openssl-verify(1), RFC 8446 section 6)."""

from __future__ import annotations

import ssl

from quarterdeck.model.errors import ClusterError, ConnectError, TlsError

_EXPIRED = {10, 12}
_NOT_YET = {9, 11}
_HOSTNAME = {62, 63, 64}

_NOT_TLS = (
    "WRONG_VERSION_NUMBER",
    "HTTP_REQUEST",
    "PACKET_LENGTH_TOO_LONG",
    "RECORD_LAYER_FAILURE",
    "UNKNOWN_PROTOCOL",
)
_OURS_REFUSED = (
    "ALERT_CERTIFICATE_REQUIRED",
    "ALERT_BAD_CERTIFICATE",
    "ALERT_UNKNOWN_CA",
    "ALERT_CERTIFICATE_EXPIRED",
    "ALERT_CERTIFICATE_REVOKED",
    "ALERT_CERTIFICATE_UNKNOWN",
    "ALERT_UNSUPPORTED_CERTIFICATE",
    "ALERT_ACCESS_DENIED",
    "ALERT_DECRYPT_ERROR",
)
_TRUST_ADVICE = (
    "Check certificate-authority-data in the kubeconfig: the cluster's CA may have changed, "
    "or something in between (a proxy) shows a certificate of its own."
)


def from_ssl(error: BaseException, peer: str, stage: str) -> ClusterError:
    if isinstance(error, ssl.SSLCertVerificationError):
        return _verification(error, peer)
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return ConnectError(
            "reset",
            f"{peer} cut the connection while {stage}.",
            advice="Something in between (load balancer, proxy, VPN) may drop connections.",
        )
    text = " ".join(str(part) for part in (getattr(error, "reason", "") or "", *error.args)).upper().replace(" ", "_")
    if any(mark in text for mark in _OURS_REFUSED):
        return TlsError(
            "client_certificate_refused",
            f"{peer} refused our client certificate.",
            advice="It may have expired or belong to another cluster: get a new one, check the user in the kubeconfig.",
        )
    if any(mark in text for mark in _NOT_TLS):
        return TlsError(
            "not_tls",
            f"{peer} does not speak TLS.",
            advice="The server may be plain HTTP (http:// in server), or the port may belong to something else.",
        )
    return TlsError(
        "handshake",
        f"The TLS handshake with {peer} failed.",
        advice="The server may offer only old protocols or ciphers, or need a name (tls-server-name) to answer to.",
    )


def _verification(error: ssl.SSLCertVerificationError, peer: str) -> TlsError:
    code = getattr(error, "verify_code", 0)
    if code in _EXPIRED:
        return TlsError(
            "expired",
            f"The certificate of {peer} has expired.",
            advice="Renew the server's certificate (kubeadm certs renew), and check the clock of this machine.",
        )
    if code in _NOT_YET:
        return TlsError(
            "not_yet_valid", f"The certificate of {peer} is not valid yet.", advice="Check the clock of this machine."
        )
    if code in _HOSTNAME:
        return TlsError(
            "hostname",
            f"The certificate of {peer} is for another name.",
            advice="Set tls-server-name in the kubeconfig to a name of the certificate, or use such a name as server.",
        )
    return TlsError(
        "untrusted", f"The certificate of {peer} is not signed by a trusted authority.", advice=_TRUST_ADVICE
    )
