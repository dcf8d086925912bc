"""Writes docs/api/openapi.json and docs/api/stream.schema.json, or with --check says whether they still hold.

Exit codes of --check: 0 they hold; 1 they changed without breaking anyone (run `make openapi`); 2 they break a client.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from quarterdeck.api.app import document
from quarterdeck.api.compatibility import breaking_openapi, breaking_schema
from quarterdeck.api.openapi import stream_schema

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "api"
OPENAPI, STREAM = FOLDER / "openapi.json", FOLDER / "stream.schema.json"


def rendered(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def check() -> tuple[int, list[str]]:
    """Exit code and what to say."""
    now = {OPENAPI: document(), STREAM: stream_schema()}
    breaks: list[str] = []
    changed: list[str] = []
    for path, value in now.items():
        held = path.read_text("utf-8") if path.is_file() else ""
        if held == rendered(value):
            continue
        changed.append(path.name)
        if held:
            compare = breaking_openapi if path is OPENAPI else breaking_schema
            breaks += [f"{path.name}: {line}" for line in compare(json.loads(held), value)]
    if breaks:
        return 2, ["This breaks clients of the API:", *breaks]
    return (1, [f"{', '.join(changed)} changed; run `make openapi` and commit it."]) if changed else (0, [])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    if parser.parse_args().check:
        code, said = check()
        sys.stderr.write("".join(f"{line}\n" for line in said))
        return code
    FOLDER.mkdir(parents=True, exist_ok=True)
    OPENAPI.write_text(rendered(document()), "utf-8")
    STREAM.write_text(rendered(stream_schema()), "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
