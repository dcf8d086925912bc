"""Which tables a question may name, and with which columns: one for each kind, whatever version a cluster serves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from quarterdeck.model.kinds import Column, ColumnType, Resource

CLUSTER = Column("cluster", ColumnType.TEXT)
STALE = Column("stale", ColumnType.INTEGER)
SEEN_AT = Column("seen_at", ColumnType.TIME)
_FIRST = ("namespace", "name")
_LAST = ("uid",)
_OURS = frozenset(c.name for c in (CLUSTER, STALE, SEEN_AT))


class Field(msgspec.Struct, frozen=True):
    """One column of a table. `stored` is its name in the files; empty for those that are ours."""

    name: str
    type: ColumnType
    stored: str = ""


class AskedTable(msgspec.Struct, frozen=True):
    """`name` is the plural where it means this kind alone, else as `qualified`: `widgets.example.com`."""

    name: str
    qualified: str
    fields: tuple[Field, ...]
    resources: tuple[Resource, ...]
    """Its versions, those of ours first."""

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,) if self.name == self.qualified else (self.name, self.qualified)


class Tables(msgspec.Struct, frozen=True):
    """`by_name`: under each name that a question may use. `unclear`: plurals of several kinds, with what they are."""

    every: tuple[AskedTable, ...]
    by_name: dict[str, AskedTable]
    unclear: dict[str, tuple[str, ...]]


def tables_of(own: Mapping[Resource, Sequence[Column]], kept: Iterable[tuple[Resource, Sequence[Column]]]) -> Tables:
    """`own` are the kinds that can be asked for even where nobody keeps them."""
    columns: dict[tuple[str, str], dict[Resource, dict[str, ColumnType]]] = {}
    for resource, found in (*own.items(), *kept):
        versions = columns.setdefault((resource.resource, resource.group), {})
        known = versions.setdefault(resource, {})
        for column in found:
            known.setdefault(column.name, column.type)
    plurals: dict[str, list[tuple[int, str]]] = {}
    for plural, group in columns:
        rank = _rank(group, any(r in own for r in columns[plural, group]))
        plurals.setdefault(plural, []).append((rank, group))
    every: list[AskedTable] = []
    unclear: dict[str, tuple[str, ...]] = {}
    for plural, groups in sorted(plurals.items()):
        groups.sort()
        alone = len(groups) == 1 or groups[0][0] < groups[1][0]
        if not alone:
            unclear[plural] = tuple(_qualified(plural, group) for _, group in groups)
        for place, (_, group) in enumerate(groups):
            versions = columns[plural, group]
            resources = tuple(sorted(versions, key=lambda r: (r not in own, r)))
            qualified = _qualified(plural, group)
            fields = _fields([versions[resource] for resource in resources])
            every.append(AskedTable(plural if alone and place == 0 else qualified, qualified, fields, resources))
    return Tables(tuple(every), {name: table for table in every for name in table.names}, unclear)


def _rank(group: str, own: bool) -> int:
    """Whose the plain plural is: a kind of ours, of the core, of Kubernetes itself, of its projects, anyone's."""
    return 0 if own else 1 if not group else 2 if "." not in group else 3 if group.endswith(".k8s.io") else 4


def _qualified(plural: str, group: str) -> str:
    return f"{plural}.{group}" if group else plural


def _fields(versions: Sequence[Mapping[str, ColumnType]]) -> tuple[Field, ...]:
    stored: dict[str, ColumnType] = {}
    for version in versions:
        for name, kind in version.items():
            stored.setdefault(name, kind)
    order = [name for name in _FIRST if name in stored]
    order += [name for name in stored if name not in (*_FIRST, *_LAST)]
    order += [name for name in _LAST if name in stored]
    taken = set(_OURS)
    fields = [Field(CLUSTER.name, CLUSTER.type)]
    for name in order:
        shown = name
        while shown.lower() in taken:  # SQLite does not tell case apart
            shown += "_"
        taken.add(shown.lower())
        fields.append(Field(shown, stored[name], name))
    return (*fields, Field(STALE.name, STALE.type), Field(SEEN_AT.name, SEEN_AT.type))
