"""`simfleet` as a person runs it, and the real kubectl on it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

PODS = 60


class Running:
    def __init__(self, folder: Path) -> None:
        self.kubeconfig = folder / "kubeconfig"
        self.state = folder / "kubeconfig.simfleet.json"
        words = ["--clusters", "3", "--pods", str(PODS), "--churn", "0", "--exec-every", "2"]
        reader, writer = os.pipe()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "simfleet", *words, "--kubeconfig", str(self.kubeconfig), "--ready-fd", str(writer)],
            stdout=subprocess.DEVNULL,
            pass_fds=[writer],
            env=os.environ | {"TMPDIR": str(folder)},
        )
        os.close(writer)
        with os.fdopen(reader) as ready:
            assert ready.read() == "ready\n"

    def simfleet(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "simfleet", *words], capture_output=True, text=True, timeout=30, check=False
        )

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(10)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    found = Running(tmp_path_factory.mktemp("simfleet"))
    yield found
    assert found.stop() == 0
    assert not found.state.exists(), "it takes its secrets with it"


@pytest.fixture
def kubectl(running: Running, kubectl_binary: Path, tmp_path: Path) -> Kubectl:
    return Kubectl(kubectl_binary, running.kubeconfig, tmp_path)


class Kubectl:
    def __init__(self, binary: Path, kubeconfig: Path, cache: Path) -> None:
        self._words = [str(binary), "--kubeconfig", str(kubeconfig), "--cache-dir", str(cache)]

    def run(self, *words: str, typed: str | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self._words, *words], capture_output=True, text=True, timeout=30, check=False, input=typed
        )

    def __call__(self, *words: str, typed: str | None = None) -> str:
        done = self.run(*words, typed=typed)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def lines(self, count: int, *words: str) -> list[str]:
        """The first lines of a command that goes on."""
        with subprocess.Popen([*self._words, *words], stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            found = [process.stdout.readline() for _ in range(count)]
            process.terminate()
        return found

    def a_pod(self, label: str = "app.kubernetes.io/name=postgres") -> tuple[str, str]:
        """Namespace and name of a running one."""
        for item in json.loads(self("get", "pods", "-A", "-l", label, "-o", "json"))["items"]:
            if item["status"]["conditions"][2]["status"] == "True":
                return item["metadata"]["namespace"], item["metadata"]["name"]
        raise AssertionError("no such pod runs")


@pytest.mark.real
@pytest.mark.slow
class TestKubectl:
    def test_get_prints_the_columns_of_a_real_server(self, kubectl: Kubectl) -> None:
        lines = kubectl("get", "pods", "-A").splitlines()
        assert lines[0].split() == ["NAMESPACE", "NAME", "READY", "STATUS", "RESTARTS", "AGE"]
        assert len(lines) == PODS + 1
        wide = kubectl("get", "pods", "-A", "-o", "wide").splitlines()[0]
        assert "NOMINATED NODE" in wide
        assert len(json.loads(kubectl("get", "pods", "-A", "-o", "json"))["items"]) == PODS
        paged = kubectl("get", "pods", "-A", "--chunk-size=7", "--no-headers")
        assert len(paged.splitlines()) == PODS

    @pytest.mark.parametrize(
        "kinds", ["all", "nodes,ns,ev,cm,secrets,ing,crd,backups,sa,leases,pvc", "deploy,rs,sts,ds"]
    )
    def test_every_kind_can_be_got(self, kubectl: Kubectl, kinds: str) -> None:
        assert len(kubectl("get", kinds, "-A", "-o", "name").splitlines()) > 3

    def test_watch_shows_changes(self, kubectl: Kubectl) -> None:
        space, name = kubectl.a_pod()
        first = kubectl.lines(2, "get", "pod", name, "-n", space, "-w")
        assert first[1].startswith(name)

    def test_describe_tells_of_pods_and_nodes_and_deployments(self, kubectl: Kubectl) -> None:
        space, name = kubectl.a_pod()
        assert "Controlled By:  StatefulSet/postgres" in kubectl("describe", "pod", name, "-n", space)
        node = kubectl("get", "nodes", "-o", "name").split()[0]
        assert "Non-terminated Pods:" in kubectl("describe", node)
        assert "Replicas:" in kubectl("describe", "deployments", "-A")

    def test_logs_can_be_followed(self, kubectl: Kubectl) -> None:
        space, name = kubectl.a_pod()
        assert len(kubectl("logs", name, "-n", space, "--tail=3").splitlines()) == 3
        assert all(kubectl.lines(3, "logs", "-f", name, "-n", space, "--tail=1"))

    def test_exec_runs_and_gives_the_exit_code(self, kubectl: Kubectl) -> None:
        space, name = kubectl.a_pod()
        assert kubectl("exec", name, "-n", space, "--", "hostname") == f"{name}\n"
        assert kubectl.run("exec", name, "-n", space, "--", "sh", "-c", "exit 3").returncode == 3
        assert kubectl("exec", "-i", name, "-n", space, "--", "sh", typed="whoami\n") == "app\n"

    def test_create_label_delete(self, kubectl: Kubectl) -> None:
        kubectl("create", "namespace", "fresh")
        kubectl("create", "configmap", "c1", "-n", "fresh", "--from-literal=a=b")
        kubectl("create", "secret", "generic", "s1", "-n", "fresh", "--from-literal=p=q")
        assert json.loads(kubectl("get", "secret", "s1", "-n", "fresh", "-o", "json"))["data"] == {"p": "cQ=="}
        kubectl("label", "configmap", "c1", "-n", "fresh", "x=y")
        assert "x=y" in kubectl("get", "cm", "-n", "fresh", "--show-labels")
        kubectl("create", "deployment", "web", "-n", "fresh", "--image=nginx:1.29", "--replicas=2")
        kubectl("wait", "-n", "fresh", "deployment/web", "--for=jsonpath={.status.readyReplicas}=2", "--timeout=20s")
        kubectl("delete", "configmap", "c1", "-n", "fresh")
        kubectl("delete", "namespace", "fresh")
        assert kubectl.run("get", "namespace", "fresh").returncode == 1

    def test_create_from_a_file(self, kubectl: Kubectl) -> None:
        manifest = (
            '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p1"},"spec":{"containers":[{"name":"c","image":"i"}]}}'
        )
        kubectl("create", "-f", "-", typed=manifest)
        kubectl("wait", "pod/p1", "--for=condition=Ready", "--timeout=20s")
        kubectl("delete", "pod", "p1")

    def test_api_resources_are_those_that_are_served(self, kubectl: Kubectl) -> None:
        names = {line.split()[0] for line in kubectl("api-resources", "--no-headers").splitlines()}
        assert {"pods", "nodes", "deployments", "cronjobs", "ingresses", "backups"} <= names

    def test_who_one_is_by_token_and_by_exec_plugin(self, kubectl: Kubectl) -> None:
        for context in ("prod-eu-west-1", "prod-us-east-1"):
            answer = json.loads(kubectl("--context", context, "auth", "whoami", "-o", "json"))
            assert answer["status"]["userInfo"]["username"] == "admin"
        assert kubectl("auth", "can-i", "list", "pods").strip() == "yes"

    def test_apply_to_what_exists_is_left_to_the_real_server(self, kubectl: Kubectl) -> None:
        manifest = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a1"},"data":{"a":"b"}}'
        kubectl("apply", "-f", "-", typed=manifest)
        done = kubectl.run("apply", "-f", "-", typed=manifest.replace('"b"', '"c"'))
        assert done.returncode == 1
        assert "415" in done.stderr or "UnsupportedMediaType" in done.stderr


@pytest.mark.slow
def test_token_prints_a_credential_that_ends(running: Running) -> None:
    words = ("token", "--cluster", "prod-eu-west-1", "--state", str(running.state), "--lifetime", "60")
    credential = json.loads(running.simfleet(*words).stdout)
    assert credential["kind"] == "ExecCredential"
    assert credential["status"]["token"].startswith("sf.")
    assert credential["status"]["expirationTimestamp"] > time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    assert running.simfleet("token", "--cluster", "nope", "--state", str(running.state)).returncode == 1


@pytest.mark.slow
def test_fault_switches_one_cluster(running: Running) -> None:
    state = ("--state", str(running.state))
    assert running.simfleet("fault", "stg-eu-west-1", "500", *state).returncode == 0
    assert running.simfleet("fault", "stg-eu-west-1", "latency", "20", *state).returncode == 0
    assert running.simfleet("fault", "stg-eu-west-1", "clear", *state).returncode == 0
    refused = running.simfleet("fault", "nope", "500", *state)
    assert (refused.returncode, "no cluster nope" in refused.stderr) == (1, True)
