"""The kinds of one cluster as the wire shows them: what it serves, how each is read, what is counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quarterdeck.api.wire import KindGroup, KindList, KindView
from quarterdeck.catalog.counts import Sums
from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.catalog.nav import NavKind, nav
from quarterdeck.clusters.reflector_state import AuthWait, Forbidden, Listing, Live, Lost, ReflectorState, Starting
from quarterdeck.clusters.runtime import Runtime
from quarterdeck.model.kinds import ApiResource, Resource
from quarterdeck.model.target import Key
from quarterdeck.stores.protocol import Store

Own = Mapping[Resource, KindSpec[Any]]


def kind_list(
    key: Key, version: int, own: Own, runtime: Runtime | None, store: Store | None, sums: Mapping[Resource, Sums]
) -> KindList:
    """Without a word from the server: the kinds whose rows are kept."""
    discovery = runtime.served.discovery if runtime is not None else None
    served = discovery.resources if discovery is not None else _kept(own, store)
    groups = tuple(
        KindGroup(
            group.name,
            group.title,
            tuple(_view(kind, own, runtime, store, sums.get(kind.served.resource)) for kind in group.kinds),
            group.custom,
        )
        for group in nav(served, own)
    )
    return KindList(
        key, version, discovery is not None, groups, discovery.stale_groups if discovery is not None else ()
    )


def _kept(own: Own, store: Store | None) -> list[ApiResource]:
    found: list[ApiResource] = []
    for resource in store.resources() if store is not None else ():
        spec = own.get(resource)
        namespaced = any(c.name == "namespace" and not c.detail for c in store.columns(resource)) if store else True
        found.append(
            ApiResource(
                resource,
                spec.kind if spec is not None else resource.resource,
                spec.namespaced if spec is not None else namespaced,
                ("list", "watch"),
            )
        )
    return found


def _view(nav_kind: NavKind, own: Own, runtime: Runtime | None, store: Store | None, sums: Sums | None) -> KindView:
    served = nav_kind.served
    resource, spec = served.resource, own.get(served.resource)
    columns = spec.columns if spec is not None else store.columns(resource) if store is not None else ()
    state, message = _state(runtime.state_of(resource) if runtime is not None else None, store, resource)
    return KindView(
        resource=resource.path,
        kind=served.kind,
        title=spec.title if spec is not None else nav_kind.title,
        namespaced=served.namespaced,
        verbs=tuple(verb for verb in ("list", "watch") if verb in served.verbs),
        short_names=served.short_names,
        columns=tuple(c for c in columns if not c.detail),
        total=sums["total"] if sums is not None else None,
        problems=sums.get("problems") if sums is not None else None,
        state=state,
        message=message,
    )


def _state(state: ReflectorState | None, store: Store | None, resource: Resource) -> tuple[str, str]:
    match state:
        case Live(note=note):
            return "ready", note
        case Forbidden(failure=failure):
            return "forbidden", failure.message
        case Lost(failure=failure) | AuthWait(failure=failure):
            return "stale", failure.message
        case Starting() | Listing():
            return "reading", ""
        case _:
            kept = store.status(resource) if store is not None else None
            return ("stale" if kept is not None and (kept.rows or kept.complete) else "idle"), ""
