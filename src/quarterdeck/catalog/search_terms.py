"""What a few typed words ask of each kind: pure.

A word of three letters or more is looked for anywhere in names, one of one or two at their beginning. A word may stand
for the namespace (whole, or a part of it beside other words), for the kind ("deploy web") and for the cluster
("prod-eu web"). What looks like an address, a label (`app=web`) or an image (`nginx:1`, `team/api`) is looked for there
as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from quarterdeck.model.kinds import Resource
from quarterdeck.stores.protocol import Condition, HeadsQuery, SearchQuery

SHORT = 2
MOST_WORDS = 8
_ADDRESS = re.compile(r"\d{1,3}(\.\d{0,3}){1,3}|[0-9a-f]*:[0-9a-f:]*:[0-9a-f:]*")
_LABEL = re.compile(r"[^=]+=[^=]*")
_ADDRESSES = ("ip", "internal_ip", "external_ip", "cluster_ip", "address", "endpoints")
_IMAGES = ("images",)
_LABELS = ("labels",)


def words_of(text: str) -> tuple[str, ...]:
    """In lower case, as names are; at most MOST_WORDS."""
    return tuple(text.lower().split())[:MOST_WORDS]


def query_of(
    words: tuple[str, ...], columns: Iterable[str], kind_names: frozenset[str], cluster_names: Iterable[str]
) -> SearchQuery | None:
    """What to ask of a kind with these columns, in a cluster with these names. None where nothing would be asked of the
    objects themselves: "pods" alone means the kind, and the name of a cluster the cluster."""
    here = [word.lower() for word in cluster_names]
    rest = tuple(word for word in words if word not in kind_names)
    beside = tuple(word for word in rest if not (len(word) > SHORT and any(word in name for name in here)))
    wanted = beside or rest
    if not wanted:
        return None
    there = frozenset(columns)
    found = [_of_word(word, there, alone=len(wanted) == 1) for word in wanted]
    every = [_any(ways) for ways in found]
    where, params = " AND ".join(sql for sql, _ in every), tuple(value for _, values in every for value in values)
    # An address is looked for in an index of its own; what many rows have is found sooner in all places at once.
    ways = tuple(found[0]) if len(wanted) == 1 and _ADDRESS.fullmatch(wanted[0]) else ()
    return SearchQuery(wanted, where, params, any(len(word) > SHORT for word in wanted), ways)


def heads_query_of(resources: tuple[Resource, ...], query: SearchQuery) -> HeadsQuery:
    """The same question, of the catalog, whose index goes by three letters at a time (FTS5, trigram)."""
    short = tuple(word for word in query.words if len(word) <= SHORT)
    if short:  # what matches begins with it
        return HeadsQuery(resources, query.words, query.where, query.params, begins=short)
    every = " AND ".join(f"({_letters(word)})" for word in query.words)
    # What begins with a word is looked for apart, so that no cap of other matches loses it.
    first = [f"name : ^{_phrase(word)} AND {every}" for word in query.words]
    alone = query.words[0] if len(query.words) == 1 else ""
    return HeadsQuery(resources, query.words, query.where, query.params, (*first, every), namespace=alone)


def _letters(word: str) -> str:
    ways = [f"{{name namespace}} : {_phrase(word)}"]
    if _LABEL.fullmatch(word):
        label, _, value = word.partition("=")
        ways.append(f"labels : {_phrase(_labelled(label, value))}")
    namespace, _, name = word.partition("/")
    if len(namespace) > SHORT and len(name) > SHORT:
        ways.append(f"(namespace : {_phrase(namespace)} AND name : {_phrase(name)})")
    return " OR ".join(ways)


def _labelled(label: str, value: str) -> str:
    """As the JSON of labels has it."""
    return f'"{label}":"{value}'


def _phrase(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _of_word(word: str, columns: frozenset[str], *, alone: bool) -> list[Condition]:
    """One of them holds: what names and namespaces say, and what else may."""
    if len(word) <= SHORT:
        return [("substr(name, 1, length(?)) = ?", (word, word))]
    here = ["instr(name, ?)", "namespace = ?" if alone else "instr(namespace, ?)"]
    params = [word, word]
    namespace, slash, name = word.partition("/")
    if slash and namespace and name:
        here.append("namespace = ? AND instr(name, ?)")
        params += [namespace, name]
    there: list[Condition] = []
    for named, pattern in _elsewhere(word):
        for column in named:
            if column in columns:
                sql = f"{column} LIKE ? ESCAPE '\\'" if "%" in pattern else f"instr({column}, ?)"
                there.append((sql, (pattern,)))
    return [(" OR ".join(here), tuple(params)), *([_any(there)] if there else [])]


def _any(ways: Sequence[Condition]) -> Condition:
    return f"({' OR '.join(sql for sql, _ in ways)})", tuple(value for _, values in ways for value in values)


def _elsewhere(word: str) -> list[tuple[tuple[str, ...], str]]:
    """Columns besides the name that such a word may be found in, and the pattern; without a %, a part
    that has no case to mind, which is found sooner."""
    plain = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    found: list[tuple[tuple[str, ...], str]] = []
    if _ADDRESS.fullmatch(word):
        found.append((_ADDRESSES, f"%{plain}%" if ":" in word else word))
    if _LABEL.fullmatch(word):
        label, _, value = plain.partition("=")
        found.append((_LABELS, f'%"{label}":"{value}%'))
    elif "/" in word or ":" in word:
        found.append((_IMAGES, f"%{plain}%"))
    return found
