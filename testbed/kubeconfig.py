"""Writes kubeconfigs: one entry is a context with a cluster and a user of its own."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

Fields = Mapping[str, object]


def _no_fields() -> Fields:
    return {}


@dataclass(frozen=True)
class Entry:
    """`user` holds the fields of a kubeconfig user (token, exec, client-certificate-data, …); it stays out of repr.

    `ca` is PEM, or None to leave the certificate authority out. `more` is added to the cluster's fields (proxy-url,
    tls-server-name, insecure-skip-tls-verify).
    """

    context: str
    server: str
    user: Fields = field(repr=False)
    ca: bytes | None = field(default=None, repr=False)
    namespace: str | None = None
    more: Fields = field(default_factory=_no_fields)


def document(entries: Sequence[Entry], *, current: str | None = None) -> dict[str, object]:
    clusters: list[Fields] = []
    contexts: list[Fields] = []
    users: list[Fields] = []
    for entry in entries:
        cluster: dict[str, object] = {"server": entry.server}
        if entry.ca is not None:
            cluster["certificate-authority-data"] = base64.b64encode(entry.ca).decode()
        context: dict[str, object] = {"cluster": entry.context, "user": entry.context}
        if entry.namespace is not None:
            context["namespace"] = entry.namespace
        clusters.append({"name": entry.context, "cluster": {**cluster, **entry.more}})
        contexts.append({"name": entry.context, "context": context})
        users.append({"name": entry.context, "user": dict(entry.user)})
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": clusters,
        "contexts": contexts,
        "users": users,
        "current-context": current if current is not None else (entries[0].context if entries else ""),
    }


def write(path: Path, entries: Sequence[Entry], *, current: str | None = None) -> Path:
    """Writes a kubeconfig for its owner alone, in one atomic rename; `current` is the first entry by default."""
    text: str = yaml.safe_dump(document(entries, current=current), sort_keys=False)
    partial = path.with_name(path.name + ".partial")
    partial.touch(mode=0o600)
    partial.write_text(text)
    partial.replace(path)
    return path
