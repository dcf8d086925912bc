"""Kubeconfig users whose credentials come from plugins/plugin.py, for good or ill."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

PLUGIN = Path(__file__).parent / "plugins" / "plugin.py"


def exec_user(
    *arguments: str,
    version: str = "v1",
    environment: Mapping[str, str] | None = None,
    interactive: str = "Never",
    provide_cluster_info: bool = False,
    install_hint: str | None = None,
    runs: Path | None = None,
) -> dict[str, object]:
    """The `user` fields of an entry: `exec_user("token", "abc", "--expires-in", "60")`, `exec_user("hang")`.

    Each run of the plugin adds a line to the file `runs`. See plugins/plugin.py for what it can do.
    """
    variables = dict(environment or {})
    if runs is not None:
        variables["PLUGIN_RUNS"] = str(runs)
    # For a caller that sets no KUBERNETES_EXEC_INFO, which would name the version.
    variables.setdefault("PLUGIN_API_VERSION", f"client.authentication.k8s.io/{version}")
    plugin: dict[str, object] = {
        "apiVersion": f"client.authentication.k8s.io/{version}",
        "command": sys.executable,
        "args": ["-S", str(PLUGIN), *arguments],
        "env": [{"name": name, "value": value} for name, value in variables.items()],
        "interactiveMode": interactive,
    }
    if provide_cluster_info:
        plugin["provideClusterInfo"] = True
    if install_hint is not None:
        plugin["installHint"] = install_hint
    return {"exec": plugin}
