"""Judges a kind's rows by what kubectl prints of the same objects: row by row, column by column.

A mapping has an entry for every header of `kubectl get KIND -A -o wide`; an unmapped header fails, as does a mapped one
that kubectl does not print. NAME and NAMESPACE tell the rows apart and need none.

    MAPPING = {"READY": text("ready"), "AGE": age_of("created"), "IP": text("ip", empty="<none>")}
    await judge(cluster, kubectl, folder, POD_KIND, MAPPING)
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from quarterdeck.aio.names import Names
from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.kubeclient.client import Client
from quarterdeck.model.credentials import Credential
from quarterdeck.model.kinds import Resource
from quarterdeck.stores.protocol import Row
from testbed import kubeconfig
from testbed.cluster import Cluster
from tests.fleet.kinds.ages import ages
from tests.unit.kubeclient.ground import FakeSource, target_of

_BREAKS = re.compile(r"[\f\n\r]")


@dataclass(frozen=True)
class Printed:
    """kubectl's output, and between which moments it was made (seconds since the epoch)."""

    output: str
    first: float = 0
    last: float = 0


Cell = Callable[[Row, Printed], set[str]]
"""All that kubectl may rightly print of a row under one header."""
Cells = Mapping[str, Cell]


def text(column: str, *, empty: str = "") -> Cell:
    """The column's value as it is; kubectl prints `empty` where it is empty."""

    def cell(row: Row, printed: Printed) -> set[str]:
        del printed
        value = row[column]
        return {shown_in_a_line(str(value)) if value not in ("", None) else empty}

    return cell


def age_of(column: str, *, empty: str = "<unknown>", grain: float = 0) -> Cell:
    """The age of a TIME column, `empty` where there is none; `grain` as in `ages`."""

    def cell(row: Row, printed: Printed) -> set[str]:
        since = row[column]
        return ages(float(since), printed.first, printed.last, grain=grain) if since else {empty}

    return cell


def instant(column: str) -> Cell:
    """A TIME column that kubectl prints as the time it is, and not as an age."""

    def cell(row: Row, printed: Printed) -> set[str]:
        del printed
        return {datetime.fromtimestamp(float(row[column] or 0), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}

    return cell


def compare(kind: KindSpec[Any], printed: Printed, rows: Iterable[Row], mapping: Cells) -> None:
    """Raises AssertionError naming every difference: objects only one side has, headers without a mapping, cells."""
    headers, lines = parse(printed.output)
    ours = {(str(row["namespace"]), str(row["name"])): row for row in rows}
    wrong = [f"kubectl prints {h}, which nothing is compared with" for h in headers if h not in (*_KEY, *mapping)]
    wrong += [f"kubectl prints no {h}" for h in mapping if h not in headers and lines]
    theirs = {(line.get("NAMESPACE", ""), line["NAME"]): line for line in lines}
    wrong += [f"{key} is only ours" for key in ours.keys() - theirs.keys()]
    wrong += [f"{key} is only kubectl's" for key in theirs.keys() - ours.keys()]
    if len(lines) != len(theirs):
        wrong.append("kubectl prints an object twice")
    for key in sorted(theirs.keys() & ours.keys()):
        assert list(ours[key]) == [c.name for c in kind.columns], f"{key} has not the columns of {kind.kind}"
        for header, cell in mapping.items():
            may, is_ = cell(ours[key], printed), theirs[key].get(header, "")
            if is_ not in may:
                wrong.append(f"{key} {header}: kubectl prints {is_!r}, our row means {' or '.join(sorted(may))!r}")
    assert not wrong, f"{kind.title}:\n" + "\n".join(wrong)


_KEY = ("NAMESPACE", "NAME")


def parse(output: str) -> tuple[list[str], list[dict[str, str]]]:
    """Headers, and each line's cells by header. Columns begin where their header does, 3 blanks apart at least; a cell
    of blanks is empty."""
    first, *rest = output.splitlines() or [""]
    found = [(m.start(), m.group()) for m in re.finditer(r"\S+(?: \S+)*", first)]
    ends = [start for start, _ in found[1:]] + [None]
    lines = [{h: line[start:end].strip() for (start, h), end in zip(found, ends, strict=True)} for line in rest if line]
    return [h for _, h in found], lines


def shown_in_a_line(value: str) -> str:
    """A cell of several lines ends at its first (cli-runtime/pkg/printers/tableprinter.go, appendCellValue)."""
    found = _BREAKS.search(value)
    return (value[: found.start()] + "..." if found else value).strip()


async def list_rows(cluster: Cluster, kind: KindSpec[Any]) -> list[Row]:
    """All rows of a kind by our own client, decoder and projection; fails if an object did not fit the decoder."""
    source = FakeSource(Credential(1, (("Authorization", f"Bearer {cluster.token()}"),)))
    client = Client(target_of(cluster.url, cluster.server.authority.certificate), source, names=Names())
    try:
        rows: list[Row] = []
        token = ""
        while True:
            page = await client.list_page(kind.resource, kind.decoder, continue_token=token)
            rows += [kind.project(item) for item in page.items]
            token = page.continue_token
            if not token:
                break
        assert client.skipped == 0, f"{client.skipped} objects of {kind.resource.path} did not decode"
        return rows
    finally:
        await client.close()


async def kubectl_prints(cluster: Cluster, kubectl: Path, folder: Path, resource: Resource) -> Printed:
    """`kubectl get RESOURCE -A -o wide`."""
    config = kubeconfig.write(folder / "kubeconfig", [cluster.entry()])
    name = f"{resource.resource}.{resource.version}.{resource.group}"
    command = (kubectl, f"--kubeconfig={config}", f"--cache-dir={folder / 'cache'}", "get", name, "-A", "-o", "wide")
    async with asyncio.timeout(60):
        first = time.time()
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(*command, stdout=pipe, stderr=pipe)
        output, error = await process.communicate()
    assert process.returncode == 0, error.decode()
    return Printed(output.decode(), first, time.time())


async def judge(cluster: Cluster, kubectl: Path, folder: Path, kind: KindSpec[Any], mapping: Cells) -> list[Row]:
    """Lists by our client and by kubectl, compares, and gives our rows; nothing may change meanwhile."""
    rows = await list_rows(cluster, kind)
    assert rows, f"no {kind.title} to compare"
    compare(kind, await kubectl_prints(cluster, kubectl, folder, kind.resource), rows, mapping)
    return rows
