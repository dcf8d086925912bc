"""Which releases there are: the Secrets of helm's type, by the labels that helm gives them (pkg/storage/driver,
newSecretsObject). Their values are not needed for that, and not there."""

from __future__ import annotations

from collections.abc import Iterable

from quarterdeck.catalog.kinds import DONE, ERROR, OK, PROGRESSING, UNKNOWN
from quarterdeck.model.kinds import Resource
from quarterdeck.model.releases import Revision
from quarterdeck.stores.protocol import SelectQuery, Store, Value

SECRETS = Resource("", "v1", "secrets")
TYPE = "helm.sh/release.v1"
MOST_REVISIONS = 20_000
"""Of one cluster; helm keeps ten of each release unless told otherwise."""
_LABEL = "json_extract(labels, '$.{}')"
_VALUES = (
    "namespace", _LABEL.format("name"), _LABEL.format("version"), _LABEL.format("status"),
    f"coalesce({_LABEL.format('modifiedAt')}, {_LABEL.format('createdAt')}, created)", "name", "uid",
)  # fmt: skip
_WHERE = f"type = '{TYPE}' AND {_LABEL.format('owner')} = 'helm'"
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


def health_of(status: str) -> str:
    return _HEALTH.get(status, UNKNOWN)


async def releases(store: Store, namespace: str = "", name: str = "") -> dict[Name, list[Revision]]:
    """Of each release its revisions, the newest first; all that there are, or one. Raises what reading a store
    raises."""
    if not {"type", "labels"} <= {column.name for column in store.columns(SECRETS)}:
        return {}
    where, params = _WHERE, ()
    if name:
        where, params = f"{_WHERE} AND namespace = ? AND {_LABEL.format('name')} = ?", (namespace, name)
    [rows] = await store.select(SECRETS, [SelectQuery(_VALUES, where, params, limit=MOST_REVISIONS)])
    return _by_name(rows)


def _by_name(rows: Iterable[tuple[Value, ...]]) -> dict[Name, list[Revision]]:
    found: dict[Name, list[Revision]] = {}
    for namespace, name, version, status, updated, secret, uid in rows:
        number = _whole(version)
        if name and number is not None:
            one = Revision(number, str(status or "unknown"), _whole(updated), str(secret), str(uid))
            found.setdefault((str(namespace), str(name)), []).append(one)
    for revisions in found.values():
        revisions.sort(key=lambda one: -one.revision)
    return dict(sorted(found.items()))


def _whole(value: Value) -> int | None:
    """Labels are text, and anybody may write them."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
