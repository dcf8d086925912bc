"""Credential plugins as small shell scripts, and targets that use them."""

from __future__ import annotations

import json
from pathlib import Path

from quarterdeck.model.target import Auth, ClusterId, ExecPlugin, Source, Target, key_of

V1 = "client.authentication.k8s.io/v1"
BETA = "client.authentication.k8s.io/v1beta1"


def script(folder: Path, body: str, name: str = "plugin") -> str:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return str(path)


def answer(token: str = "secret-token", version: str = V1, **status: str) -> str:
    return json.dumps({"kind": "ExecCredential", "apiVersion": version, "status": {"token": token, **status}})


def says(token: str = "secret-token", version: str = V1, **status: str) -> str:
    return f"echo '{answer(token, version, **status)}'"


def plugin(
    command: str,
    *args: str,
    version: str = V1,
    env: tuple[tuple[str, str], ...] = (),
    mode: str = "IfAvailable",
    hint: str = "",
    info: bool = False,
    config: bytes = b"",
) -> ExecPlugin:
    return ExecPlugin(version, command, args, env, hint, mode, info, "", config)


def target(name: str, auth: Auth, server: str = "https://server:6443", ca_data: bytes | None = None) -> Target:
    cluster_id = ClusterId(f"config:{name}")
    return Target(cluster_id, key_of(cluster_id), name, name, server, Source("config"), ca_data=ca_data, auth=auth)


def with_plugin(name: str, exec_plugin: ExecPlugin) -> Target:
    return target(name, Auth(user=name, exec_plugin=exec_plugin))
