"""What kubectl prints of the storage kinds, and what of our rows means the same."""

from __future__ import annotations

from tests.fleet.kinds.judge import Cell, age_of, text

CLAIMS_PRINTED: dict[str, Cell] = {
    "STATUS": text("status"),
    "VOLUME": text("volume"),
    "CAPACITY": text("capacity_text"),
    "ACCESS MODES": text("access_modes"),
    "STORAGECLASS": text("storage_class"),
    "VOLUMEATTRIBUTESCLASS": text("attributes_class", empty="<unset>"),
    "AGE": age_of("created"),
    "VOLUMEMODE": text("volume_mode", empty="<unset>"),
}
VOLUMES_PRINTED: dict[str, Cell] = {
    "CAPACITY": text("capacity_text"),
    "ACCESS MODES": text("access_modes"),
    "RECLAIM POLICY": text("reclaim_policy"),
    "STATUS": text("status"),
    "CLAIM": text("claim"),
    "STORAGECLASS": text("storage_class"),
    "VOLUMEATTRIBUTESCLASS": text("attributes_class", empty="<unset>"),
    "REASON": text("reason"),
    "AGE": age_of("created"),
    "VOLUMEMODE": text("volume_mode", empty="<unset>"),
}
STORAGECLASSES_PRINTED: dict[str, Cell] = {
    "PROVISIONER": text("provisioner"),
    "RECLAIMPOLICY": text("reclaim_policy"),
    "VOLUMEBINDINGMODE": text("binding_mode"),
    "ALLOWVOLUMEEXPANSION": text("expansion"),
    "AGE": age_of("created"),
}
ATTACHMENTS_PRINTED: dict[str, Cell] = {
    "ATTACHER": text("attacher"),
    "PV": text("volume"),
    "NODE": text("node"),
    "ATTACHED": text("attached"),
    "AGE": age_of("created"),
}
