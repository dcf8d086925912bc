"""Any filter that can be written, on any rows: what SQLite finds is what the language says, worked out in Python."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.catalog.filter import compile_filter
from quarterdeck.catalog.kinds import as_json
from quarterdeck.catalog.pods import POD_KIND
from quarterdeck.model.kinds import PODS
from quarterdeck.stores import paging
from quarterdeck.stores.protocol import PageQuery, Value
from tests.examples import examples

from .memory import TABLES, MemoryStore

NOW = 1_790_000_000
Row = Mapping[str, Value]
Test = Callable[[Row], bool]
Written = tuple[str, Test]
_LETTERS = "aAbB_%-.é"
_words = st.text(_LETTERS, min_size=1, max_size=4).filter(lambda w: not w.startswith("-"))
_cells = st.text(_LETTERS + ' ",*\\', max_size=6)
_texts = {"ns": "namespace", "name": "name", "status": "status", "NODE": "node", "message": "message", "QoS": "qos"}
_numbers = {"restarts": "restarts", "cpu": "cpu_request", "memory": "memory_request", "Memory-limit": "memory_limit"}
_amounts = {"0": 0.0, "1": 1.0, "500m": 0.5, "2e0": 2.0, "1Ki": 1024.0, "-1": -1.0}
_times = {"created": "created", "last_restart": "last_restart", "LastRestart": "last_restart"}
_ages = {"0s": 0, "1h": 3600, "1d12h": 129_600, "0.5h": 1800, "1W": 604_800}
_SIGNS: dict[str, Callable[[float, float], bool]] = {
    "": lambda a, b: a == b,
    "=": lambda a, b: a == b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
}
_KEYS = ("app", "k8s.io/name", "x")
_VALUES = ("", "a", "A", "ab", "b-1")


def lower(text: str) -> str:
    """As SQLite does: A to Z alone."""
    return re.sub("[A-Z]", lambda found: found.group().lower(), text)


def quoted(text: str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def like(glob: str, text: str, *, whole: bool = True) -> bool:
    pattern = ".*".join(re.escape(part) for part in lower(glob).split("*"))
    find = re.fullmatch if whole else re.search
    return find(pattern, lower(text), re.DOTALL) is not None


@st.composite
def globs(draw: st.DrawFn) -> tuple[str, Callable[[str, bool], bool]]:
    if draw(st.booleans()):
        word = draw(_cells)
        return quoted(word), lambda text, whole: lower(word) == lower(text) if whole else lower(word) in lower(text)
    glob = draw(st.lists(_words | st.just("*"), min_size=1, max_size=3).map("".join))
    return glob, lambda text, whole: like(glob, text, whole=whole)


@st.composite
def texts(draw: st.DrawFn) -> Written:
    field = draw(st.sampled_from([*_texts]))
    chosen = draw(st.lists(globs(), min_size=1, max_size=3))

    def holds(row: Row) -> bool:
        cell = row[_texts[field]]
        return cell is not None and any(test(str(cell), True) for _, test in chosen)

    return f"{field}:" + ",".join(text for text, _ in chosen), holds


@st.composite
def free(draw: st.DrawFn) -> Written:
    chosen = draw(st.lists(globs(), min_size=1, max_size=2))
    cells = ("name", "namespace", "status")
    return ",".join(text for text, _ in chosen), lambda row: any(
        test(str(row[cell]), False) for _, test in chosen for cell in cells
    )


@st.composite
def numbers(draw: st.DrawFn) -> Written:
    field = draw(st.sampled_from([*_numbers]))
    chosen = draw(st.lists(st.tuples(st.sampled_from([*_SIGNS]), st.sampled_from([*_amounts])), min_size=1, max_size=2))

    def holds(row: Row) -> bool:
        cell = row[_numbers[field]]
        return cell is not None and any(_SIGNS[sign](float(cell), _amounts[text]) for sign, text in chosen)

    return f"{field}:" + ",".join(sign + text for sign, text in chosen), holds


@st.composite
def ages(draw: st.DrawFn) -> Written:
    field, column = draw(st.sampled_from([*_times.items(), ("age", "created")]))
    sign, text = draw(st.sampled_from([">", ">=", "<", "<="])), draw(st.sampled_from([*_ages]))

    def holds(row: Row) -> bool:
        cell = row[column]
        return cell is not None and _SIGNS[sign](NOW - float(cell), _ages[text])

    return f"{field}:{sign}{text}", holds


@st.composite
def dates(draw: st.DrawFn) -> Written:
    """A date is compared with the date of the cell, written as finely."""
    field, column = draw(st.sampled_from([*_times.items()]))
    sign = draw(st.sampled_from([*_SIGNS]))
    form = draw(st.sampled_from(["%Y", "%Y-%m", "%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]))
    text = _at(draw(_moments)).strftime(form)

    def holds(row: Row) -> bool:
        cell = row[column]
        return cell is not None and _compare(sign, _at(int(cell)).strftime(form), text)

    return f"{field}:{sign}{text}", holds


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _compare(sign: str, one: str, other: str) -> bool:
    return _SIGNS[sign]((one > other) - (one < other), 0)


@st.composite
def labels(draw: st.DrawFn) -> Written:
    requirements = draw(st.lists(requirement(), min_size=1, max_size=3))
    text = quoted(", ".join(text for text, _ in requirements))
    return f"label:{text}", lambda row: all(test(row) for _, test in requirements)


@st.composite
def requirement(draw: st.DrawFn) -> Written:
    key, values = draw(st.sampled_from(_KEYS)), draw(st.lists(st.sampled_from(_VALUES), min_size=1, max_size=3))

    def of(row: Row) -> str | None:
        return msgspec.json.decode(str(row["labels"]), type=dict[str, str]).get(key) if row["labels"] else None

    among = f"({','.join(values)})"
    forms: list[Written] = [
        (key, lambda row: of(row) is not None),
        (f"!{key}", lambda row: of(row) is None),
        (f"{key}={values[0]}", lambda row: of(row) == values[0]),
        (f"{key} == {values[0]}", lambda row: of(row) == values[0]),
        (f"{key}!={values[0]}", lambda row: of(row) != values[0]),
        (f"{key} in {among}", lambda row: of(row) in values),
        (f"{key} notin {among}", lambda row: of(row) not in values),
    ]
    return draw(st.sampled_from(forms))


@st.composite
def filters(draw: st.DrawFn) -> Written:
    one = texts() | free() | numbers() | ages() | dates() | labels()
    chosen = draw(st.lists(st.tuples(st.booleans(), one), min_size=1, max_size=4))
    text = "  ".join(("-" if negated else "") + text for negated, (text, _) in chosen)
    return text, lambda row: all(test(row) is not negated for negated, (_, test) in chosen)


_namespaces = _cells.map(lambda text: "".join(c.lower() if c.isascii() else c for c in text))
"""As a server takes them."""
_moments = st.sampled_from([NOW, NOW - 1, NOW - 59, NOW - 3600, NOW - 129_600, NOW - 604_800]) | st.integers(0, 2**31)
_rows = st.fixed_dictionaries(
    {
        "created": _moments,
        "status": _cells,
        "node": _cells,
        "message": _cells | st.none(),
        "qos": _cells | st.none(),
        "restarts": st.integers(-1, 3),
        "last_restart": _moments | st.none(),
        "cpu_request": st.sampled_from([0.0, 0.5, 1.0, None]),
        "memory_request": st.sampled_from([0, 1024, None]),
        "memory_limit": st.sampled_from([1, 2, 1024]),
        "labels": st.dictionaries(st.sampled_from(_KEYS), st.sampled_from(_VALUES)).map(as_json) | st.none(),
    }
)


@settings(max_examples=examples(400))
@given(st.dictionaries(st.tuples(_namespaces, _cells), _rows, max_size=6), filters())
def test_sqlite_finds_what_the_language_says(cells: dict[tuple[str, str], Row], written: Written) -> None:
    text, holds = written
    store = MemoryStore()
    store.clock(lambda: NOW)
    rows: list[Row] = [{"namespace": ns, "name": name, **row} for (ns, name), row in cells.items()]
    for row in rows:
        store.put(str(row["name"]), str(row["namespace"]), cells=row)
    made = compile_filter(text, POD_KIND)
    query = PageQuery(("namespace", "name"), made.where, made.params)
    found = paging.page(store.db, TABLES[PODS], query)
    store.db.close()
    assert set(found) == {(row["namespace"], row["name"]) for row in rows if holds(row)}, text
