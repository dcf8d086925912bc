"""A context, its cluster and its user into a Target, as clientcmd's DirectClientConfig does, with its validation."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

import msgspec

from quarterdeck.kubeconfig.entries import RawCluster, RawContext, RawExec, RawProvider, RawUser
from quarterdeck.kubeconfig.files import MAX_SECRET_BYTES, read_bounded
from quarterdeck.kubeconfig.locate import absolute
from quarterdeck.kubeconfig.merge import Merged
from quarterdeck.kubeconfig.provider import oidc_of
from quarterdeck.kubeconfig.proxy import proxy_from_environment
from quarterdeck.model.errors import ConfigError
from quarterdeck.model.target import Auth, ClusterId, ExecPlugin, Impersonation, Oidc, Source, Target, key_of

EXEC_VERSIONS: Final = ("client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1")
"""client-go 1.37 knows no others (plugin/pkg/client/auth/exec)."""
_MODES: Final = ("Never", "IfAvailable", "Always")


class Entry:
    """Where an entry stands, for errors and for relative paths."""

    def __init__(self, path: str, line: int) -> None:
        self.path = absolute(path)
        self.line = line

    def wrong(self, reason: str, message: str, advice: str = "", line: int = 0) -> ConfigError:
        return ConfigError(reason, message, file=self.path, line=line or self.line, advice=advice)

    def resolve(self, reference: str) -> str:
        """ResolveLocalPaths: relative to the file's folder."""
        if not reference or os.path.isabs(reference):  # noqa: PTH117 - a string in, a string out
            return reference
        return os.path.normpath(Path(self.path).parent / reference)


def resolve(merged: Merged, name: str, cluster_id: ClusterId, environment: Mapping[str, str]) -> Target:
    """The context `name` of `merged`. Reads the CA file, and nothing else. Raises ConfigError with file and line."""
    path, context = merged.contexts[name]
    at = Entry(path, context.line)
    if context.mistake is not None:
        raise at.wrong("invalid", _sentence(context.mistake.message), line=context.mistake.line)
    cluster_path, cluster = _cluster_of(merged, context, at)
    cluster_at = Entry(cluster_path, cluster.line)
    server, basic = _server(cluster, cluster_at)
    proxy, from_environment = _proxy(cluster, cluster_at, server, environment)
    user_at, user = _user_of(merged, context, at)
    secure = server.startswith("https://")
    auth = _auth(user, user_at, secure)
    if auth.exec_plugin is not None and cluster.exec_config:
        plugin = msgspec.structs.replace(auth.exec_plugin, cluster_config=cluster.exec_config)
        auth = msgspec.structs.replace(auth, exec_plugin=plugin)
    if basic and not (auth.token or auth.token_file or auth.username or auth.exec_plugin or auth.oidc):
        auth = Auth(auth.user, username=basic[0], password=basic[1], impersonate=auth.impersonate)
    return Target(
        id=cluster_id,
        key=key_of(cluster_id),
        context=name,
        cluster=context.cluster,
        server=server,
        source=Source(at.path, at.line),
        namespace=context.namespace,
        ca_data=_authority(cluster, cluster_at) if secure else None,
        insecure=cluster.insecure and secure,
        server_name=cluster.tls_server_name if secure else "",
        proxy_url=proxy,
        proxy_from_environment=from_environment,
        disable_compression=cluster.disable_compression,
        auth=auth,
    )


def authority_files(merged: Merged) -> set[str]:
    """The CA files that the clusters of `merged` name."""
    clusters = merged.clusters.values()
    return {Entry(path, 0).resolve(cluster.ca_file) for path, cluster in clusters if cluster.ca_file}


def _sentence(message: str) -> str:
    return f"{message[:1].upper()}{message[1:]}."


def _cluster_of(merged: Merged, context: RawContext, at: Entry) -> tuple[str, RawCluster]:
    if not context.cluster:
        raise at.wrong("no_cluster", f"Context {context.name!r} names no cluster.")
    found = merged.clusters.get(context.cluster)
    if found is None:
        raise at.wrong(
            "unknown_cluster",
            f"Context {context.name!r} names cluster {context.cluster!r}, which is not there.",
            "Add the cluster to the kubeconfig, or name another one in the context.",
        )
    path, cluster = found
    if cluster.mistake is not None:
        raise Entry(path, cluster.line).wrong("invalid", _sentence(cluster.mistake.message), line=cluster.mistake.line)
    return found


def _user_of(merged: Merged, context: RawContext, at: Entry) -> tuple[Entry, RawUser]:
    """A context without a user is anonymous."""
    if not context.user:
        return at, RawUser("", context.line)
    found = merged.users.get(context.user)
    if found is None:
        raise at.wrong(
            "unknown_user",
            f"Context {context.name!r} names user {context.user!r}, who is not there.",
            "Add the user to the kubeconfig, or name another one in the context.",
        )
    path, user = found
    user_at = Entry(path, user.line)
    if user.mistake is not None:
        raise user_at.wrong("invalid", _sentence(user.mistake.message), line=user.mistake.line)
    return user_at, user


def split_server(server: str) -> SplitResult:
    """Raises ValueError if it is no URL and no host:port, which means plain HTTP (rest.DefaultServerURL)."""
    url = urlsplit(server)
    if url.scheme not in ("http", "https") or not url.netloc:
        url = urlsplit(f"http://{server}")
        if url.path not in ("", "/"):
            raise ValueError("neither a URL nor host:port")
    if not url.hostname or (url.port is not None and not 0 < url.port < 65536):
        raise ValueError("no host, or no usable port")
    return url


def shown_server(server: str) -> str:
    """For people: without user and password."""
    try:
        url = urlsplit(server)
    except ValueError:
        return ""
    return urlunsplit((url.scheme, url.netloc.rpartition("@")[2], url.path, "", ""))


def _server(cluster: RawCluster, at: Entry) -> tuple[str, tuple[str, str] | None]:
    """(URL without user, query and trailing slash; basic credentials out of the URL, as Go's client takes them)."""
    if not cluster.server:
        raise at.wrong("no_server", f"Cluster {cluster.name!r} has no server.")
    try:
        url = split_server(cluster.server)
    except ValueError:
        raise at.wrong(
            "bad_server", f"The server of cluster {cluster.name!r} is no URL.", "It looks like https://host:6443."
        ) from None
    basic = (unquote(url.username or ""), unquote(url.password or "")) if "@" in url.netloc else None
    host = url.netloc.rpartition("@")[2]
    return urlunsplit((url.scheme, host, url.path.rstrip("/"), "", "")), basic


def _proxy(cluster: RawCluster, at: Entry, server: str, environment: Mapping[str, str]) -> tuple[str, bool]:
    if not cluster.proxy_url:
        proxy = proxy_from_environment(server, environment)
        return proxy, bool(proxy)
    try:
        url = urlsplit(cluster.proxy_url)
        valid = url.scheme in ("http", "https", "socks5") and bool(url.hostname) and url.port != 0
    except ValueError:
        valid = False
    if not valid:
        raise at.wrong(
            "bad_proxy",
            f"The proxy-url of cluster {cluster.name!r} is no URL of an http, https or socks5 proxy.",
        )
    return cluster.proxy_url, False


def _authority(cluster: RawCluster, at: Entry) -> bytes | None:
    if cluster.ca_data and cluster.ca_file:
        raise at.wrong(
            "ambiguous", f"Cluster {cluster.name!r} has certificate-authority and certificate-authority-data.",
            "Keep one of them: kubectl refuses both.",
        )  # fmt: skip
    if cluster.insecure and (cluster.ca_data or cluster.ca_file):
        raise at.wrong(
            "ambiguous", f"Cluster {cluster.name!r} has a certificate authority and insecure-skip-tls-verify.",
            "Keep one of them: kubectl refuses both.",
        )  # fmt: skip
    if not cluster.ca_file:
        return cluster.ca_data or None
    path = at.resolve(cluster.ca_file)
    try:
        return read_bounded(path, MAX_SECRET_BYTES) or None
    except (OSError, ValueError) as error:
        what = (error.strerror or "").lower() if isinstance(error, OSError) else f"it {error}"
        raise at.wrong("ca_file", f"The certificate authority {path} cannot be read: {what}.") from None


def _auth(user: RawUser, at: Entry, secure: bool) -> Auth:
    """validateAuthInfo and getUserIdentificationPartialConfig. Over plain HTTP clientcmd sends no credentials."""
    _check_methods(user, at)
    impersonate = (
        Impersonation(user.act_as, user.act_as_uid, user.act_as_groups, user.act_as_extra) if user.act_as else None
    )
    # Checked in any case: kubectl refuses a wrong one over plain HTTP too.
    plugin = _plugin(user, user.exec_plugin, at) if user.exec_plugin else None
    oidc = _oidc(user, user.provider, at) if user.provider else None
    if not secure:
        return Auth(user.name, impersonate=impersonate)
    has_certificate = bool(user.certificate_file or user.certificate_data)
    return Auth(
        user=user.name,
        client_certificate_data=user.certificate_data or None,
        client_certificate_file=at.resolve(user.certificate_file),
        client_key_data=(user.key_data or None) if has_certificate else None,
        client_key_file=at.resolve(user.key_file) if has_certificate else "",
        token=user.token,
        token_file=at.resolve(user.token_file),
        username=user.username,
        password=user.password,
        exec_plugin=plugin,
        oidc=oidc,
        impersonate=impersonate,
    )


def _check_methods(user: RawUser, at: Entry) -> None:
    name = repr(user.name)
    if (user.token or user.token_file) and (user.username or user.password):
        raise at.wrong("ambiguous", f"User {name} has a token and a password.", "Keep one of them.")
    if user.certificate_file or user.certificate_data:
        if user.certificate_file and user.certificate_data:
            raise at.wrong("ambiguous", f"User {name} has client-certificate and client-certificate-data.")
        if user.key_file and user.key_data:
            raise at.wrong("ambiguous", f"User {name} has client-key and client-key-data.")
        if not user.key_file and not user.key_data:
            raise at.wrong("no_key", f"User {name} has a client certificate but no key.")
    if user.exec_plugin and user.provider:
        raise at.wrong("ambiguous", f"User {name} has exec and auth-provider.", "Keep one of them.")
    if (user.act_as_uid or user.act_as_groups or user.act_as_extra) and not user.act_as:
        raise at.wrong("no_act_as", f"User {name} impersonates a uid, groups or extra values, but no user (as).")


def _plugin(user: RawUser, plugin: RawExec, at: Entry) -> ExecPlugin:
    name = repr(user.name)
    if not plugin.command:
        raise at.wrong("bad_exec", f"The exec plugin of user {name} has no command.")
    if plugin.api_version not in EXEC_VERSIONS:
        known = " and ".join(EXEC_VERSIONS)
        raise at.wrong(
            "bad_exec", f"The exec plugin of user {name} has apiVersion {plugin.api_version!r}; {known} are known."
        )
    if any(not variable or "=" in variable or "\0" in variable + value for variable, value in plugin.env):
        raise at.wrong("bad_exec", f"The exec plugin of user {name} has a variable without a usable name.")
    if any("\0" in word for word in (plugin.command, *plugin.args)):
        raise at.wrong("bad_exec", f"The exec plugin of user {name} has a word that no command line can hold.")
    if plugin.interactive_mode not in _MODES:
        raise at.wrong(
            "bad_exec", f"The exec plugin of user {name} needs interactiveMode to be one of {', '.join(_MODES)}."
        )
    # Only what holds a separator is a path (GetAuthInfoFileReferences).
    command = at.resolve(plugin.command) if os.sep in plugin.command else plugin.command
    return ExecPlugin(
        api_version=plugin.api_version,
        command=command,
        args=plugin.args,
        env=plugin.env,
        install_hint=plugin.install_hint,
        interactive_mode=plugin.interactive_mode,
        provide_cluster_info=plugin.provide_cluster_info,
        directory=str(Path(at.path).parent),
    )


def _oidc(user: RawUser, provider: RawProvider, at: Entry) -> Oidc:
    try:
        return oidc_of(provider, at.resolve)
    except ValueError as error:
        raise at.wrong("bad_auth_provider", f"The auth-provider of user {user.name!r} {error}.") from None
