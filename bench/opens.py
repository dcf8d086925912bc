"""Figures of opening: how long until rows show, alone, together, one after another, beside a hang, beside kubectl."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Iterable, Sequence

from bench.consoles import Console, console
from bench.ground import HANGS, RTT, Ground, say
from bench.kubectl import Kubectl
from bench.looks import Looks
from bench.measuring import Figures


async def opened(
    here: Console, names: Sequence[str], *, apart: float = 0.0, complete: bool = True, within: float = 90
) -> Opened:
    """Opens them, in one request or `apart` seconds from each other; returns when all have shown what is asked."""
    async with here.looking_at(names) as looks:
        starts: dict[str, float] = {}
        if apart:
            await _one_by_one(here, names, starts, apart)
        else:
            now = time.perf_counter()
            starts = dict.fromkeys(names, now)
            await here.change(opens=names)
        await looks.until("complete" if complete else "first", within=within)
        await looks.until("first", within=within)
        return Opened(starts, looks)


class Opened:
    """Seconds from each one's own start."""

    def __init__(self, starts: dict[str, float], looks: Looks) -> None:
        self.first = {n: (looks[n].first_at or 0) - at for n, at in starts.items()}
        self.complete = {n: at - starts[n] for n in starts if (at := looks[n].complete_at) is not None}
        self.totals = {n: looks[n].total for n in starts}


async def _one_by_one(here: Console, names: Sequence[str], starts: dict[str, float], apart: float) -> None:
    async def one(number: int, name: str) -> None:
        await asyncio.sleep(number * apart)
        starts[name] = time.perf_counter()
        await here.change(opens=[name])

    async with asyncio.TaskGroup() as group:
        for number, name in enumerate(names):
            group.create_task(one(number, name))


async def fifty(ground: Ground, *, quick: bool) -> Figures:
    """open50_ratio, open50_complete_ratio, round_trips_to_rows."""
    count, alone = (10, 2) if quick else (50, 8)
    config = ground.write(await ground.far_entries("alone", alone), await ground.far_entries("many", count))
    async with console(config) as here:
        singles: list[Opened] = []
        for i in range(alone):
            singles.append(await opened(here, [f"alone-{i}"]))
            await here.clear()
        many = await opened(here, [f"many-{i}" for i in range(count)])
        await here.clear()
    one_first = [o.first[f"alone-{i}"] for i, o in enumerate(singles)]
    one_whole = [o.complete[f"alone-{i}"] for i, o in enumerate(singles)]
    firsts = sorted(many.first.values())
    say(
        f"alone: first {_range(one_first)}, complete {_range(one_whole)}; {count} together: first "
        f"{firsts[0]:.2f}/{statistics.median(firsts):.2f}/{firsts[-1]:.2f}, complete {_range(many.complete.values())}"
    )
    return {
        "open50_ratio": max(firsts) / max(one_first),
        "open50_complete_ratio": max(many.complete.values()) / max(one_whole),
        "round_trips_to_rows": statistics.median(one_first) / RTT,
    }


async def serial(ground: Ground, *, quick: bool) -> Figures:
    """open50_serial_ratio: the first pages of 10 in serial mode, scaled to 50, over the slowest alone there."""
    count = 3 if quick else 10
    config = ground.write(await ground.far_entries("alone", 2), await ground.far_entries("serial", count))
    async with console(config, "selection.mode=serial") as here:
        alone: list[float] = []
        for name in ("alone-0", "alone-1"):
            alone.append((await opened(here, [name])).first[name])
            await here.clear()
        many = await opened(here, [f"serial-{i}" for i in range(count)], complete=False)
        await here.clear()
    last = max(many.first.values())
    say(f"serial: {count} of them {last:.1f} s, alone {_range(alone)}")
    return {"open50_serial_ratio": last * (50 / count) / max(alone)}


async def beside_hangs(ground: Ground, *, quick: bool) -> Figures:
    """beside_hang_ratio: medians of interleaved pairs, worst kind of hang."""
    pairs = 1 if quick else 10
    ratios: dict[str, float] = {}
    async with ground.hanging() as hanging:
        port = (await ground.far(1))[0]
        url = f"https://127.0.0.1:{port}"
        bs = [
            ground.fleet[0].entry(f"b-{kind}-{side}-{n}", server=url)
            for kind in HANGS for side in ("alone", "beside") for n in range(pairs)
        ]  # fmt: skip
        async with console(ground.write(hanging, bs), silent_names=True) as here:
            for kind in HANGS:
                alone: list[float] = []
                beside: list[float] = []
                for n in range(pairs):
                    name = f"b-{kind}-alone-{n}"
                    alone.append((await opened(here, [name], complete=False)).first[name])
                    await here.clear()
                    await here.change(opens=[f"hang-{kind}"])
                    await asyncio.sleep(0.1)
                    name = f"b-{kind}-beside-{n}"
                    beside.append((await opened(here, [name], complete=False)).first[name])
                    await here.clear()
                ratios[kind] = statistics.median(beside) / statistics.median(alone)
                say(f"beside a hang of {kind}: {ratios[kind]:.3f} (alone {_range(alone)}, beside {_range(beside)})")
    return {"beside_hang_ratio": max(ratios.values())}


async def against_kubectl(ground: Ground, *, quick: bool) -> Figures:
    """open8_rtt500_vs_kubectl, first_rows_vs_kubectl."""
    rounds, servers = (1 if quick else 3), len(ground.fleet)
    fars = [await ground.far_entries(f"far{n}", servers) for n in range(rounds)]
    nears = [ground.near_entries(f"near{n}") for n in range(rounds)]
    config = ground.write(*fars, *nears)
    kubectl = Kubectl(config, ground.folder)
    await kubectl.get_pods("near0-0")  # its binary, into the file cache
    far: list[float] = []
    near: list[float] = []
    async with console(config) as here:
        for n in range(rounds):
            theirs = await kubectl.all_at([f"far0-{i}" for i in range(servers)], 0.05)
            ours = await opened(here, [f"far{n}-{i}" for i in range(servers)], apart=0.05)
            await here.clear()
            far.append(max(ours.complete.values()) / max(theirs))
            if n == 0:
                await kubectl.all_at([f"far0-{i}" for i in range(servers)], 0.05, warm=True)
                warm = await kubectl.all_at([f"far0-{i}" for i in range(servers)], 0.05, warm=True)
                say(f"500 ms: kubectl that has met them before {_range(warm)}")
            say(f"500 ms: complete {_range(ours.complete.values())}, first {_range(ours.first.values())}; "
                f"kubectl {_range(theirs)}")  # fmt: skip
            theirs = await kubectl.all_at([f"near0-{i}" for i in range(servers)], 0.0)
            ours = await opened(here, [f"near{n}-{i}" for i in range(servers)])
            await here.clear()
            near.append(max(ours.first.values()) / max(theirs))
            say(f"no latency: first {_range(ours.first.values())}, complete {_range(ours.complete.values())}; "
                f"kubectl {_range(theirs)}")  # fmt: skip
    return {
        "open8_rtt500_vs_kubectl": statistics.median(far),
        "first_rows_vs_kubectl": statistics.median(near),
    }


def _range(values: Iterable[float]) -> str:
    ordered = sorted(values)
    return f"{ordered[0]:.2f}-{ordered[-1]:.2f} s"
