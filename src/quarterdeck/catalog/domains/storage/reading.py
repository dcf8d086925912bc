"""All of the storage of one cluster."""

from __future__ import annotations

import asyncio

from quarterdeck.catalog.domains.asked import limit
from quarterdeck.catalog.domains.storage import claims, classes, volumes
from quarterdeck.catalog.domains.storage.found import Found, FoundStorage
from quarterdeck.catalog.storage.classes import STORAGECLASSES
from quarterdeck.model.domains import SectionQuestion
from quarterdeck.model.kinds import PODS
from quarterdeck.model.target import Key
from quarterdeck.stores.protocol import Store

RESOURCES = (claims.CLAIMS, volumes.VOLUMES, STORAGECLASSES, PODS)


async def read(store: Store, key: Key, asked: SectionQuestion) -> FoundStorage:
    """Raises what reading a store raises."""
    of_claims, of_volumes, known = await asyncio.gather(
        claims.read(store, key, asked), volumes.read(store, key, asked), classes.read(store)
    )
    sections: dict[str, Found] = dict(of_claims.sections) if of_claims is not None else {}
    if of_volumes is not None:
        sections["volumes"] = of_volumes.section
    # Which class is the default is no matter of a namespace or a name.
    if known is not None and not asked.namespaces and not asked.text:
        sections["classes"] = classes.amiss(key, known, limit(asked, "classes"))
    return FoundStorage(of_claims, of_volumes, classes.figures(known or [], of_claims, of_volumes), sections)
