"""What kubectl prints of the config kinds, and what of our rows means the same."""

from __future__ import annotations

from tests.fleet.kinds.judge import Cell, age_of, instant, text

CONFIGMAPS_PRINTED: dict[str, Cell] = {"DATA": text("data"), "AGE": age_of("created")}
SECRETS_PRINTED: dict[str, Cell] = {"TYPE": text("type"), "DATA": text("data"), "AGE": age_of("created")}
QUOTAS_PRINTED: dict[str, Cell] = {"REQUEST": text("requests"), "LIMIT": text("limits"), "AGE": age_of("created")}
LIMITRANGES_PRINTED: dict[str, Cell] = {"CREATED AT": instant("created")}
