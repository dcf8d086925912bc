"""Hostile questions, asked of the process itself: each is refused in a sentence, and the next one is answered."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from quarterdeck.asking.pool import Askers
from quarterdeck.asking.protocol import Answered, Limits, Source
from quarterdeck.model.errors import InvalidRequestError, QueryFailedError
from quarterdeck.model.kinds import NODES, PODS
from tests.unit.asking.kept import asked, keep, node, pod, rows_of, source

pytestmark = [pytest.mark.anyio, pytest.mark.real_time]

HARD = Limits(seconds=0.5, memory=64_000_000, rows=1_000, size=1_000_000)
ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)"

REFUSED = [
    ("PRAGMA user_version", "not PRAGMA"),
    ("PRAGMA temp.query_only = 0", "not PRAGMA"),
    ("ATTACH ':memory:' AS other", "not ATTACH"),
    ("DETACH c0", "not DETACH"),
    ("CREATE TABLE t(x)", "not CREATE"),
    ("CREATE TEMP TABLE t(x)", "not CREATE"),
    ("CREATE TEMP VIEW v AS SELECT 1", "not CREATE"),
    ("CREATE VIRTUAL TABLE v USING fts5(x)", "not CREATE"),
    ("INSERT INTO pods(name) VALUES ('x')", "not INSERT"),
    ("WITH n AS (SELECT 1) INSERT INTO pods(name) SELECT * FROM n", "a question changes nothing"),
    ("REPLACE INTO pods(name) VALUES ('x')", "not REPLACE"),
    ("UPDATE pods SET name = 'x'", "not UPDATE"),
    ("DELETE FROM pods", "not DELETE"),
    ("DROP TABLE pods", "not DROP"),
    ("ALTER TABLE pods ADD COLUMN x", "not ALTER"),
    ("BEGIN", "not BEGIN"),
    ("COMMIT", "not COMMIT"),
    ("SAVEPOINT s", "not SAVEPOINT"),
    ("VACUUM", "not VACUUM"),
    ("VACUUM INTO '/tmp/copy'", "not VACUUM"),
    ("ANALYZE", "not ANALYZE"),
    ("REINDEX", "not REINDEX"),
    ("EXPLAIN SELECT 1", "not EXPLAIN"),
    ("/* x */ EXPLAIN QUERY PLAN SELECT 1", "not EXPLAIN"),
    ("SELECT 1; SELECT 2", "one question at a time"),
    ("SELECT 1; DROP TABLE pods", "one question at a time"),
    ("SELECT load_extension('/tmp/evil.so')", "load_extension()"),
    ("SELECT fts3_tokenizer('simple')", "fts3_tokenizer()"),
    ("SELECT sqlite_compileoption_get(1)", "sqlite_compileoption_get()"),
    ("SELECT readfile('/etc/passwd')", "no such function"),
    ("SELECT writefile('/tmp/x', 'y')", "no such function"),
    ("SELECT * FROM sqlite_master", "sqlite_master may not be read"),
    ("SELECT * FROM sqlite_temp_schema", "may not be read"),
    ("SELECT count(*) FROM sqlite_temp_schema", "may not be read"),
    ("SELECT count(*) FROM pragma_database_list", "may not be read"),
    ("SELECT * FROM meta", "no table meta"),
    ("SELECT * FROM kinds", "no table kinds"),
    ("SELECT * FROM c0.meta", "no table c0.meta"),
    ('SELECT * FROM c0."core/v1/pods"', "no table c0."),
    ('SELECT * FROM "core/v1/pods"', "no table core/v1/pods"),
    ("SELECT * FROM pragma_database_list", "may not be read"),
    ("SELECT * FROM pragma_table_info('pods')", "may not be read"),
    ("SELECT * FROM dbstat", "may not be read"),
    ("SELECT * FROM main.pods", "no table main.pods"),
    ("SELECT " + "(" * 5_000 + "1" + ")" * 5_000, "SQLite says"),
    ("SELECT " + "-" * 5_000 + "1", "Nothing was asked|SQLite says"),
    ("SELECT " + "NOT " * 5_000 + "1", "depth|recursion"),
    ("SELECT " + " + ".join(["1"] * 5_000), "depth"),
    (" UNION ALL ".join(["SELECT 1"] * 1_000), "too many terms in compound"),
    ("SELECT 1 /* " + "x" * 1_000_000 + " */", "too long"),
]
COSTLY = [
    f"{ENDLESS} SELECT count(*) FROM n",
    f"{ENDLESS} SELECT max(x) FROM n",
    f"{ENDLESS} SELECT x FROM n ORDER BY x",
    f"{ENDLESS} SELECT group_concat(x) FROM n",
    f"{ENDLESS} SELECT json_group_array(printf('%0999d', x)) FROM n",
    f"{ENDLESS} SELECT count(DISTINCT hex(randomblob(500)) || x) FROM n",
    "SELECT zeroblob(2000000000)",
    "SELECT hex(zeroblob(9000000))",
    "SELECT randomblob(2000000000)",
    "SELECT printf('%.*c', 2000000000, 'x')",
    "SELECT replace(hex(zeroblob(4000)), '0', hex(zeroblob(4000)))",
    "SELECT group_concat(a.name || b.name || c.name) FROM pods a, pods b, pods c",
    "SELECT count(*) FROM pods a, pods b, pods c, pods d",
    "SELECT count(*) FROM pods a, pods b, pods c WHERE a.name || b.name || c.name LIKE '%x%y%z%'",
    "SELECT a.name FROM pods a, pods b, pods c ORDER BY a.labels || b.labels || c.labels",
    # One step of SQLite's that takes for ever: no handler of its own is asked meanwhile.
    "SELECT instr(hex(zeroblob(4500000)), hex(zeroblob(2000000)) || '1')",
]


@pytest.fixture
async def pool(anyio_backend: object) -> AsyncGenerator[Askers]:
    askers = Askers(workers=1)
    yield askers
    await askers.close()


@pytest.fixture
def prod(tmp_path: Path) -> Source:
    path = keep(tmp_path, "prod", {PODS: [pod(n) for n in range(2_000)], NODES: [node(1)]})
    return source(path, "prod", PODS)


async def still_answers(pool: Askers, prod: Source) -> None:
    found = await pool.ask(asked("SELECT count(*) FROM pods", prod))
    assert isinstance(found, Answered)
    assert rows_of(found) == [[2_000]]


async def test_what_is_no_question_is_refused_in_a_sentence(pool: Askers, prod: Source, tmp_path: Path) -> None:
    for sql, says in REFUSED:
        with pytest.raises(InvalidRequestError) as error:
            await pool.ask(asked(sql, prod, limits=HARD))
        assert any(word.lower() in error.value.message.lower() for word in says.split("|")), (sql[:80], error.value)
        await still_answers(pool, prod)
    assert pool.started == 1


@pytest.mark.parametrize(
    "sql",
    [pytest.param(sql, id=str(n), marks=() if n in (0, 6, 15) else pytest.mark.slow) for n, sql in enumerate(COSTLY)],
)
async def test_what_costs_too_much_is_ended_and_the_next_is_answered(pool: Askers, prod: Source, sql: str) -> None:
    with pytest.raises(QueryFailedError) as error:
        await pool.ask(asked(sql, prod, limits=HARD))
    assert any(words in error.value.message for words in ("longer than", "needs more than", "ended")), error.value
    await still_answers(pool, prod)


async def test_deep_nesting_harms_nobody(pool: Askers, prod: Source) -> None:
    for deep in (2_000, 7_000):
        sql = "SELECT * FROM (" * deep + "SELECT 1" + ")" * deep
        with pytest.raises((InvalidRequestError, QueryFailedError)):
            await pool.ask(asked(sql[:100_000], prod, limits=HARD))
        await still_answers(pool, prod)


async def test_no_question_leaves_anything_in_a_file(pool: Askers, prod: Source) -> None:
    before = Path(prod.path).read_bytes()
    for sql, _ in REFUSED[:24]:
        with pytest.raises(InvalidRequestError):
            await pool.ask(asked(sql, prod, limits=HARD))
    await still_answers(pool, prod)
    assert Path(prod.path).read_bytes() == before
