"""An object's YAML, equal to `kubectl get -o yaml --show-managed-fields`. Blocking: for a thread."""

# pyright: reportUnknownMemberType=false
# PyYAML's stubs leave the dumper's nodes unknown.

from __future__ import annotations

from typing import Any

import msgspec
import yaml

from quarterdeck.catalog.manifests.scalars import ordered, style_of

_MAPPING, _SEQUENCE = "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"
_TEXT = "tag:yaml.org,2002:str"


class _Printer(yaml.CSafeDumper):
    """Without anchors, as JSON has none."""

    def ignore_aliases(self, data: object) -> bool:
        del data
        return True


def _mapping(printer: _Printer, data: dict[str, Any]) -> yaml.Node:
    pairs = [(printer.represent_data(key), printer.represent_data(data[key])) for key in ordered(list(data))]
    return yaml.MappingNode(_MAPPING, pairs, flow_style=not pairs)


def _sequence(printer: _Printer, data: list[Any]) -> yaml.Node:
    return yaml.SequenceNode(_SEQUENCE, [printer.represent_data(one) for one in data], flow_style=not data)


def _text(printer: _Printer, data: str) -> yaml.Node:
    del printer
    return yaml.ScalarNode(_TEXT, data, style=style_of(data))


_Printer.add_representer(dict, _mapping)
_Printer.add_representer(list, _sequence)
_Printer.add_representer(str, _text)


def yaml_of(raw: bytes) -> str:
    """Of an object's JSON. Raises msgspec.DecodeError."""
    found = msgspec.json.decode(raw)
    return yaml.dump(found, Dumper=_Printer, width=80, allow_unicode=True, default_flow_style=False)
