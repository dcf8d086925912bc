"""Writes to a store, is killed, looks at what is left; again and again: `killed.py FOLDER TIMES SEED`.

A process of its own, single-threaded, so that it may fork. Each child goes on with the file that the one before left,
tells its parent of every write that was done, and is killed at some moment. Then the rows must be those after the last
write that was told, or after the next one: never half of one, and never fewer.
"""

# pyright: reportUnknownMemberType=false
# apsw's stubs name collections.abc.Buffer, which Python 3.11 does not have.

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

import apsw

from quarterdeck.model.kinds import PODS, Column, ColumnType
from quarterdeck.stores.file import StoreFile
from quarterdeck.stores.schema import Table

COLUMNS = (
    Column("uid", ColumnType.TEXT),
    Column("namespace", ColumnType.TEXT),
    Column("name", ColumnType.TEXT, indexed=True),
    Column("created", ColumnType.TIME, indexed=True),
    Column("restarts", ColumnType.INTEGER, indexed=True),
)
TABLE = Table(PODS, COLUMNS)
LONGEST_S = 0.004
MOST_WRITES = 12
Write = tuple[str, list[int], int]
"""What is done, to which pods, and the number that it leaves in each (or the list's version)."""


@dataclass
class Model:
    """What the file must hold."""

    rows: dict[int, int] = field(default_factory=dict[int, int])
    complete: bool = False
    version: str = ""
    unseen: set[int] = field(default_factory=set[int])

    def do(self, write: Write) -> None:
        what, pods, number = write
        match what:
            case "begin":
                self.complete, self.unseen = False, set(self.rows)
            case "upsert":
                self.rows |= dict.fromkeys(pods, number)
                self.unseen -= set(pods)
            case "delete":
                self.rows = {pod: n for pod, n in self.rows.items() if pod not in pods}
            case "finish":
                self.rows = {pod: n for pod, n in self.rows.items() if pod not in self.unseen}
                self.complete, self.version, self.unseen = True, str(number), set()
            case _:  # touch, index
                self.version = str(number) if what == "touch" else self.version

    def shown(self) -> tuple[dict[int, int], bool, str]:
        return self.rows, self.complete, self.version


def writes(rng: random.Random) -> Iterator[Write]:
    """Lists and what follows them, without end."""
    number = 0
    while True:
        number += 1
        yield "begin", [], number
        listed = rng.sample(range(400), 200)
        for start in range(0, 200, 40):
            yield "upsert", listed[start : start + 40], number
        yield "finish", [], number
        yield from (("index", [at], number) for at in range(len(TABLE.indexes())))
        for _ in range(rng.randrange(20)):
            number += 1
            what = rng.choice(("upsert", "upsert", "delete", "touch"))
            yield what, rng.sample(range(400), rng.randrange(1, 60)), number


def do(file: StoreFile, write: Write) -> None:
    what, pods, number = write
    match what:
        case "begin":
            file.begin(_alive, PODS)
        case "upsert":
            named = [
                {"uid": f"u{p}", "namespace": "n", "name": f"p{p}", "created": 1, "restarts": number} for p in pods
            ]
            file.upsert(_alive, PODS, named)
        case "delete":
            file.delete(_alive, PODS, [f"u{pod}" for pod in pods])
        case "finish":
            file.finish(_alive, PODS, str(number))
        case "touch":
            file.touch(_alive, PODS, str(number))
        case _:
            file.index(_alive, PODS, TABLE.indexes()[pods[0]])


def _alive() -> bool:
    return True


def child(path: Path, seed: int, told: int) -> None:
    file = StoreFile(path, {PODS: COLUMNS}, time.time)
    file.leased()
    os.write(told, b"o")
    for write in writes(random.Random(seed)):
        do(file, write)
        os.write(told, b".")


def kept(path: Path) -> tuple[dict[int, int], bool, str]:
    """As the next start finds it; also that SQLite finds no fault and that the count of rows is right."""
    file = StoreFile(path, {PODS: COLUMNS}, time.time)
    status = file.statuses()[PODS]
    file.close()
    db = apsw.Connection(str(path))
    found: dict[int, int] = {}
    for name, restarts in db.execute(f"SELECT name, restarts FROM {TABLE.name}"):
        found[int(str(name)[1:])] = int(str(restarts))
    fault = db.pragma("integrity_check")
    db.close()
    assert fault == "ok", fault
    assert status.rows == len(found), (status, len(found))
    return found, status.complete, status.resource_version


def main(folder: Path, times: int, seed: int) -> None:
    rng, model, path = random.Random(seed), Model(), folder / "rows.db"
    midway = total = 0
    for turn in range(times):
        reading, told = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            child(path, seed * 1000 + turn, told)
        os.close(told)
        said = b""
        if turn % 4:  # each fourth while it is opened, the others some writes later
            wanted = rng.randrange(1, MOST_WRITES)
            while len(said) < wanted and (chunk := os.read(reading, 65536)):
                said += chunk
        time.sleep(rng.uniform(0, LONGEST_S))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        while chunk := os.read(reading, 65536):
            said += chunk
        done = max(0, len(said) - 1)
        os.close(reading)
        total += done
        script = writes(random.Random(seed * 1000 + turn))
        for _ in range(done):
            model.do(next(script))
        following = deepcopy(model)
        following.do(next(script))
        found = kept(path)
        assert found in (model.shown(), following.shown()), f"turn {turn}, after {done} writes"
        if found != model.shown():
            midway += 1
            model = following
        model.unseen = set()  # the next lease's list begins anew
    print(f"{times} kills in {total} writes, {midway} between a write and word of it")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
