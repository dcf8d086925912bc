"""Which form of answer a client accepts (apiserver pkg/endpoints/handlers/negotiation)."""

from __future__ import annotations

from enum import Enum

from simfleet.discovery import AGGREGATED
from simfleet.statuses import StatusError

AVAILABLE = (
    "406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, "
    "application/vnd.kubernetes.protobuf, application/json;stream=watch, "
    "application/vnd.kubernetes.protobuf;stream=watch"
)


class Form(Enum):
    OBJECT = "object"
    TABLE = "Table"
    PARTIAL = "PartialObjectMetadata"


def _offers(accept: str) -> list[tuple[str, dict[str, str]]]:
    """Media types and their parameters, in the client's order (its q values are as good as never used)."""
    found: list[tuple[str, dict[str, str]]] = []
    for part in accept.split(","):
        media, *parameters = [p.strip() for p in part.split(";")]
        pairs = [p.partition("=") for p in parameters]
        found.append((media.lower(), {k: v for k, _, v in pairs}))
    return found


def form_of(accept: str, *, many: bool) -> Form:
    """`many`: for a list rather than one object or a watch. Raises StatusError (406)."""
    if not accept.strip():
        return Form.OBJECT
    for media, parameters in _offers(accept):
        if media not in {"application/json", "application/*", "*/*"}:
            continue
        wanted = parameters.get("as", "")
        if not wanted:
            return Form.OBJECT
        if parameters.get("g") != "meta.k8s.io" or parameters.get("v") != "v1":
            continue
        if wanted == "Table":
            return Form.TABLE
        if wanted == "PartialObjectMetadata":
            if many:
                message = "you requested PartialObjectMetadata, but the requested object is a list"
                raise StatusError(406, "NotAcceptable", message)
            return Form.PARTIAL
        if wanted == "PartialObjectMetadataList":
            if not many:
                message = "you requested PartialObjectMetadataList, but the requested object is not a list"
                raise StatusError(406, "NotAcceptable", message)
            return Form.PARTIAL
    raise StatusError(406, "NotAcceptable", AVAILABLE, {})


def discovery_form(accept: str) -> str:
    """The content type of an answer from /api or /apis."""
    for media, parameters in _offers(accept):
        if media != "application/json":
            continue
        if not parameters.get("as"):
            break
        if (parameters.get("g"), parameters.get("v"), parameters["as"]) == (
            "apidiscovery.k8s.io",
            "v2",
            "APIGroupDiscoveryList",
        ):
            return AGGREGATED
    return "application/json"
