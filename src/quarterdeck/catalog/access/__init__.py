"""The access kinds: who there is, what roles grant, and to whom."""

from __future__ import annotations

from typing import Any

from quarterdeck.catalog.access.bindings import CLUSTERROLEBINDING_KIND, ROLEBINDING_KIND
from quarterdeck.catalog.access.roles import CLUSTERROLE_KIND, ROLE_KIND
from quarterdeck.catalog.access.serviceaccounts import SERVICEACCOUNT_KIND
from quarterdeck.catalog.kinds import KindSpec

KINDS: tuple[KindSpec[Any], ...] = (
    SERVICEACCOUNT_KIND,
    ROLE_KIND,
    ROLEBINDING_KIND,
    CLUSTERROLE_KIND,
    CLUSTERROLEBINDING_KIND,
)
