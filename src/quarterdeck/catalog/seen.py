"""Namespaces that rows were seen in, for people who may not list namespaces. There may be more."""

from __future__ import annotations

import asyncio

import structlog

from quarterdeck.model.errors import ClusterError, RequestError
from quarterdeck.model.kinds import NAMESPACES
from quarterdeck.stores.protocol import GroupsQuery, Store

log = structlog.get_logger(__name__)

WITHIN = 3.0
"""Seconds for all kinds of a cluster; what was found by then is the answer."""
MOST = 2000
_EACH = GroupsQuery(("t.namespace",), "t.namespace <> ''", since="0", by="t.namespace", limit=MOST)


async def namespaces_seen(store: Store) -> list[str]:
    """In the order of their names: of every kind that is kept, and of namespaces themselves."""
    found: set[str] = set()
    try:
        async with asyncio.timeout(WITHIN):
            if store.columns(NAMESPACES):
                each = GroupsQuery(("t.name",), "t.name <> ''", since="0", by="t.name", limit=MOST)
                found |= {str(row[2]) for groups in await store.groups(NAMESPACES, [each]) for row in groups.rows}
            for resource in store.resources():
                if any(column.name == "namespace" and not column.detail for column in store.columns(resource)):
                    answer = await store.groups(resource, [_EACH])
                    found |= {str(row[2]) for groups in answer for row in groups.rows}
    except TimeoutError:
        log.info("looking for namespaces in rows takes long", found=len(found))
    except (ClusterError, RequestError) as error:
        log.warning("namespaces could not be looked for in rows", reason=error.message)
    return sorted(found)
