"""What kubectl prints of the network kinds, and what of our rows means the same."""

from __future__ import annotations

import json

from quarterdeck.stores.protocol import Row
from tests.fleet.kinds.judge import Cell, Printed, age_of, text


def _hostnames(row: Row, printed: Printed) -> set[str]:
    """kubectl prints the JSON array that the column's path finds."""
    del printed
    names = str(row["hostnames"])
    return {json.dumps(names.split(","), separators=(",", ":")) if names else ""}


SERVICES_PRINTED: dict[str, Cell] = {
    "TYPE": text("type"),
    "CLUSTER-IP": text("cluster_ip", empty="<none>"),
    "EXTERNAL-IP": text("external_ip", empty="<none>"),
    "PORT(S)": text("ports", empty="<none>"),
    "AGE": age_of("created"),
    "SELECTOR": text("selector", empty="<none>"),
}
ENDPOINTSLICES_PRINTED: dict[str, Cell] = {
    "ADDRESSTYPE": text("address_type"),
    "PORTS": text("ports", empty="<unset>"),
    "ENDPOINTS": text("endpoints", empty="<unset>"),
    "AGE": age_of("created"),
}
INGRESSES_PRINTED: dict[str, Cell] = {
    "CLASS": text("class", empty="<none>"),
    "HOSTS": text("hosts"),
    "ADDRESS": text("address"),
    "PORTS": text("ports"),
    "AGE": age_of("created"),
}
INGRESSCLASSES_PRINTED: dict[str, Cell] = {
    "CONTROLLER": text("controller"),
    "PARAMETERS": text("parameters", empty="<none>"),
    "AGE": age_of("created"),
}
NETWORKPOLICIES_PRINTED: dict[str, Cell] = {
    "POD-SELECTOR": text("pod_selector", empty="<none>"),
    "AGE": age_of("created"),
}
GATEWAYS_PRINTED: dict[str, Cell] = {
    "CLASS": text("class"),
    "ADDRESS": text("address"),
    "PROGRAMMED": text("programmed"),
    "AGE": age_of("created"),
}
GATEWAYCLASSES_PRINTED: dict[str, Cell] = {
    "CONTROLLER": text("controller"),
    "ACCEPTED": text("accepted"),
    "AGE": age_of("created"),
    "DESCRIPTION": text("description"),
}
HTTPROUTES_PRINTED: dict[str, Cell] = {"HOSTNAMES": _hostnames, "AGE": age_of("created")}
