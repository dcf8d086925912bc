"""kuberc's policy for credential plugins means to us what it means to the real kubectl."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from quarterdeck.kubeconfig.broker import Broker
from quarterdeck.model.errors import AuthError
from tests.unit.kubeconfig.plugins import plugin, says, script, with_plugin
from tests.unit.kubeconfig.test_as_kubectl import KUBECTL

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.real_time,
    pytest.mark.real,
    pytest.mark.skipif(KUBECTL is None, reason="no kubectl: make testbed builds one"),
]

HEAD = "apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\n"

KUBERCS = {
    "nothing": "",
    "AllowAll": f"{HEAD}credentialPluginPolicy: AllowAll\n",
    "DenyAll": f"{HEAD}credentialPluginPolicy: DenyAll\n",
    "DenyAll with a list": f"{HEAD}credentialPluginPolicy: DenyAll\ncredentialPluginAllowlist: [{{name: plug}}]\n",
    "a list without a policy": f"{HEAD}credentialPluginAllowlist: [{{name: plug}}]\n",
    "no list": f"{HEAD}credentialPluginPolicy: Allowlist\n",
    "an empty list": f"{HEAD}credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: []\n",
    "listed by name": f"{HEAD}credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{{name: plug}}]\n",
    "listed by command": f"{HEAD}credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{{command: plug}}]\n",
    "listed by path": f"{HEAD}credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{{command: BIN/plug}}]\n",
    "another listed": f"{HEAD}credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{{command: other}}]\n",
    "another path": f"{HEAD}credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{{command: /bin/plug}}]\n",
    "an unclean path": f"{HEAD}credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{{command: ./plug}}]\n",
    "an empty entry": f"{HEAD}credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{{}}]\n",
    "name and command": f"{HEAD}credentialPluginPolicy: Allowlist\n"
    "credentialPluginAllowlist: [{command: a, name: b}]\n",
    "an unknown policy": f"{HEAD}credentialPluginPolicy: Nonsense\n",
    "an unknown field": f"{HEAD}credentialPluginPolicy: DenyAll\nunknownField: 1\n",
    "junk": "junk: [",
    "the second document": f"apiVersion: v1\nkind: Foo\n---\n{HEAD}credentialPluginPolicy: DenyAll\n",
    "the old version": f"{HEAD.replace('beta', 'alpha')}credentialPluginPolicy: DenyAll\n",
}
ELSEWHERE = {
    "turned off": {"KUBERC": "off"},
    "behind its gate": {"KUBECTL_KUBERC": "false"},
    "named but not there": {"KUBERC": "/nowhere/kuberc"},
}

CASES: dict[str, tuple[str, dict[str, str]]] = {}
for _name, _content in KUBERCS.items():
    CASES[_name] = (_content, {})
for _name, _added in ELSEWHERE.items():
    CASES[_name] = (KUBERCS["DenyAll"], _added)


@pytest.mark.parametrize(("content", "added"), CASES.values(), ids=CASES.keys())
async def test_a_plugin_runs_exactly_where_kubectl_runs_it(tmp_path: Path, content: str, added: dict[str, str]) -> None:
    ran = tmp_path / "ran"
    folder = tmp_path / "bin"
    folder.mkdir()
    script(folder, f"touch {ran}; {says()}", "plug")
    (tmp_path / ".kube").mkdir()
    if content:
        (tmp_path / ".kube" / "kuberc").write_text(content.replace("BIN", str(folder)))
    (tmp_path / "config").write_text(
        "clusters: [{name: c, cluster: {server: 'https://127.0.0.1:1'}}]\n"
        "users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: plug,"
        " interactiveMode: Never}}}]\n"
        "contexts: [{name: x, context: {cluster: c, user: u}}]\ncurrent-context: x\n"
    )
    environment = {
        "HOME": str(tmp_path),
        "PATH": f"{folder}:{os.environ['PATH']}",
        "KUBECONFIG": str(tmp_path / "config"),
        **added,
    }
    assert KUBECTL is not None
    subprocess.run([KUBECTL, "get", "--raw", "/x"], env=environment, capture_output=True, timeout=20, check=False)  # noqa: ASYNC221 - the test has nothing else to do
    kubectl_runs_it = ran.exists()
    ran.unlink(missing_ok=True)
    broker = Broker(environment=environment)
    try:
        await broker.source(with_plugin("x", plugin("plug"))).get()
    except AuthError as error:
        assert error.reason == "plugin_not_allowed"
    finally:
        await broker.close()
    assert ran.exists() is kubectl_runs_it
