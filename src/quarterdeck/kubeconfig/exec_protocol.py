"""The words between us and a credential plugin: ExecCredential of client.authentication.k8s.io (v1, v1beta1)."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import msgspec

from quarterdeck.kubeconfig.document import Budget, DocumentError, parse, plain
from quarterdeck.model.credentials import ClientCertificate
from quarterdeck.model.target import Target


class Secret(msgspec.Struct, frozen=True):
    """What proves who we are: a bearer token, a certificate, or both. `expires_at` is wall clock, None if unknown."""

    token: str = ""
    certificate: ClientCertificate | None = None
    expires_at: float | None = None

    def __repr__(self) -> str:
        return "Secret(...)"


class BadAnswerError(Exception):
    """The plugin's answer cannot be used; the message never quotes it."""


def exec_info(target: Target) -> str:
    """KUBERNETES_EXEC_INFO. Never interactive: standard input is not ours to give."""
    plugin = target.auth.exec_plugin
    assert plugin is not None
    spec: dict[str, object] = {"interactive": False}
    if plugin.provide_cluster_info:
        spec["cluster"] = cluster_info(target)
    return msgspec.json.encode({"kind": "ExecCredential", "apiVersion": plugin.api_version, "spec": spec}).decode()


def cluster_info(target: Target) -> dict[str, object]:
    """spec.cluster, as rest.ConfigToExecCluster makes it: a proxy of the environment is not told."""
    info: dict[str, object] = {"server": target.server}
    if target.server_name:
        info["tls-server-name"] = target.server_name
    if target.insecure:
        info["insecure-skip-tls-verify"] = True
    if target.ca_data:
        info["certificate-authority-data"] = base64.b64encode(target.ca_data).decode()
    if target.proxy_url and not target.proxy_from_environment:
        info["proxy-url"] = target.proxy_url
    if target.disable_compression:
        info["disable-compression"] = True
    plugin = target.auth.exec_plugin
    # client-go writes the raw extension, and null where there is none.
    info["config"] = msgspec.Raw(plugin.cluster_config if plugin and plugin.cluster_config else b"null")
    return info


class _Status(msgspec.Struct):
    token: str | None = None
    clientCertificateData: str | None = None  # noqa: N815 - the API's name
    clientKeyData: str | None = None  # noqa: N815 - the API's name
    expirationTimestamp: str | None = None  # noqa: N815 - the API's name


class _Answer(msgspec.Struct):
    kind: str = ""
    apiVersion: str = ""  # noqa: N815 - the API's name
    status: _Status | None = None


def read_answer(stdout: bytes, api_version: str) -> Secret:
    """Raises BadAnswerError in the cases in which client-go refuses the answer."""
    answer = _decode(stdout)
    if answer.kind != "ExecCredential":
        raise BadAnswerError("it printed something else than an ExecCredential")
    if answer.apiVersion != api_version:
        raise BadAnswerError(f"it is configured for {api_version} but answered in another version")
    status = answer.status
    if status is None:
        raise BadAnswerError("its answer has no status")
    certificate, key = status.clientCertificateData or "", status.clientKeyData or ""
    if not (status.token or certificate or key):
        raise BadAnswerError("its answer has neither a token nor a certificate")
    if bool(certificate) != bool(key):
        raise BadAnswerError("its answer has a certificate or a key, but not both")
    token = status.token or ""
    if not token.isprintable():
        raise BadAnswerError("its token holds characters that no HTTP header may hold")
    pair = ClientCertificate(certificate.encode(), key.encode()) if certificate else None
    return Secret(token, pair, _timestamp(status.expirationTimestamp))


def _decode(stdout: bytes) -> _Answer:
    if not stdout.strip():
        raise BadAnswerError("it printed nothing")
    try:
        return msgspec.json.decode(stdout, type=_Answer)
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    # client-go's decoder takes YAML, too.
    try:
        node = parse(stdout)
        return msgspec.convert(plain(node, Budget(1_000)) if node is not None else None, _Answer)
    except (DocumentError, msgspec.ValidationError):
        raise BadAnswerError("it printed something else than an ExecCredential") from None


def _timestamp(text: str | None) -> float | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadAnswerError("its expirationTimestamp is no RFC 3339 time") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
