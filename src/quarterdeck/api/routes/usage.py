"""What objects used lately."""

from __future__ import annotations

from typing import Annotated

from litestar import get
from litestar.params import QueryParameter

from quarterdeck.api.problems import problems
from quarterdeck.api.routes.inject import ClusterKey, ConsoleHere, ViewsHere
from quarterdeck.api.routes.resources import Group, ResourceName, Version
from quarterdeck.model.kinds import Resource
from quarterdeck.model.target import Key
from quarterdeck.model.usage import UsageHistory

MOST_NAMES = 200
Names = Annotated[
    list[str],
    QueryParameter(name="name", max_items=MOST_NAMES, description="As `namespace/name`, of nodes the name alone."),
]


RowNames = Annotated[
    list[str],
    QueryParameter(
        name="row",
        max_items=MOST_NAMES,
        description="As `key/namespace/name`, of nodes `key/name`: rows of one window, whichever cluster they are of.",
    ),
]


@get(
    "/api/v1/usage/{group:str}/{version:str}/{resource:str}",
    operation_id="getUsageOfRows",
    tags=["resources"],
    responses=problems(404),
)
async def get_usage_of_rows(
    console: ConsoleHere, views: ViewsHere, group: Group, version: Version, resource: ResourceName, rows: RowNames
) -> dict[str, UsageHistory]:
    """What `getUsage` answers, by the key of each cluster that a row is of."""
    named: dict[str, list[str]] = {}
    for row in rows:
        key, _, name = row.partition("/")
        named.setdefault(key, []).append(name)
    views.ids_of([Key(key) for key in named])
    of = Resource("" if group == "core" else group, version, resource)
    return {key: console.usage.lately(Key(key), of, names) for key, names in named.items()}


@get(
    "/api/v1/clusters/{key:str}/usage/{group:str}/{version:str}/{resource:str}",
    operation_id="getUsage",
    tags=["resources"],
    responses=problems(404),
)
async def get_usage(
    console: ConsoleHere,
    views: ViewsHere,
    key: ClusterKey,
    group: Group,
    version: Version,
    resource: ResourceName,
    names: Names,
) -> UsageHistory:
    """Of pods or nodes, as far back as somebody looked, a quarter of an hour at most. Asking has usage measured for a
    minute more."""
    views.id_of(key)
    return console.usage.lately(Key(key), Resource("" if group == "core" else group, version, resource), names)
