"""Fault proxies in a process of their own, so that a benchmark's event loop does not pay for the link it measures.

As a program it reads a JSON object a line on standard input and answers each with one on standard output; it ends, and
its proxies with it, when standard input does.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from typing import Any, Self

from testbed.faultproxy import FaultProxy
from testbed.faults import Fault, Kind
from testbed.processes import TestbedError


class ProxyProcess:
    """`async with ProxyProcess() as proxies: ports = await proxies.open([6443] * 50, latency=0.25)`."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "testbed.proxyprocess", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        process = self._process
        if process is None or process.stdin is None:
            return
        process.stdin.close()
        try:
            async with asyncio.timeout(10):
                await process.wait()
        except BaseException:
            process.kill()
            await process.wait()
            raise

    async def _ask(self, question: dict[str, Any], *, within: float = 20) -> dict[str, Any]:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise TestbedError("the proxies' process is not started")
        async with self._turn, asyncio.timeout(within):
            process.stdin.write(json.dumps(question).encode() + b"\n")
            line = await process.stdout.readline()
        if not line:
            raise TestbedError("the proxies' process has ended")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise TestbedError(f"the proxies' process could not do {question['op']}: {answer['error']}")
        return answer

    async def open(self, targets: Sequence[int], *, latency: float = 0.0, rate: float | None = None) -> list[int]:
        """A proxy before each target port; their ports, in order. `latency` and `rate` are as in FaultProxy."""
        answer = await self._ask({"op": "open", "targets": list(targets), "latency": latency, "rate": rate})
        return list(answer["ports"])

    async def set(self, ports: Sequence[int], fault: Fault) -> None:
        """Changes the fault of some proxies."""
        question = {"op": "set", "ports": list(ports), "kind": fault.kind.value, "after_bytes": fault.after_bytes}
        await self._ask(question)

    async def tune(self, ports: Sequence[int], *, latency: float, rate: float | None = None) -> None:
        """Changes latency and rate of some proxies, for connections that exist too."""
        await self._ask({"op": "tune", "ports": list(ports), "latency": latency, "rate": rate})

    async def counts(self, port: int) -> dict[str, int]:
        """`accepted`, `open`, `bytes_up`, `bytes_down` of one proxy."""
        return dict(await self._ask({"op": "counts", "port": port}))


async def _obey(proxies: dict[int, FaultProxy], question: dict[str, Any]) -> dict[str, Any]:
    match question["op"]:
        case "open":
            options = {"latency": question["latency"], "rate": question["rate"]}
            made = [FaultProxy(target, **options) for target in question["targets"]]
            for proxy in made:
                await proxy.start()
                proxies[proxy.port] = proxy
            return {"ports": [proxy.port for proxy in made]}
        case "set":
            fault = Fault(Kind(question["kind"]), question["after_bytes"])
            for port in question["ports"]:
                await proxies[port].set(fault)
            return {}
        case "tune":
            for port in question["ports"]:
                proxies[port].latency, proxies[port].rate = question["latency"], question["rate"]
            return {}
        case "counts":
            proxy = proxies[question["port"]]
            counts = {"accepted": proxy.accepted, "open": proxy.open}
            return {**counts, "bytes_up": proxy.bytes_up, "bytes_down": proxy.bytes_down}
        case unknown:
            return {"error": f"no such operation: {unknown}"}


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    pipe, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    proxies: dict[int, FaultProxy] = {}
    try:
        while line := await reader.readline():
            try:
                answer = await _obey(proxies, json.loads(line))
            except (KeyError, ValueError, OSError) as error:
                answer = {"error": repr(error)}
            print(json.dumps(answer), flush=True)
    finally:
        await asyncio.gather(*(proxy.stop() for proxy in proxies.values()))
        pipe.close()


def main() -> None:
    import resource

    import uvloop

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    uvloop.run(_serve())


if __name__ == "__main__":
    main()
