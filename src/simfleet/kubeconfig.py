"""The kubeconfig of a fleet."""

from __future__ import annotations

import base64
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import yaml

from simfleet.kinds import JsonObject


class Listed(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def url(self) -> str: ...
    def token(self, user: str = "admin", *, lifetime: float | None = None, serial: str = "") -> str: ...


def exec_user(name: str, user: str, state: Path, lifetime: float) -> JsonObject:
    """`lifetime` in seconds, of each token that the plugin prints."""
    arguments = ["-m", "simfleet", "token", "--cluster", name, "--user", user, "--state", str(state)]
    return {
        "exec": {
            "apiVersion": "client.authentication.k8s.io/v1",
            "command": sys.executable,
            "args": [*arguments, "--lifetime", str(int(lifetime))],
            "interactiveMode": "Never",
            "provideClusterInfo": False,
        }
    }


def render(
    clusters: Sequence[Listed], authority: bytes, *, user: str, state: Path | None, exec_every: int, lifetime: float
) -> str:
    """YAML. Every `exec_every`-th context (0: none) proves itself by an exec plugin that reads `state`."""
    data = base64.b64encode(authority).decode()
    config: JsonObject = {"apiVersion": "v1", "kind": "Config", "preferences": {}}
    config["clusters"] = [
        {"name": c.name, "cluster": {"server": c.url, "certificate-authority-data": data}} for c in clusters
    ]
    users: list[JsonObject] = []
    for number, cluster in enumerate(clusters):
        by_plugin = exec_every and state is not None and number % exec_every == exec_every - 1
        proof = (
            exec_user(cluster.name, user, state, lifetime) if by_plugin and state else {"token": cluster.token(user)}
        )
        users.append({"name": f"{cluster.name}-{user}", "user": proof})
    config["users"] = users
    config["contexts"] = [
        {"name": c.name, "context": {"cluster": c.name, "user": f"{c.name}-{user}"}} for c in clusters
    ]
    config["current-context"] = clusters[0].name if clusters else ""
    return yaml.dump(config, sort_keys=False, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper))
