"""The storage kinds: claims, the volumes that meet them, what makes volumes and where they are attached."""

from __future__ import annotations

from typing import Any

from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.catalog.storage.attachments import VOLUMEATTACHMENT_KIND
from quarterdeck.catalog.storage.claims import CLAIM_KIND
from quarterdeck.catalog.storage.classes import STORAGECLASS_KIND
from quarterdeck.catalog.storage.volumes import VOLUME_KIND

KINDS: tuple[KindSpec[Any], ...] = (CLAIM_KIND, VOLUME_KIND, STORAGECLASS_KIND, VOLUMEATTACHMENT_KIND)
