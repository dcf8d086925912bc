"""Which releases there are: the Secrets of helm's type, or config maps of its names (HELM_DRIVER=configmap), by the
labels that helm gives them (pkg/storage/driver, newSecretsObject and newConfigMapsObject). What they hold is not needed
for that, and not there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from quarterdeck.catalog.kinds import DONE, ERROR, OK, PROGRESSING, UNKNOWN
from quarterdeck.model.kinds import Resource
from quarterdeck.model.releases import Revision
from quarterdeck.stores.protocol import SelectQuery, Store, Value

SECRETS = Resource("", "v1", "secrets")
CONFIG_MAPS = Resource("", "v1", "configmaps")
TYPE = "helm.sh/release.v1"
MOST_REVISIONS = 20_000
"""Of one cluster; helm keeps ten of each release unless told otherwise."""
_LABEL = "json_extract(labels, '$.{}')"
_VALUES = (
    "namespace", _LABEL.format("name"), _LABEL.format("version"), _LABEL.format("status"),
    f"coalesce({_LABEL.format('modifiedAt')}, {_LABEL.format('createdAt')}, created)", "name", "uid",
)  # fmt: skip
_OWNED = f"{_LABEL.format('owner')} = 'helm'"
KEPT_IN = {
    SECRETS: f"type = '{TYPE}' AND {_OWNED}",
    # Of a config map nothing but its name says what it is.
    CONFIG_MAPS: f"{_OWNED} AND substr(name, 1, 19) = 'sh.helm.release.v1.'",
}
"""In what helm keeps its releases, the usual first; and which rows of that they are."""
_HEALTH = {
    "deployed": OK,
    "failed": ERROR,
    "uninstalled": DONE,
    "superseded": DONE,
    "uninstalling": PROGRESSING,
    "pending-install": PROGRESSING,
    "pending-upgrade": PROGRESSING,
    "pending-rollback": PROGRESSING,
}
Name = tuple[str, str]
"""Namespace and name."""
Held = tuple[Resource, tuple[Value, ...]]
"""A row with its kind."""


def health_of(status: str) -> str:
    return _HEALTH.get(status, UNKNOWN)


async def releases(store: Store, namespace: str = "", name: str = "") -> dict[Name, list[Revision]]:
    """Of each release its revisions, the newest first; all that there are, or one. Raises what reading a store
    raises."""
    kept = await asyncio.gather(*(_kept(store, resource, namespace, name) for resource in KEPT_IN))
    return _by_name(row for rows in kept for row in rows)


async def _kept(store: Store, resource: Resource, namespace: str, name: str) -> list[Held]:
    needed = {"type", "labels"} if resource == SECRETS else {"labels"}
    if not needed <= {column.name for column in store.columns(resource)}:
        return []
    where, params = KEPT_IN[resource], ()
    if name:
        where, params = f"{where} AND namespace = ? AND {_LABEL.format('name')} = ?", (namespace, name)
    [rows] = await store.select(resource, [SelectQuery(_VALUES, where, params, limit=MOST_REVISIONS)])
    return [(resource, row) for row in rows]


def _by_name(rows: Iterable[Held]) -> dict[Name, list[Revision]]:
    found: dict[Name, dict[int, Revision]] = {}
    for resource, (namespace, name, version, status, updated, holder, uid) in rows:
        number = _whole(version)
        if name and number is not None:
            one = Revision(number, str(status or "unknown"), _whole(updated), str(holder), str(uid), resource.path)
            # One that was copied to the other driver is one revision all the same.
            found.setdefault((str(namespace), str(name)), {}).setdefault(number, one)
    return {name: sorted(found[name].values(), key=lambda one: -one.revision) for name in sorted(found)}


def _whole(value: Value) -> int | None:
    """Labels are text, and anybody may write them."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
