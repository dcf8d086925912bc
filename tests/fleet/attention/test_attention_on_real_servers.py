"""What is wrong, through the composed console on a real server: looked at on demand, live, gone with its cluster."""

from __future__ import annotations

import base64
import datetime as dt
from pathlib import Path

import pytest

from quarterdeck.model.attention import AttentionAnswer, Finding
from quarterdeck.model.kinds import PODS
from quarterdeck.model.target import Key
from testbed.cluster import Cluster
from tests.e2e.ground import Ground, console_on
from tests.fleet.attention.cases import CASES
from tests.fleet.kinds.objects import create

pytestmark = [pytest.mark.anyio, pytest.mark.real, pytest.mark.real_time, pytest.mark.slow]


def answer(ground: Ground, *keys: Key) -> AttentionAnswer:
    return ground.console.attention.answer(keys, (), (), 300)


def found(ground: Ground, namespace: str) -> dict[str, Finding]:
    """By cluster and name; those of other tests' objects are left out."""
    return {f"{f.cluster}/{f.name}": f for f in answer(ground).findings if f.namespace == namespace}


async def test_findings_of_kinds_that_are_kept_and_of_others_are_live_and_go_in_the_commit_of_a_close(
    real_cluster: Cluster, tmp_path: Path
) -> None:
    crash, stalled = CASES["pod-crash-loop"](), CASES["rollout-stalled"]()
    entries = [real_cluster.entry("it"), real_cluster.entry("there")]
    async with real_cluster.namespace("attended") as namespace, console_on(tmp_path, entries) as ground:
        await create(real_cluster, PODS, "Pod", crash.objects[:1], namespace=namespace)
        it, there = ground.key("it"), ground.key("there")
        await ground.settled(ground.open("it", "there"))
        expected = {f"{it}/killed", f"{there}/killed"}
        await ground.until(lambda: expected <= found(ground, namespace).keys())
        mark = ground.console.attention.mark(it)
        assert mark.critical >= 1
        await ground.until(lambda: answer(ground).whole)
        assert {part.key for part in answer(ground).parts} == {it, there}
        # Deployments are read because somebody looks.
        await create(real_cluster, stalled.resource, stalled.kind, stalled.objects, namespace=namespace)
        await ground.until(lambda: f"{it}/stalled" in found(ground, namespace))
        assert ground.console.attention.mark(it).version > mark.version
        assert found(ground, namespace)[f"{it}/stalled"].why == "ProgressDeadlineExceeded: said why"
        ground.close("there")
        assert {f.cluster for f in answer(ground).findings} == {it}
        assert [part.key for part in answer(ground).parts] == [it]
        assert answer(ground, there).findings == []
        assert [part.status for part in answer(ground, there).parts] == ["closed"]
        assert ground.console.attention.mark(there).critical == 0
        await real_cluster.delete_pods(namespace)
        await ground.until(lambda: f"{it}/killed" not in found(ground, namespace))


async def test_a_kind_that_nobody_may_list_is_said_to_be_missing(real_cluster: Cluster, tmp_path: Path) -> None:
    core = [{"apiGroups": [""], "resources": ["pods", "nodes", "namespaces", "events"], "verbs": ["list", "watch"]}]
    await real_cluster.create_role("attention-core", core)
    await real_cluster.bind("attention-core", "attention-core", users=["system:serviceaccount:default:attentive"])
    await real_cluster.create_service_account("attentive")
    token = await real_cluster.service_account_token("attentive")
    await real_cluster.until(200, "/api/v1/pods", token=token)
    entry = real_cluster.entry("it", user={"token": token})
    async with console_on(tmp_path, [entry]) as ground:
        await ground.settled(ground.open("it"))
        # A refusal may be met while the server is still taking up what the role grants.
        await ground.until(lambda: {gap.status for gap in answer(ground).parts[0].gaps} == {"forbidden"})
        [part] = answer(ground).parts
        assert (part.status, part.key) == ("forbidden", ground.key("it"))
        assert {gap.resource: gap.status for gap in part.gaps}["apps/v1/deployments"] == "forbidden"
        assert part.read == part.kinds - len(part.gaps) == 3
        assert "nodes" not in " ".join(gap.resource for gap in part.gaps)
        assert not answer(ground).whole


async def test_a_client_certificate_that_ends_soon_is_spoken_of_with_the_context(
    real_cluster: Cluster, tmp_path: Path
) -> None:
    pair = real_cluster.server.client_authority.client("ending", ["system:masters"], lifetime=dt.timedelta(days=2))
    user = {
        "client-certificate-data": base64.b64encode(pair.certificate).decode(),
        "client-key-data": base64.b64encode(pair.key).decode(),
    }
    async with console_on(tmp_path, [real_cluster.entry("it", user=user)]) as ground:
        await ground.settled(ground.open("it"))
        await ground.until(lambda: any(f.rule == "client-certificate-ends" for f in answer(ground).findings))
        [found] = [f for f in answer(ground).findings if f.rule == "client-certificate-ends"]
        assert (found.name, found.kind, found.resource) == ("it", "Context", "")
        # The servers of the test ground live for a week.
        [server] = [f for f in answer(ground).findings if f.rule == "server-certificate-soon"]
        assert server.since is not None and "The API server's certificate ends on" in server.why
