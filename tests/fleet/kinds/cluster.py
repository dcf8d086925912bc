"""What kubectl prints of the cluster kinds, and what of our rows means the same."""

from __future__ import annotations

from tests.fleet.kinds.judge import Cell, age_of, instant, text

LEASES_PRINTED: dict[str, Cell] = {"HOLDER": text("holder"), "AGE": age_of("created")}
PRIORITYCLASSES_PRINTED: dict[str, Cell] = {
    "VALUE": text("value"),
    "GLOBAL-DEFAULT": text("global_default"),
    "AGE": age_of("created"),
    "PREEMPTIONPOLICY": text("preemption_policy"),
}
DEFINITIONS_PRINTED: dict[str, Cell] = {
    "SCOPE": text("scope"),
    "VERSIONS": text("versions"),
    "CREATED AT": instant("created"),
    "GROUP": text("group"),
    "KIND": text("kind"),
    "SHORTNAMES": text("short_names"),
    "ESTABLISHED": text("established"),
}
APISERVICES_PRINTED: dict[str, Cell] = {
    "SERVICE": text("service"),
    "AVAILABLE": text("available"),
    "AGE": age_of("created"),
}
WEBHOOKS_PRINTED: dict[str, Cell] = {"WEBHOOKS": text("webhooks"), "AGE": age_of("created")}
