"""pytest fixtures over real API servers. Loaded by tests/conftest.py.

`real_fleet` (8 servers) and `real_cluster` (its first) start on first use and live as long as the session. They are a
`Fleet` and a `Cluster`, whose methods work from any event loop. Tests that use them are marked `real` and `real_time`;
a test that kills a server brings it back, and is marked `keeps` too, since the new process outlives it.

- Without the binaries such tests skip, and fail under QUARTERDECK_REQUIRE=all.
- QUARTERDECK_TEST_KUBECONFIG names clusters that a person brings; `any_kubeconfig` then points there. Tests that need
  to kill servers or to make users always take the fleet.
- Tests on a whole fleet, on living workloads or in a browser get the mark `alone` here: each fills a machine, or times
  what neighbours would disturb. Under pytest-xdist each worker starts servers of its own, so the others, which share
  one server, run in several workers with `-m "real and not alone" --dist loadfile`.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest

from testbed import build
from testbed.cluster import Cluster
from testbed.fleet import Fleet
from testbed.workloads import Workloads

T = TypeVar("T")


@dataclass(frozen=True)
class LivingCluster:
    """A cluster whose pods run, what makes them run, and a kubeconfig for it."""

    cluster: Cluster
    workloads: Workloads
    kubeconfig: Path


_CLUSTERS = 8


_FILLS_A_MACHINE = {"real_fleet", "living_cluster"}


@pytest.hookimpl(tryfirst=True)  # before pytest selects by marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("browser") or _FILLS_A_MACHINE & set(getattr(item, "fixturenames", ())):
            item.add_marker("alone")


def in_a_loop_of_its_own(work: Callable[[], Coroutine[object, object, T]]) -> T:
    """Runs a coroutine to its end in a thread, since a session fixture must not disturb the tests' event loops."""
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(asyncio.run(work()))
        except BaseException as error:  # noqa: BLE001 - handed to the thread that waits
            errors.append(error)

    thread = threading.Thread(target=run, name="testbed")
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
    return results[0]


def need_binaries() -> None:
    """Skips the test while the test ground is not built; fails it under QUARTERDECK_REQUIRE=all."""
    if build.is_current():
        return
    reason = "the real control plane is not built: run `make testbed`"
    if os.environ.get("QUARTERDECK_REQUIRE") == "all":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def real_binaries() -> None:
    """For tests that start fleets or use kubectl themselves."""
    need_binaries()


@pytest.fixture(scope="session")
def kubectl_binary(real_binaries: None) -> Path:
    return build.path_of("kubectl")


@pytest.fixture(scope="session")
def real_fleet(real_binaries: None) -> Iterator[Fleet]:
    """8 API servers on one etcd, for the whole session."""
    fleet = Fleet(_CLUSTERS)
    in_a_loop_of_its_own(fleet.start)
    yield fleet
    in_a_loop_of_its_own(fleet.stop)


@pytest.fixture(scope="session")
def _one_server(request: pytest.FixtureRequest, real_binaries: None) -> Iterator[Cluster]:
    # Whoever collects tests of both kinds gets one fleet; a run of a single test file starts one server, not eight.
    wanted = {name for item in request.session.items for name in getattr(item, "fixturenames", ())}
    if "real_fleet" in wanted:
        yield request.getfixturevalue("real_fleet")[0]
        return
    fleet = Fleet(1)
    in_a_loop_of_its_own(fleet.start)
    yield fleet[0]
    in_a_loop_of_its_own(fleet.stop)


@pytest.fixture(scope="session")
def real_cluster(_one_server: Cluster) -> Cluster:
    """One API server: the first of `real_fleet` if any test of the session wants that, else the only one."""
    return _one_server


@pytest.fixture(scope="session")
def living_cluster(real_binaries: None) -> Iterator[LivingCluster]:
    """A cluster of its own, with KWOK, controller-manager and scheduler: Deployments run, and kubectl's logs, exec and
    port-forward work."""
    fleet = Fleet(1, prefix="living")

    async def start() -> None:
        await fleet.start()
        try:
            await fleet.workloads[0].start_controllers()
            await fleet.workloads[0].start_kwok()
        except BaseException:
            await fleet.stop()
            raise

    in_a_loop_of_its_own(start)
    yield LivingCluster(fleet[0], fleet.workloads[0], fleet.write_kubeconfig())
    in_a_loop_of_its_own(fleet.stop)


@pytest.fixture(scope="session")
def any_kubeconfig(request: pytest.FixtureRequest) -> Path:
    """A kubeconfig of working clusters: the person's of QUARTERDECK_TEST_KUBECONFIG, else of `real_fleet`."""
    own = os.environ.get("QUARTERDECK_TEST_KUBECONFIG")
    if own:
        return Path(own)
    fleet: Fleet = request.getfixturevalue("real_fleet")
    return fleet.write_kubeconfig()
