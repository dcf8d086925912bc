"""200 clusters behind 3 logins, on virtual time: who waits, who runs, who wakes."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress

import msgspec
import pytest

from quarterdeck.kubeconfig.broker import Broker
from quarterdeck.kubeconfig.plugin_process import PluginLimits, PluginOutput, PluginTimeoutError
from quarterdeck.kubeconfig.source import Source
from quarterdeck.model.credentials import CredentialState
from quarterdeck.model.errors import AuthError, ClusterError
from quarterdeck.model.target import Auth, ClusterId, ExecPlugin, Target, key_of
from quarterdeck.model.target import Source as Place
from tests.examples import examples

pytestmark = pytest.mark.anyio

V1 = "client.authentication.k8s.io/v1"


class Logins:
    """Runs "plugins": each login is up, expired, hanging, or asks for a person."""

    def __init__(self, seed: int = 0) -> None:
        self.mood: dict[str, str] = {}
        self.bad_clusters: set[str] = set()
        self.runs: Counter[str] = Counter()
        self.running: Counter[str] = Counter()
        self.most = 0
        self.rng = random.Random(seed)
        self.answers = asyncio.Event()

    async def __call__(
        self, plugin: ExecPlugin, info: str, limits: PluginLimits, waiting: Callable[[str], None]
    ) -> PluginOutput:
        login, cluster = dict(plugin.env)["AWS_PROFILE"], plugin.args[-1]
        self.runs[login] += 1
        self.running[login] += 1
        self.most = max(self.most, self.running.total())
        parked = False
        try:
            match self.mood.get(login, "up"):
                case "hangs":
                    await asyncio.sleep(limits.run_s)
                    raise PluginTimeoutError(limits.run_s, "", asked=False)
                case "asks":
                    waiting("open your browser")
                    parked = True
                    self.running[login] -= 1
                    try:
                        await asyncio.wait_for(self.answers.wait(), limits.person_s)
                    except TimeoutError:
                        raise PluginTimeoutError(limits.person_s, "browser", asked=True) from None
                case "expired":
                    await asyncio.sleep(self.rng.uniform(0.2, 1))
                    return PluginOutput(255, b"", "The SSO session has expired")
                case _:
                    await asyncio.sleep(self.rng.uniform(0.2, 1))
            if cluster in self.bad_clusters:
                return PluginOutput(1, b"", f"no cluster {cluster}")
            status = {"token": f"{login}-{cluster}-{self.runs[login]}"}
            return PluginOutput(
                0, msgspec.json.encode({"kind": "ExecCredential", "apiVersion": V1, "status": status}), ""
            )
        finally:
            if not parked:
                self.running[login] -= 1


class Cluster:
    """Opens as selection does: tries, and tries again when its credentials say that it is worth it."""

    def __init__(self, broker: Broker, number: int, login: str) -> None:
        name = f"c{number}"
        plugin = ExecPlugin(
            V1, "aws", ("eks", "get-token", "--cluster-name", name), (("AWS_PROFILE", login),), "", "Never"
        )
        cluster_id = ClusterId(f"config:{name}")
        self.login = login
        self.target = Target(
            cluster_id, key_of(cluster_id), name, name, "https://c", Place("f"), auth=Auth("u", exec_plugin=plugin)
        )
        self.source: Source = broker.source(self.target)
        self.states: list[CredentialState] = []
        self.error: ClusterError | None = None
        self._task: asyncio.Task[None] | None = None
        self.source.subscribe(self._told)

    def open(self) -> asyncio.Task[None]:
        self._task = asyncio.ensure_future(self._open())
        return self._task

    async def _open(self) -> None:
        try:
            self.source.accept(await self.source.get())
        except ClusterError as error:
            self.error = error

    def _told(self, state: CredentialState) -> None:
        self.states.append(state)
        if state is CredentialState.RECOVERING and (self._task is None or self._task.done()):
            self.open()

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await self.source.close()


def states(clusters: list[Cluster]) -> Counter[CredentialState]:
    return Counter(cluster.source.state for cluster in clusters)


Fleet = tuple[Logins, Broker, list[Cluster]]


@pytest.fixture
async def fleet(anyio_backend: object) -> AsyncGenerator[Fleet]:
    logins = Logins()
    loop = asyncio.get_running_loop()
    broker = Broker(run=logins, wall=loop.time, environment={}, rng=random.Random(1))
    clusters = [Cluster(broker, n, ("dev", "stage", "prod")[n % 3]) for n in range(200)]
    yield logins, broker, clusters
    for cluster in clusters:
        await cluster.close()
    await broker.close()


async def test_healthy_logins_serve_all_four_at_a_time(fleet: Fleet) -> None:
    logins, _, clusters = fleet
    await asyncio.gather(*(cluster.open() for cluster in clusters))
    assert states(clusters) == {CredentialState.VALID: 200}
    assert logins.most == 4
    assert sum(logins.runs.values()) == 200
    # 200 plugins of 0.6 s on average, four at a time.
    assert asyncio.get_running_loop().time() < 45


async def test_one_expired_login_is_asked_twice_and_the_others_are_served(fleet: Fleet) -> None:
    logins, _, clusters = fleet
    logins.mood["prod"] = "expired"
    behind = [cluster for cluster in clusters if cluster.login == "prod"]
    opened = {cluster: cluster.open() for cluster in clusters}
    await asyncio.gather(*(opened[cluster] for cluster in behind))
    assert logins.runs["prod"] <= 3
    assert {cluster.error.reason for cluster in behind if cluster.error} == {"plugin_failed"}
    assert {cluster.error.command for cluster in behind if cluster.error} == {"aws sso login --profile prod"}
    assert states(behind) == {CredentialState.INVALID: len(behind)}
    await asyncio.gather(*opened.values())
    assert states([c for c in clusters if c.login != "prod"]) == {CredentialState.VALID: 200 - len(behind)}


async def test_clusters_behind_an_expired_login_wait_quietly_and_one_success_wakes_all(fleet: Fleet) -> None:
    logins, _, clusters = fleet
    logins.mood["prod"] = "expired"
    behind = [cluster for cluster in clusters if cluster.login == "prod"]
    for cluster in clusters:
        cluster.open()
    await asyncio.sleep(60)
    before = logins.runs["prod"]
    told = sum(len(cluster.states) for cluster in behind)
    await asyncio.sleep(3_600)
    # One plugin every 30 to 60 s, for all 66 of them, and none of them changes its state.
    assert 55 <= logins.runs["prod"] - before <= 125
    assert sum(len(cluster.states) for cluster in behind) == told
    logins.mood["prod"] = "up"
    await asyncio.sleep(75)
    assert states(behind) == {CredentialState.VALID: len(behind)}


async def test_a_person_who_retries_one_cluster_after_logging_in_wakes_all(fleet: Fleet) -> None:
    logins, broker, clusters = fleet
    logins.mood["prod"] = "expired"
    behind = [cluster for cluster in clusters if cluster.login == "prod"]
    for cluster in clusters:
        cluster.open()
    await asyncio.sleep(600)
    logins.mood["prod"] = "up"
    broker.retry(behind[7].target)
    await asyncio.sleep(20)
    assert states(behind) == {CredentialState.VALID: len(behind)}


async def test_a_hanging_login_does_not_keep_the_others_from_running(fleet: Fleet) -> None:
    logins, _, clusters = fleet
    logins.mood["dev"] = "hangs"
    for cluster in clusters:
        cluster.open()
    await asyncio.sleep(45)
    assert states([c for c in clusters if c.login != "dev"]) == {CredentialState.VALID: 133}
    assert logins.runs["dev"] <= 6
    behind = [cluster for cluster in clusters if cluster.login == "dev"]
    assert {cluster.error.reason for cluster in behind if cluster.error} == {"plugin_timeout"}


async def test_one_person_is_asked_once_and_holds_up_nobody_else(fleet: Fleet) -> None:
    logins, _, clusters = fleet
    logins.mood["stage"] = "asks"
    behind = [cluster for cluster in clusters if cluster.login == "stage"]
    for cluster in clusters:
        cluster.open()
    await asyncio.sleep(60)
    assert states([c for c in clusters if c.login != "stage"]) == {CredentialState.VALID: 200 - len(behind)}
    # Two may start before the first has said what it waits for.
    assert logins.runs["stage"] <= 2
    assert sum(bool(cluster.source.waiting_for_person) for cluster in behind) == logins.runs["stage"]
    logins.mood["stage"] = "up"
    logins.answers.set()
    await asyncio.sleep(60)
    assert states(behind) == {CredentialState.VALID: len(behind)}


async def test_nobody_is_asked_again_who_did_not_come(fleet: Fleet) -> None:
    logins, broker, clusters = fleet
    logins.mood["stage"] = "asks"
    behind = [cluster for cluster in clusters if cluster.login == "stage"]
    for cluster in behind:
        cluster.open()
    await asyncio.sleep(3_600)
    asked = logins.runs["stage"]
    assert asked <= 2
    assert states(behind) == {CredentialState.INVALID: len(behind)}
    broker.retry(behind[0].target)
    await asyncio.sleep(10)
    assert logins.runs["stage"] == asked + 1


async def test_one_cluster_that_can_never_work_does_not_take_its_login_down(fleet: Fleet) -> None:
    logins, _, clusters = fleet
    logins.bad_clusters.add("c0")
    for cluster in clusters:
        cluster.open()
    await asyncio.sleep(60)
    assert states(clusters) == {CredentialState.VALID: 199, CredentialState.INVALID: 1}
    before = logins.runs["dev"]
    await asyncio.sleep(600)
    # It alone is tried, with patience.
    assert logins.runs["dev"] - before <= 25


async def test_closing_everything_in_the_middle_leaves_nothing_running(fleet: Fleet) -> None:
    logins, broker, clusters = fleet
    logins.mood.update(dev="hangs", stage="asks", prod="expired")
    for cluster in clusters:
        cluster.open()
    await asyncio.sleep(0.5)
    started = asyncio.get_running_loop().time()
    for cluster in clusters:
        await cluster.close()
    assert asyncio.get_running_loop().time() - started < 2
    assert logins.running.total() == 0
    assert broker.plugins_running == 0


@pytest.mark.parametrize("seed", range(examples(20)))
async def test_whatever_comes_every_cluster_ends_as_its_login(seed: int, anyio_backend: object) -> None:
    rng = random.Random(seed)
    logins = Logins(seed)
    loop = asyncio.get_running_loop()
    broker = Broker(run=logins, wall=loop.time, environment={}, rng=random.Random(seed))
    clusters: dict[int, Cluster] = {}
    for _ in range(300):
        number = rng.randrange(40)
        match rng.randrange(8):
            case 0 | 1 | 2 if number not in clusters:
                clusters[number] = Cluster(broker, number, ("dev", "stage", "prod")[number % 3])
                clusters[number].open()
            case 3 if number in clusters:
                await clusters.pop(number).close()
            case 4:
                logins.mood[rng.choice(["dev", "stage", "prod"])] = rng.choice(["up", "up", "expired", "hangs"])
            case 5 if number in clusters:
                broker.retry(clusters[number].target)
            case 6 if number in clusters and clusters[number].source.state is CredentialState.VALID:
                given = await clusters[number].source.get()
                clusters[number].source.reject(given)
                clusters[number].open()
            case _:
                await asyncio.sleep(rng.uniform(0, 20))
        assert logins.most <= 4
    logins.mood.clear()
    await asyncio.sleep(300)
    assert states(list(clusters.values())) == Counter({CredentialState.VALID: len(clusters)})
    for cluster in clusters.values():
        await cluster.close()
    await broker.close()
    with pytest.raises(AuthError):
        await next(iter(clusters.values())).source.get()
