"""The network kinds: services and what stands before and behind them, policies, and the Gateway API."""

from __future__ import annotations

from typing import Any

from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.catalog.network.endpointslices import ENDPOINTSLICE_KIND
from quarterdeck.catalog.network.gateways import GATEWAY_KIND, GATEWAYCLASS_KIND
from quarterdeck.catalog.network.httproutes import HTTPROUTE_KIND
from quarterdeck.catalog.network.ingresses import INGRESS_KIND, INGRESSCLASS_KIND
from quarterdeck.catalog.network.policies import NETWORKPOLICY_KIND
from quarterdeck.catalog.network.services import SERVICE_KIND

KINDS: tuple[KindSpec[Any], ...] = (
    SERVICE_KIND,
    ENDPOINTSLICE_KIND,
    INGRESS_KIND,
    INGRESSCLASS_KIND,
    NETWORKPOLICY_KIND,
    GATEWAY_KIND,
    GATEWAYCLASS_KIND,
    HTTPROUTE_KIND,
)
