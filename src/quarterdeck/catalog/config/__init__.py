"""The config kinds: what pods are given to read, and how much a namespace may use."""

from __future__ import annotations

from typing import Any

from quarterdeck.catalog.config.configmaps import CONFIGMAP_KIND
from quarterdeck.catalog.config.limitranges import LIMITRANGE_KIND
from quarterdeck.catalog.config.quotas import RESOURCEQUOTA_KIND
from quarterdeck.catalog.config.secrets import SECRET_KIND
from quarterdeck.catalog.kinds import KindSpec

KINDS: tuple[KindSpec[Any], ...] = (CONFIGMAP_KIND, SECRET_KIND, RESOURCEQUOTA_KIND, LIMITRANGE_KIND)
