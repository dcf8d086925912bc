"""All sections of the network of one cluster."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

from quarterdeck.catalog.domains.network import backends, hosts, policies, services
from quarterdeck.catalog.domains.network.found import Found, FoundNetwork
from quarterdeck.catalog.namespaces import NAMESPACE_KIND
from quarterdeck.catalog.network.endpointslices import ENDPOINTSLICES
from quarterdeck.catalog.network.httproutes import HTTPROUTES
from quarterdeck.catalog.network.ingresses import INGRESSES
from quarterdeck.catalog.network.policies import NETWORKPOLICIES
from quarterdeck.catalog.network.services import SERVICES
from quarterdeck.model.domains import SectionQuestion
from quarterdeck.model.kinds import PODS
from quarterdeck.model.network import NetworkRow, ServiceFigures
from quarterdeck.model.target import Key
from quarterdeck.stores.protocol import Store

RESOURCES = (SERVICES, ENDPOINTSLICES, INGRESSES, HTTPROUTES, NETWORKPOLICIES, PODS, NAMESPACE_KIND.resource)


async def read(store: Store, key: Key, asked: SectionQuestion, idle: Sequence[NetworkRow] | None) -> FoundNetwork:
    """`idle`: policies that select nothing, None where that is not known. Raises what reading a store raises."""
    (figures, of_services, namespaces), to, shared, unruled = await asyncio.gather(
        services.read(store, key, asked),
        backends.read(store, key, asked),
        hosts.read(store, key, asked),
        policies.unruled(store, key, asked),
    )
    others = {"backends": to, "hosts": shared, "namespaces": unruled}
    sections: dict[str, Found] = {**of_services, **{name: one for name, one in others.items() if one is not None}}
    if idle is not None:
        sections["policies"] = policies.fitting(list(idle), asked)
    return FoundNetwork(figures, sections, namespaces)


def summed(every: Iterable[ServiceFigures]) -> ServiceFigures:
    parts = list(every)
    return ServiceFigures(
        **{name: sum(int(getattr(one, name)) for one in parts) for name in ServiceFigures.__struct_fields__}
    )
