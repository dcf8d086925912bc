"""The processes that answer questions: started when one is asked, kept a while, ended with whatever overstays."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final

import structlog

from quarterdeck.aio.tasks import TaskBag
from quarterdeck.asking.protocol import Answered, Ask, Describe, Described, Failed, Question, Reply
from quarterdeck.asking.worker import Worker, WorkerEndedError
from quarterdeck.model.errors import InternalError, InvalidRequestError, QueryFailedError, RefusedError

log = structlog.get_logger(__name__)

WORKERS: Final = 2
IDLE_S: Final = 60.0
_GRACE_S: Final = 1.0
"""For a reply past the question's own time, which the process keeps by itself where it can."""
_START_S: Final = 15.0
_END_S: Final = 2.0


class Askers:
    """At most `workers` questions at once; others wait their turn for as long as a question may take. `close` ends
    all."""

    def __init__(self, workers: int = WORKERS, idle_s: float = IDLE_S) -> None:
        self.started = 0
        """Processes, ever."""
        self._turns = asyncio.Semaphore(workers)
        self._idle: list[tuple[Worker, asyncio.TimerHandle]] = []
        self._idle_s = idle_s
        self._workers: set[Worker] = set()
        self._starts: set[asyncio.Task[Worker | Exception]] = set()
        self._bag = TaskBag("asking")
        self._closed = False

    async def ask(self, question: Ask) -> Answered:
        """Raises InvalidRequestError (with the position), QueryFailedError (over a limit, or its process ended),
        RefusedError (too many others), InternalError (no process can be started). Cancelling ends the question."""
        reply = await self._asked(question)
        assert isinstance(reply, Answered)
        return reply

    async def describe(self, question: Describe) -> Described:
        """Raises as `ask` does."""
        reply = await self._asked(question)
        assert isinstance(reply, Described)
        return reply

    async def close(self) -> None:
        self._closed = True
        for _, timer in self._idle:
            timer.cancel()
        self._idle.clear()
        self._kill()
        if self._starts:
            await asyncio.wait(self._starts, timeout=_END_S)
            self._kill()
        if self._workers:
            await asyncio.wait([self._bag.spawn(w.ended(), "end") for w in self._workers], timeout=_END_S)
        await self._bag.close(_END_S)

    def _kill(self) -> None:
        for worker in self._workers:
            worker.kill()

    async def _asked(self, question: Question) -> Reply:
        try:
            async with asyncio.timeout(question.limits.seconds):
                await self._turns.acquire()
        except TimeoutError:
            raise RefusedError("Other questions are being answered. Ask again when they are done.") from None
        try:
            reply = await self._exchange(question)
        finally:
            self._turns.release()
        if isinstance(reply, Failed):
            if reply.why == "invalid":
                raise InvalidRequestError(reply.message, reply.position)
            raise QueryFailedError(reply.message)
        return reply

    async def _exchange(self, question: Question) -> Reply:
        if (idle := self._taken()) is not None:
            with suppress(WorkerEndedError):  # it was lost while nobody asked it anything, most likely
                return await self._answered(idle, question)
        try:
            return await self._answered(await self._started(), question)
        except WorkerEndedError:
            raise QueryFailedError(
                "The process that answered the question ended: it was too much for it, or somebody ended it."
            ) from None

    async def _answered(self, worker: Worker, question: Question) -> Reply:
        """Raises WorkerEndedError and QueryFailedError; the process is idle afterwards, or gone."""
        seconds = question.limits.seconds
        try:
            async with asyncio.timeout(seconds + _GRACE_S):
                reply = await worker.exchange(question)
        except TimeoutError:
            self._end(worker)
            raise QueryFailedError(f"The question takes longer than {seconds:g} s; its process was ended.") from None
        except BaseException:
            self._end(worker)
            raise
        self._give(worker)
        return reply

    def _taken(self) -> Worker | None:
        while self._idle:
            worker, timer = self._idle.pop()
            timer.cancel()
            if worker.alive:
                return worker
            self._end(worker)
        return None

    def _give(self, worker: Worker) -> None:
        if self._closed:
            self._end(worker)
            return
        timer = asyncio.get_running_loop().call_later(self._idle_s, self._retire, worker)
        self._idle.append((worker, timer))

    def _retire(self, worker: Worker) -> None:
        self._idle = [(w, timer) for w, timer in self._idle if w is not worker]
        self._end(worker)

    async def _started(self) -> Worker:
        """A start that nobody waits for any more still comes to its end: the process is idle then."""
        if self._closed:
            raise RefusedError("Quarterdeck is ending.")
        starting = self._bag.spawn(self._start(), "start")
        self._starts.add(starting)
        starting.add_done_callback(self._starts.discard)
        try:
            worker = await asyncio.shield(starting)
        except asyncio.CancelledError:
            starting.add_done_callback(self._unwanted)
            raise
        if self._closed:  # a process that is ready now is killed in a moment, by `close`
            raise RefusedError("Quarterdeck is ending.")
        if isinstance(worker, Worker):
            return worker
        why = getattr(worker, "strerror", None) or type(worker).__name__
        raise InternalError("asking", f"No process can be started to answer questions: {why}.") from worker

    async def _start(self) -> Worker | Exception:
        """What went wrong is for whoever asked; a task that fails is a mistake of ours."""
        try:
            worker = await Worker.start()
        except OSError as error:
            return error
        self.started += 1
        self._workers.add(worker)
        try:
            async with asyncio.timeout(_START_S):
                await worker.ready()
        except (TimeoutError, WorkerEndedError) as error:
            self._end(worker)
            return error
        except BaseException:
            self._end(worker)
            raise
        return worker

    def _unwanted(self, starting: asyncio.Task[Worker | Exception]) -> None:
        if not starting.cancelled() and isinstance(worker := starting.result(), Worker):
            self._give(worker)

    def _end(self, worker: Worker) -> None:
        worker.kill()
        if not self._closed:
            self._bag.spawn(self._reap(worker), "end")

    async def _reap(self, worker: Worker) -> None:
        await worker.ended()
        self._workers.discard(worker)
