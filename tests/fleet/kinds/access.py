"""What kubectl prints of the access kinds, and what of our rows means the same."""

from __future__ import annotations

from tests.fleet.kinds.judge import Cell, age_of, instant, text

SERVICEACCOUNTS_PRINTED: dict[str, Cell] = {"AGE": age_of("created")}
ROLES_PRINTED: dict[str, Cell] = {"CREATED AT": instant("created")}
BINDINGS_PRINTED: dict[str, Cell] = {
    "ROLE": text("role"),
    "AGE": age_of("created"),
    "USERS": text("users"),
    "GROUPS": text("groups"),
    "SERVICEACCOUNTS": text("service_accounts"),
}
