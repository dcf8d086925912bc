"""Which of a kind's derived columns can be worked out in one store, and how."""

from __future__ import annotations

from quarterdeck.catalog.kinds import Derived
from quarterdeck.model.kinds import Resource
from quarterdeck.stores.protocol import Derivation, Store
from quarterdeck.stores.schema import quote


def known(store: Store, resource: Resource, derived: Derived) -> bool:
    """What is measured of another kind counts only while it is kept current: usage of yesterday is no usage."""
    if derived.of == resource:
        return True
    status = store.status(derived.of)
    return status.live and status.complete and status.rows > 0 and bool(store.columns(derived.of))


def expressions(store: Store, resource: Resource, every: tuple[Derived, ...]) -> tuple[Derivation, ...]:
    """As PageQuery.derived has them."""
    return tuple(
        _derivation(one, name, sql, quote(one.of.path))
        for one in every
        if known(store, resource, one)
        for name, sql in one.sql.items()
    )


def _derivation(derived: Derived, name: str, sql: str, of: str) -> Derivation:
    as_it_is = bool(derived.joined) and sql.removeprefix("m.").isidentifier()
    return Derivation(name, sql.format(of=of), derived.joined.format(of=of), of if as_it_is else "")
