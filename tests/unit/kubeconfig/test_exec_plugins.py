"""Real plugins in real processes: what they are told, what they may answer, how they end."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import select
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest
import uvloop

from quarterdeck.kubeconfig.broker import Broker
from quarterdeck.kubeconfig.plugin_process import PluginLimits
from quarterdeck.kubeconfig.source import Source
from quarterdeck.model.credentials import CredentialState
from quarterdeck.model.errors import AuthError, ClusterError, DeadlineError
from quarterdeck.model.target import Target
from tests.polling import asked_until
from tests.unit.kubeconfig.plugins import BETA, V1, answer, plugin, says, script, target, with_plugin

pytestmark = [pytest.mark.anyio, pytest.mark.real_time]


@asynccontextmanager
async def brokers(**given: object) -> AsyncGenerator[Broker]:
    limits = given.pop("limits", PluginLimits())
    environment = {"PATH": os.environ["PATH"], "HOME": "/nowhere", **given}
    broker = Broker(limits=limits, environment=environment)  # pyright: ignore[reportArgumentType] test's shorthand
    try:
        yield broker
    finally:
        await broker.close()


async def header(source: Source) -> str:
    return dict((await source.get()).headers)["Authorization"]


async def failure_of(wanted: Target, **given: object) -> ClusterError:
    async with brokers(**given) as broker:
        source = broker.source(wanted)
        with pytest.raises(ClusterError) as caught:
            await source.get()
        assert source.state is CredentialState.INVALID
        return caught.value


async def until_exists(path: Path) -> None:
    await asked_until(path.exists, within=20)


@pytest.mark.parametrize("version", [V1, BETA])
async def test_a_plugin_is_told_its_version_and_that_nobody_types(tmp_path: Path, version: str) -> None:
    said = tmp_path / "said"
    body = f'printf "%s" "$KUBERNETES_EXEC_INFO" > {said}; [ -t 0 ] || cat > {said}.stdin; {says(version=version)}'
    async with brokers() as broker:
        source = broker.source(with_plugin("a", plugin(script(tmp_path, body), version=version)))
        assert await header(source) == "Bearer secret-token"
    assert json.loads(said.read_text()) == {
        "kind": "ExecCredential",
        "apiVersion": version,
        "spec": {"interactive": False},
    }
    assert (tmp_path / "said.stdin").read_text() == ""


async def test_a_plugin_gets_cluster_info_only_where_it_asks_for_it(tmp_path: Path) -> None:
    said = tmp_path / "said"
    command = script(tmp_path, f'printf "%s" "$KUBERNETES_EXEC_INFO" > {said}; {says()}')
    wanted = target(
        "a",
        with_plugin("a", plugin(command, info=True, config=b'{"audience":"x"}')).auth,
        server="https://one:6443",
        ca_data=b"CA",
    )
    async with brokers() as broker:
        await broker.source(wanted).get()
    assert json.loads(said.read_text())["spec"]["cluster"] == {
        "server": "https://one:6443",
        "certificate-authority-data": base64.b64encode(b"CA").decode(),
        "config": {"audience": "x"},
    }


async def test_environment_and_arguments_reach_it_without_a_shell(tmp_path: Path) -> None:
    said = tmp_path / "said"
    command = script(tmp_path, f'printf "%s|%s|%s" "$1" "$ADDED" "$OURS" > {said}; {says()}')
    async with brokers(OURS="ours", ADDED="hidden by the next") as broker:
        await broker.source(with_plugin("a", plugin(command, "$(id); *", env=(("ADDED", "a b"),)))).get()
    assert said.read_text() == "$(id); *|a b|ours"


async def test_a_plugin_runs_once_for_all_who_share_it(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    command = script(tmp_path, f"echo x >> {runs}; sleep 0.05; {says()}")
    async with brokers() as broker:
        sources = [broker.source(with_plugin(f"c{n}", plugin(command))) for n in range(20)]
        headers = await asyncio.gather(*(header(source) for source in sources))
        assert set(headers) == {"Bearer secret-token"}
        other = broker.source(with_plugin("other", plugin(command, "--cluster", "other")))
        await other.get()
    assert runs.read_text() == "x\nx\n"


async def test_at_most_four_plugins_run_at_once(tmp_path: Path) -> None:
    running = tmp_path / "running"
    running.mkdir()
    body = f"touch {running}/$$; ls {running} | wc -l >> {tmp_path}/seen; sleep 0.1; rm {running}/$$; {says()}"
    script(tmp_path, body, "plugin")
    async with brokers() as broker:
        sources = [
            broker.source(with_plugin(f"c{n}", plugin(str(tmp_path / "plugin"), "--profile", str(n))))
            for n in range(10)
        ]
        await asyncio.gather(*(source.get() for source in sources))
    seen = [int(line) for line in (tmp_path / "seen").read_text().split()]
    assert len(seen) == 10
    assert max(seen) <= 4


async def test_an_expiring_token_is_fetched_anew_when_it_has_expired(tmp_path: Path) -> None:
    now = [1_000_000.0]
    counter = tmp_path / "counter"
    expiring = answer("t$n", expirationTimestamp="1970-01-12T14:46:40Z")
    body = f"echo x >> {counter}; n=$(wc -l < {counter} | tr -d ' ')\ncat <<EOF\n{expiring}\nEOF"
    broker = Broker(environment={"PATH": os.environ["PATH"], "HOME": "/nowhere"}, wall=lambda: now[0])
    source = broker.source(with_plugin("a", plugin(script(tmp_path, body))))
    first = await source.get()
    assert dict(first.headers)["Authorization"] == "Bearer t1"
    assert first.expires_at == 1_003_600
    now[0] += 3_000
    assert await source.get() is first
    now[0] = 1_003_601
    second = await source.get()
    assert dict(second.headers)["Authorization"] == "Bearer t2"
    assert second.serial > first.serial
    await broker.close()


async def test_certificates_of_plugins_are_used(tmp_path: Path) -> None:
    body = says("", clientCertificateData="CERT", clientKeyData="KEY")
    async with brokers() as broker:
        credential = await broker.source(with_plugin("a", plugin(script(tmp_path, body)))).get()
    assert credential.certificate is not None
    assert (credential.certificate.certificate, credential.certificate.key) == (b"CERT", b"KEY")
    assert credential.headers == ()


BAD_ANSWERS = {
    "nothing": ("true", "printed nothing"),
    "junk": ("echo hello", "something else"),
    "binary": ("head -c 2000 /dev/urandom", "something else"),
    "another kind": ('echo \'{"kind":"Pod"}\'', "something else"),
    "another version": (says(version=BETA), "another version"),
    "no status": (f'echo \'{{"kind":"ExecCredential","apiVersion":"{V1}"}}\'', "no status"),
    "an empty status": (says(""), "neither a token"),
    "a certificate alone": (says("", clientCertificateData="x"), "not both"),
    "a bad time": (says(expirationTimestamp="tomorrow"), "RFC 3339"),
    "a token with a line break": (says("a\\nb"), "no HTTP header"),
}


@pytest.mark.parametrize(("body", "message"), BAD_ANSWERS.values(), ids=BAD_ANSWERS.keys())
async def test_a_useless_answer_says_what_is_wrong_and_never_what_it_was(
    tmp_path: Path, body: str, message: str
) -> None:
    error = await failure_of(with_plugin("a", plugin(script(tmp_path, body))))
    assert isinstance(error, AuthError)
    assert error.reason == "plugin_output"
    assert message in error.message
    assert "hello" not in error.message
    assert error.command == str(tmp_path / "plugin")


async def test_yaml_is_an_answer_too(tmp_path: Path) -> None:
    body = f"printf 'kind: ExecCredential\\napiVersion: {V1}\\nstatus: {{token: abc}}\\n'"
    async with brokers() as broker:
        assert await header(broker.source(with_plugin("a", plugin(script(tmp_path, body))))) == "Bearer abc"


async def test_a_failing_plugin_is_quoted_without_its_secrets(tmp_path: Path) -> None:
    body = (
        "echo 'noise' >&2; echo 'token=abcdef123 Bearer abcdefghijk eyJhbGciOi.eyJzdWIiOi.c2ln' >&2\n"
        'echo "cannot log in with $PASSWORD" >&2; exit 3'
    )
    wanted = plugin(script(tmp_path, body), "--client-secret=hunter22", env=(("PASSWORD", "hunter2"), ("REGION", "eu")))
    error = await failure_of(with_plugin("a", wanted))
    assert isinstance(error, AuthError)
    assert error.reason == "plugin_failed"
    assert "exit code 3" in error.message
    assert "cannot log in" in error.message
    for secret in ("abcdef123", "abcdefghijk", "eyJ", "hunter2", "hunter22"):
        assert secret not in error.message + str(error.command) + error.advice
    assert error.command == f"REGION=eu {tmp_path}/plugin --client-secret=[hidden]"


async def test_an_expired_sso_login_names_the_command_that_renews_it(tmp_path: Path) -> None:
    command = script(tmp_path, "echo 'The SSO session has expired or is invalid' >&2; exit 255", "aws")
    error = await failure_of(with_plugin("a", plugin(command, "eks", "get-token", env=(("AWS_PROFILE", "prod"),))))
    assert error.command == "aws sso login --profile prod"


async def test_a_plugin_that_is_not_there_shows_its_install_hint() -> None:
    wanted = plugin("no-such-plugin-anywhere", hint="Get it at\x1b[31m https://example.test")
    error = await failure_of(with_plugin("a", wanted))
    assert isinstance(error, AuthError)
    assert (error.reason, error.advice) == ("plugin_not_installed", "Get it at https://example.test")


async def test_a_plugin_that_may_not_be_run_is_not_installed(tmp_path: Path) -> None:
    path = tmp_path / "plugin"
    path.write_text("#!/bin/sh\n")
    error = await failure_of(with_plugin("a", plugin(str(path))))
    assert error.reason == "plugin_not_installed"


async def test_a_plugin_that_insists_on_a_terminal_is_not_run_but_shown(tmp_path: Path) -> None:
    command = script(tmp_path, f"touch {tmp_path}/ran; {says()}")
    error = await failure_of(with_plugin("a", plugin(command, "login", mode="Always")))
    assert isinstance(error, AuthError)
    assert (error.reason, error.command) == ("terminal_required", f"{command} login")
    assert not (tmp_path / "ran").exists()


async def test_a_plugin_has_no_terminal_to_ask_on(tmp_path: Path) -> None:
    error = await failure_of(with_plugin("a", plugin(script(tmp_path, "read answer < /dev/tty || exit 7"))))
    assert "exit code" in error.message


async def test_a_hanging_plugin_ends_with_its_time_and_all_its_children(tmp_path: Path) -> None:
    body = f"echo started >&2; (trap '' TERM; echo $$ > {tmp_path}/child; sleep 300) & trap '' TERM; sleep 300; wait"
    started = time.monotonic()
    error = await failure_of(with_plugin("a", plugin(script(tmp_path, body))), limits=PluginLimits(run_s=0.3))
    assert isinstance(error, DeadlineError)
    assert (error.reason, "started" in error.message) == ("plugin_timeout", True)
    assert time.monotonic() - started < 3
    assert not [p for p in psutil.Process().children(recursive=True) if p.status() != psutil.STATUS_ZOMBIE]


async def test_a_plugin_that_asks_for_a_person_gets_more_time_and_says_so(tmp_path: Path) -> None:
    body = (
        "echo 'To sign in, open https://login.example.test/device and enter the code ABCD' >&2\n"
        f"while [ ! -e {tmp_path}/done ]; do sleep 0.02; done; {says()}"
    )
    async with brokers(limits=PluginLimits(run_s=0.3, person_s=60)) as broker:
        source = broker.source(with_plugin("a", plugin(script(tmp_path, body))))
        told: asyncio.Event = asyncio.Event()
        source.subscribe(lambda _: told.set())
        getting = asyncio.ensure_future(source.get())
        await told.wait()
        assert source.waiting_for_person == (
            "plugin: To sign in, open https://login.example.test/device and enter the code ABCD"
        )
        assert broker.plugins_running == 0
        await asyncio.sleep(0.4)
        assert not getting.done()
        (tmp_path / "done").touch()
        await getting
        assert source.waiting_for_person == ""


async def test_a_person_who_does_not_come_is_not_asked_again_unasked(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    command = script(tmp_path, f"echo x >> {runs}; echo 'open your browser' >&2; exec sleep 300")
    async with brokers(limits=PluginLimits(run_s=0.2, person_s=0.3)) as broker:
        wanted = with_plugin("a", plugin(command))
        source = broker.source(wanted)
        for _ in range(2):
            with pytest.raises(AuthError) as caught:
                await source.get()
            assert caught.value.reason == "person_timeout"
        assert runs.read_text() == "x\n"
        broker.retry(wanted)
        assert source.state is CredentialState.RECOVERING
        with pytest.raises(AuthError):
            await source.get()
        assert runs.read_text() == "x\nx\n"


async def test_an_endless_answer_is_cut_off(tmp_path: Path) -> None:
    error = await failure_of(with_plugin("a", plugin(script(tmp_path, "yes"))))
    assert (error.reason, "1024 KiB" in error.message) == ("plugin_output", True)


async def test_endless_complaints_are_cut_off(tmp_path: Path) -> None:
    body = "head -c 3000000 /dev/zero | tr '\\0' 'x' >&2; echo >&2; echo the end >&2; exit 1"
    error = await failure_of(with_plugin("a", plugin(script(tmp_path, body))))
    assert len(error.message) < 1_000
    assert error.message.endswith("the end")


async def test_a_child_that_keeps_the_pipes_open_delays_nothing(tmp_path: Path) -> None:
    body = f"sleep 300 & echo $! > {tmp_path}/pid; {says()}"
    async with brokers() as broker:
        started = time.monotonic()
        assert await header(broker.source(with_plugin("a", plugin(script(tmp_path, body))))) == "Bearer secret-token"
        assert time.monotonic() - started < 1.5
    child = psutil.Process(int((tmp_path / "pid").read_text()))
    child.kill()
    psutil.wait_procs([child], 2)


def ended(pid: int, *, within: float) -> bool:
    """Whether it has, at the latest after so many seconds; one that nobody has reaped has too."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], within)[0])
    finally:
        os.close(handle)


async def test_a_flight_ends_with_its_last_waiter_and_its_processes(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    command = script(tmp_path, f"sleep 300 & echo $$ $! > {pids}.new; mv {pids}.new {pids}; wait")
    async with brokers() as broker:
        sources = [broker.source(with_plugin(f"c{n}", plugin(command))) for n in range(2)]
        first, second = (asyncio.ensure_future(source.get()) for source in sources)
        await until_exists(pids)
        plugin_pid, child_pid = map(int, pids.read_text().split())
        first.cancel()
        await asyncio.wait([first])
        assert first.cancelled()
        assert psutil.pid_exists(child_pid)
        second.cancel()
        await asyncio.wait([second])
        assert ended(plugin_pid, within=0)
        # Killed with its group, but nobody here is its parent: the kernel ends it when it gets to it.
        assert ended(child_pid, within=5)


async def test_closing_a_source_ends_what_only_it_waited_for(tmp_path: Path) -> None:
    started = tmp_path / "started"
    command = script(tmp_path, f"touch {started}; exec sleep 300")
    async with brokers() as broker:
        source = broker.source(with_plugin("a", plugin(command)))
        getting = asyncio.ensure_future(source.get())
        await until_exists(started)
        await source.close()
        with pytest.raises(AuthError, match="closed"):
            await getting
        assert not [p for p in psutil.Process().children() if p.status() != psutil.STATUS_ZOMBIE]
        with pytest.raises(AuthError, match="closed"):
            await source.get()


async def test_cancelled_while_it_starts_it_leaves_nothing(tmp_path: Path) -> None:
    command = script(tmp_path, "exec sleep 300")
    async with brokers() as broker:
        source = broker.source(with_plugin("a", plugin(command)))
        for turns in range(12):
            getting = asyncio.ensure_future(source.get())
            for _ in range(turns):
                await asyncio.sleep(0)
            getting.cancel()
            await asyncio.wait([getting])
        assert broker.plugins_running == 0


async def test_a_rejected_token_is_fetched_anew_once_and_then_with_patience(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    command = script(tmp_path, f"echo x >> {runs}; {says()}")
    async with brokers() as broker:
        source = broker.source(with_plugin("a", plugin(command)))
        states: list[CredentialState] = []
        source.subscribe(states.append)
        first = await source.get()
        source.accept(first)
        assert source.state is CredentialState.VALID
        source.reject(first)
        second = await source.get()
        assert second.serial > first.serial
        source.reject(first)
        assert await source.get() is second
        source.reject(second)
        with pytest.raises(AuthError) as caught:
            await source.get()
        assert caught.value.reason == "refused"
        assert states == [CredentialState.VALID, CredentialState.RECOVERING, CredentialState.INVALID]
    assert runs.read_text() == "x\nx\n"


async def test_a_token_that_one_server_rejects_stays_valid_for_the_other(tmp_path: Path) -> None:
    async with brokers() as broker:
        command = script(tmp_path, says())
        one, two = (broker.source(with_plugin(name, plugin(command))) for name in "ab")
        given = await two.get()
        two.accept(given)
        one.reject(await one.get())
        assert two.state is CredentialState.VALID
        await two.get()


async def test_kuberc_decides_what_may_run(tmp_path: Path) -> None:
    command = script(tmp_path, says())
    kube = tmp_path / ".kube"
    kube.mkdir()
    head = "apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\n"
    (kube / "kuberc").write_text(f"{head}credentialPluginPolicy: DenyAll\n")
    error = await failure_of(with_plugin("a", plugin(command)), HOME=str(tmp_path))
    assert (error.reason, "forbids all" in error.message) == ("plugin_not_allowed", True)
    (kube / "kuberc").write_text(
        f"{head}credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist:\n- command: {command}\n"
    )
    async with brokers(HOME=str(tmp_path)) as broker:
        assert await header(broker.source(with_plugin("a", plugin(command)))) == "Bearer secret-token"
    error = await failure_of(with_plugin("a", plugin("true")), HOME=str(tmp_path))
    assert (error.reason, "allowlist" in error.message) == ("plugin_not_allowed", True)
    async with brokers(HOME=str(tmp_path), KUBERC="off") as broker:
        assert await header(broker.source(with_plugin("a", plugin(command)))) == "Bearer secret-token"


def test_on_uvloop_plugins_end_alike(tmp_path: Path) -> None:
    async def run() -> list[str]:
        said: list[str] = []
        async with brokers(limits=PluginLimits(run_s=0.4)) as broker:
            keeper = script(tmp_path, f"sleep 300 & echo $! > {tmp_path}/pid; {says()}", "keeper")
            said.append(await header(broker.source(with_plugin("a", plugin(keeper)))))
            for name, body in (("hangs", "sleep 300 & trap '' TERM; sleep 300"), ("fails", "exit 3"), ("loud", "yes")):
                try:
                    await broker.source(with_plugin(name, plugin(script(tmp_path, body, name)))).get()
                except ClusterError as error:
                    said.append(error.reason)
        return said

    assert uvloop.run(run()) == ["Bearer secret-token", "plugin_timeout", "plugin_failed", "plugin_output"]
    child = psutil.Process(int((tmp_path / "pid").read_text()))
    child.kill()
    psutil.wait_procs([child], 2)
