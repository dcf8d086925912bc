"""What one kubeconfig file says, entry by entry, each with its line and its own mistake.

The fields are those of k8s.io/client-go/tools/clientcmd/api/v1. kubectl refuses a whole file for one wrong field;
here the entry alone is refused, so that the others stay usable.
"""

from __future__ import annotations

import base64
import binascii
from typing import Final

import msgspec

from quarterdeck.kubeconfig.document import Budget, DocumentError, Mapping, Node, Scalar, Sequence, fields, plain

EXEC_EXTENSION: Final = "client.authentication.k8s.io/exec"
"""The cluster extension that is passed to plugins (ExecCredential spec.cluster.config)."""

_MAX_JSON_STEPS: Final = 10_000
"""Nodes of one extension, which ends in an environment variable."""


class Mistake(msgspec.Struct, frozen=True):
    message: str
    line: int


class RawExec(msgspec.Struct, frozen=True):
    command: str = ""
    args: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    api_version: str = ""
    install_hint: str = ""
    provide_cluster_info: bool = False
    interactive_mode: str = ""


class RawProvider(msgspec.Struct, frozen=True):
    name: str = ""
    config: tuple[tuple[str, str], ...] = ()


class RawContext(msgspec.Struct, frozen=True):
    name: str
    line: int
    cluster: str = ""
    user: str = ""
    namespace: str = ""
    mistake: Mistake | None = None


class RawCluster(msgspec.Struct, frozen=True):
    name: str
    line: int
    server: str = ""
    tls_server_name: str = ""
    insecure: bool = False
    ca_file: str = ""
    ca_data: bytes = b""
    proxy_url: str = ""
    disable_compression: bool = False
    exec_config: bytes = b""
    mistake: Mistake | None = None


class RawUser(msgspec.Struct, frozen=True):
    name: str
    line: int
    certificate_file: str = ""
    certificate_data: bytes = b""
    key_file: str = ""
    key_data: bytes = b""
    token: str = ""
    token_file: str = ""
    username: str = ""
    password: str = ""
    act_as: str = ""
    act_as_uid: str = ""
    act_as_groups: tuple[str, ...] = ()
    act_as_extra: tuple[tuple[str, tuple[str, ...]], ...] = ()
    provider: RawProvider | None = None
    exec_plugin: RawExec | None = None
    mistake: Mistake | None = None

    def __repr__(self) -> str:
        return f"RawUser({self.name!r})"


class Entries(msgspec.Struct, frozen=True):
    """`mistakes` are of entries that have no usable name, so that nothing can refer to them."""

    current_context: str = ""
    contexts: tuple[RawContext, ...] = ()
    clusters: tuple[RawCluster, ...] = ()
    users: tuple[RawUser, ...] = ()
    mistakes: tuple[Mistake, ...] = ()


class Reader:
    """Typed access to the fields of one mapping. Raises DocumentError with the line of what is wrong."""

    def __init__(self, node: Node | None, budget: Budget, what: str) -> None:
        self.budget = budget
        self._what = what
        self.line = node.line if node is not None else 0
        if node is None or (isinstance(node, Scalar) and node.is_null):
            self._fields: dict[str, Node] = {}
        elif isinstance(node, Mapping):
            self._fields = fields(node, budget)
        else:
            raise DocumentError(f"{what} must be a mapping", node.line)

    def has(self, name: str) -> bool:
        node = self._fields.get(name)
        return node is not None and not (isinstance(node, Scalar) and node.is_null)

    def text(self, name: str) -> str:
        node = self._fields.get(name)
        return "" if node is None else self._text(node, name)

    def _text(self, node: Node, name: str) -> str:
        if isinstance(node, Scalar):
            if node.is_null:
                return ""
            if node.is_text:
                return node.text
        raise DocumentError(
            f"{name} of {self._what} must be text (in quotes if it looks like something else)", node.line
        )

    def boolean(self, name: str) -> bool:
        node = self._fields.get(name)
        if node is None or (isinstance(node, Scalar) and node.is_null):
            return False
        value = node.boolean if isinstance(node, Scalar) else None
        if value is None:
            raise DocumentError(f"{name} of {self._what} must be true or false", node.line)
        return value

    def data(self, name: str) -> bytes:
        text = self.text(name)
        try:
            # Go's decoder skips line ends and nothing else.
            return base64.b64decode(text.replace("\n", "").replace("\r", ""), validate=True)
        except (binascii.Error, ValueError):
            raise DocumentError(f"{name} of {self._what} is not base64", self._fields[name].line) from None

    def nodes(self, name: str) -> list[Node]:
        node = self._fields.get(name)
        if node is None or (isinstance(node, Scalar) and node.is_null):
            return []
        if not isinstance(node, Sequence):
            raise DocumentError(f"{name} of {self._what} must be a list", node.line)
        for item in node.items:
            self.budget.spend(item)
        return node.items

    def texts(self, name: str) -> tuple[str, ...]:
        return tuple(self._text(node, name) for node in self.nodes(name))

    def inner(self, name: str, what: str) -> Reader:
        return Reader(self._fields.get(name), self.budget, what)

    def text_pairs(self) -> tuple[tuple[str, str], ...]:
        return tuple((name, self.text(name)) for name in self._fields)

    def list_pairs(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return tuple((name, self.texts(name)) for name in self._fields)

    def json(self, name: str) -> bytes:
        return msgspec.json.encode(plain(self._fields[name], Budget(_MAX_JSON_STEPS))) if self.has(name) else b""


def read_entries(root: Node | None) -> Entries:
    """Raises DocumentError where the file as a whole is no kubeconfig."""
    if root is None:
        return Entries()
    budget = Budget()
    top = Reader(root, budget, "a kubeconfig")
    kind, version = top.text("kind"), top.text("apiVersion")
    if kind not in ("", "Config") or version not in ("", "v1"):
        raise DocumentError("this is not a kubeconfig (kind: Config, apiVersion: v1)", top.line)
    mistakes: list[Mistake] = []
    contexts = [_context(*found) for found in _named(top, "contexts", budget, mistakes)]
    clusters = [_cluster(*found) for found in _named(top, "clusters", budget, mistakes)]
    users = [_user(*found) for found in _named(top, "users", budget, mistakes)]
    return Entries(top.text("current-context"), tuple(contexts), tuple(clusters), tuple(users), tuple(mistakes))


_Named = tuple[str, int, Reader, Mistake | None]


def _named(top: Reader, section: str, budget: Budget, mistakes: list[Mistake]) -> list[_Named]:
    """(name, line, reader, mistake) of each entry. Equal names are a mistake of each that bears it, as for kubectl."""
    found: dict[str, _Named] = {}
    for node in top.nodes(section):
        try:
            outer = Reader(node, budget, f"an entry of {section}")
            name = outer.text("name")
        except DocumentError as error:
            mistakes.append(Mistake(error.message, error.line))
            continue
        if not name and section == "contexts":
            mistakes.append(Mistake("a context has no name", node.line))
            continue
        what = f"{section[:-1]} {name!r}"
        empty = Reader(None, budget, what)
        if name in found:
            line = found[name][1]
            wrong = Mistake(f"{what} is there twice, in line {line} and in line {node.line}", node.line)
            found[name] = (name, line, empty, wrong)
            continue
        try:
            found[name] = (name, node.line, outer.inner(section[:-1], what), None)
        except DocumentError as error:
            found[name] = (name, node.line, empty, Mistake(error.message, error.line))
    return list(found.values())


def _context(name: str, line: int, reader: Reader, mistake: Mistake | None) -> RawContext:
    try:
        cluster, user, namespace = reader.text("cluster"), reader.text("user"), reader.text("namespace")
    except DocumentError as error:
        return RawContext(name, line, mistake=Mistake(error.message, error.line))
    return RawContext(name, line, cluster, user, namespace, mistake)


def _cluster(name: str, line: int, reader: Reader, mistake: Mistake | None) -> RawCluster:
    if mistake is not None:
        return RawCluster(name, line, mistake=mistake)
    try:
        config = b""
        for node in reader.nodes("extensions"):
            extension = Reader(node, reader.budget, "an extension")
            if extension.text("name") == EXEC_EXTENSION:
                config = extension.json("extension")
        return RawCluster(
            name,
            line,
            server=reader.text("server"),
            tls_server_name=reader.text("tls-server-name"),
            insecure=reader.boolean("insecure-skip-tls-verify"),
            ca_file=reader.text("certificate-authority"),
            ca_data=reader.data("certificate-authority-data"),
            proxy_url=reader.text("proxy-url"),
            disable_compression=reader.boolean("disable-compression"),
            exec_config=config,
        )
    except DocumentError as error:
        return RawCluster(name, line, mistake=Mistake(error.message, error.line))


def _user(name: str, line: int, reader: Reader, mistake: Mistake | None) -> RawUser:
    if mistake is not None:
        return RawUser(name, line, mistake=mistake)
    try:
        return RawUser(
            name,
            line,
            certificate_file=reader.text("client-certificate"),
            certificate_data=reader.data("client-certificate-data"),
            key_file=reader.text("client-key"),
            key_data=reader.data("client-key-data"),
            token=reader.text("token"),
            token_file=reader.text("tokenFile"),
            username=reader.text("username"),
            password=reader.text("password"),
            act_as=reader.text("as"),
            act_as_uid=reader.text("as-uid"),
            act_as_groups=reader.texts("as-groups"),
            act_as_extra=reader.inner("as-user-extra", "as-user-extra").list_pairs(),
            provider=_provider(reader) if reader.has("auth-provider") else None,
            exec_plugin=_exec(reader) if reader.has("exec") else None,
        )
    except DocumentError as error:
        return RawUser(name, line, mistake=Mistake(error.message, error.line))


def _provider(user: Reader) -> RawProvider:
    reader = user.inner("auth-provider", "auth-provider")
    return RawProvider(reader.text("name"), reader.inner("config", "auth-provider config").text_pairs())


def _exec(user: Reader) -> RawExec:
    reader = user.inner("exec", "exec")
    env: list[tuple[str, str]] = []
    for node in reader.nodes("env"):
        variable = Reader(node, user.budget, "an entry of env")
        env.append((variable.text("name"), variable.text("value")))
    api_version = reader.text("apiVersion")
    # SetDefaults_ExecConfig of clientcmd/api/v1: only the beta has a default.
    default_mode = "IfAvailable" if api_version == "client.authentication.k8s.io/v1beta1" else ""
    return RawExec(
        command=reader.text("command"),
        args=reader.texts("args"),
        env=tuple(env),
        api_version=api_version,
        install_hint=reader.text("installHint"),
        provide_cluster_info=reader.boolean("provideClusterInfo"),
        interactive_mode=reader.text("interactiveMode") or default_mode,
    )
