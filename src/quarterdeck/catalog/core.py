"""The kinds that every open cluster keeps."""

from __future__ import annotations

from typing import Any

from quarterdeck.catalog.events import EVENT_KIND
from quarterdeck.catalog.kinds import KindSpec
from quarterdeck.catalog.namespaces import NAMESPACE_KIND
from quarterdeck.catalog.nodes import NODE_KIND
from quarterdeck.catalog.pods import POD_KIND


def core_kinds() -> tuple[KindSpec[Any], ...]:
    """In order of use: what a page looks at first is listed before every other request."""
    return (POD_KIND, NAMESPACE_KIND, NODE_KIND, EVENT_KIND)
