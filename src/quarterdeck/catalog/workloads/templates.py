"""What a workload says of the pods it makes: containers, images and their tags, and what one pod asks for."""

from __future__ import annotations

import msgspec

from quarterdeck.catalog.images import tags
from quarterdeck.catalog.kinds import Cells
from quarterdeck.catalog.pod_objects import Spec
from quarterdeck.catalog.pod_resources import limits, requests
from quarterdeck.model.kinds import Column, ColumnType

_MOST_BYTES = 2**53
"""JavaScript's largest whole number; a template that asks for more asks for nonsense."""


class PodSpec(Spec, gc=False):
    node_selector: dict[str, str] | None = msgspec.field(default=None, name="nodeSelector")


class Template(msgspec.Struct, gc=False):
    spec: PodSpec | None = None


COLUMNS = (
    Column("containers", ColumnType.TEXT, "Containers", wide=True),
    Column("images", ColumnType.TEXT, "Images", wide=True),
    Column("tag", ColumnType.TEXT, "Tag"),
    Column("cpu_request", ColumnType.REAL, "CPU request per pod", detail=True, unit="cores"),
    Column("cpu_limit", ColumnType.REAL, "CPU limit per pod", detail=True, unit="cores"),
    Column("memory_request", ColumnType.INTEGER, "Memory request per pod", detail=True, unit="bytes"),
    Column("memory_limit", ColumnType.INTEGER, "Memory limit per pod", detail=True, unit="bytes"),
)


def cells(template: Template | None) -> Cells:
    """The cells of COLUMNS; names and images joined by commas as kubectl joins them."""
    spec = (template.spec if template is not None else None) or PodSpec()
    containers = spec.containers or []
    return {
        "containers": ",".join(c.name for c in containers),
        "images": ",".join(c.image or "" for c in containers),
        "tag": tags(containers),
        "cpu_request": requests(spec, "cpu"),
        "cpu_limit": limits(spec, "cpu"),
        "memory_request": min(int(requests(spec, "memory")), _MOST_BYTES),
        "memory_limit": min(int(limits(spec, "memory")), _MOST_BYTES),
    }
