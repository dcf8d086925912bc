"""What kubectl prints of pods, nodes, namespaces and events, and what of our rows means the same."""

from __future__ import annotations

from quarterdeck.stores.protocol import Row
from tests.fleet.kinds.ages import ages
from tests.fleet.kinds.judge import Cell, Printed, age_of, text


def _restarts(row: Row, printed: Printed) -> set[str]:
    last = row["last_restart"]
    if not last:
        return {str(row["restarts"])}
    return {f"{row['restarts']} ({a} ago)" for a in ages(float(last), printed.first, printed.last)}


def _event_age(column: str) -> Cell:
    """An event that says no time is shown by its creation, since a place in the order it must have; kubectl prints
    <unknown>. Times of the new kind of event are cut to seconds."""
    exact = age_of(column, grain=1)

    def cell(row: Row, printed: Printed) -> set[str]:
        return exact(row, printed) | ({"<unknown>"} if row[column] == row["created"] else set())

    return cell


PODS_PRINTED: dict[str, Cell] = {
    "READY": text("ready"),
    "STATUS": text("status"),
    "RESTARTS": _restarts,
    "AGE": age_of("created"),
    "IP": text("ip", empty="<none>"),
    "NODE": text("node", empty="<none>"),
    "NOMINATED NODE": text("nominated_node", empty="<none>"),
    "READINESS GATES": text("readiness_gates", empty="<none>"),
}
NODES_PRINTED: dict[str, Cell] = {
    "STATUS": text("status"),
    "ROLES": text("roles", empty="<none>"),
    "AGE": age_of("created"),
    "VERSION": text("version"),
    "INTERNAL-IP": text("internal_ip", empty="<none>"),
    "EXTERNAL-IP": text("external_ip", empty="<none>"),
    "OS-IMAGE": text("os_image", empty="<unknown>"),
    "KERNEL-VERSION": text("kernel", empty="<unknown>"),
    "CONTAINER-RUNTIME": text("container_runtime", empty="<unknown>"),
}
NAMESPACES_PRINTED: dict[str, Cell] = {"STATUS": text("status"), "AGE": age_of("created")}
EVENTS_PRINTED: dict[str, Cell] = {
    "LAST SEEN": _event_age("last_seen"),
    "TYPE": text("type"),
    "REASON": text("reason"),
    "OBJECT": text("object"),
    "SUBOBJECT": text("subobject"),
    "SOURCE": text("source"),
    "MESSAGE": text("message"),
    "FIRST SEEN": _event_age("first_seen"),
    "COUNT": text("count"),
}
