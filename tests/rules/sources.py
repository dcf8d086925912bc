"""The files that the rules are about."""

from __future__ import annotations

import ast
import gc
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ROOT / "src" / "quarterdeck"


def python_files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def page_files() -> list[Path]:
    """Written by hand: what is generated from the server's types is as long as they are many."""
    found = (ROOT / "frontend" / "src").rglob("*")
    return sorted(path for path in found if path.suffix in (".ts", ".tsx", ".mts") and "generated" not in path.parts)


@cache
def tree(path: Path) -> ast.Module:
    parsed = ast.parse(path.read_text("utf-8"), str(path))
    gc.freeze()  # or each later test would have the collector go through all of them
    return parsed


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
