"""A wheel without the page would start and show nothing, so building one without it fails here, in a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PageIsBuilt(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """`version` is "editable" where a developer installs: the page is then built by `make`."""
        index = Path(self.root) / "src" / "quarterdeck" / "web" / "index.html"
        if version != "editable" and not index.exists():
            raise RuntimeError("The page is not built, and a wheel holds it. Run `make frontend` first.")
