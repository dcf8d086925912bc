"""The page's commands: `python -m scripts.frontend build|lint|test|format|dev|types`.

Node comes pinned from PyPI with the other locked tools, so that every machine builds alike. `build` does nothing when
neither the sources nor the lock file changed since the last one.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import cast

ROOT = Path(__file__).resolve().parent.parent
FRONTEND = ROOT / "frontend"
WEB = ROOT / "src" / "quarterdeck" / "web"
MODULES = FRONTEND / "node_modules"

INITIAL_JS_LIMIT = 350_000
"""Bytes, gzipped, of what index.html loads before anything is clicked (UI.md, "Performance")."""

INPUTS = ("src", "public", "index.html", "vite.config.ts", "tsconfig.json", "package.json", "package-lock.json")


def _node() -> Path:
    """The pinned Node beside this interpreter, else one on the PATH."""
    for folder in (Path(sys.executable).parent, Path(sysconfig.get_path("scripts"))):
        for name in ("node", "node.exe"):
            if (folder / name).exists():
                return folder / name
    found = shutil.which("node")
    if found is None:
        sys.exit("Node was not found. Run `make setup`, which brings it from PyPI.")
    return Path(found)


def _environment() -> dict[str, str]:
    return {**os.environ, "PATH": f"{_node().parent}{os.pathsep}{os.environ.get('PATH', '')}"}


def _run(*command: str, quiet: bool = False) -> int:
    output = subprocess.DEVNULL if quiet else None
    return subprocess.run(command, cwd=FRONTEND, env=_environment(), stdout=output, check=False).returncode


def _tool(name: str) -> tuple[str, str]:
    """A tool of node_modules, started by the pinned Node."""
    package = {"tsc": "typescript", "biome": "@biomejs/biome"}.get(name, name)
    manifest = json.loads((MODULES / package / "package.json").read_text())
    bins = manifest["bin"]
    script = bins if isinstance(bins, str) else bins[name]
    return str(_node()), str(MODULES / package / script)


def _npm() -> str:
    npm = _node().parent / ("npm.cmd" if os.name == "nt" else "npm")
    return str(npm) if npm.exists() else "npm"


def _digest(files: Iterator[Path]) -> str:
    found = hashlib.sha256()
    for file in files:
        found.update(str(file.relative_to(FRONTEND)).encode())
        found.update(file.read_bytes())
    return found.hexdigest()


def _sources() -> Iterator[Path]:
    for name in INPUTS:
        path = FRONTEND / name
        if path.is_dir():
            yield from sorted(file for file in path.rglob("*") if file.is_file())
        elif path.exists():
            yield path


def install() -> None:
    """`npm ci`, only where package-lock.json changed since the last one."""
    lock = _digest(iter([FRONTEND / "package-lock.json"]))
    stamp = MODULES / ".lock-digest"
    if stamp.exists() and stamp.read_text() == lock:
        return
    if _run(_npm(), "ci", "--no-audit", "--no-fund", "--loglevel=error", quiet=True) != 0:
        sys.exit("npm ci failed.")
    stamp.write_text(lock)


def _initial_js(web: Path) -> int:
    """Gzipped bytes of the entry and all that it imports without waiting for a click."""
    manifest = cast("dict[str, dict[str, object]]", json.loads((web / ".vite" / "manifest.json").read_text()))
    waiting = [name for name, chunk in manifest.items() if chunk.get("isEntry")]
    seen: set[str] = set()
    total = 0
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        chunk = manifest[name]
        file = str(chunk["file"])
        if file.endswith(".js"):
            total += len(gzip.compress((web / file).read_bytes(), 9))
        waiting.extend(cast("list[str]", chunk.get("imports", [])))
    return total


def build() -> int:
    digest = _digest(_sources())
    stamp = WEB / ".sources-digest"
    if (WEB / "index.html").exists() and stamp.exists() and stamp.read_text() == digest:
        return 0
    install()
    # Built beside and moved in, so that a running console never serves half a page.
    fresh = WEB.with_name("web.new")
    shutil.rmtree(fresh, ignore_errors=True)
    os.environ["QUARTERDECK_WEB_OUT"] = str(fresh)
    code = _run(*_tool("vite"), "build", "--logLevel", "warn")
    if code != 0:
        shutil.rmtree(fresh, ignore_errors=True)
        return code
    size = _initial_js(fresh)
    if size > INITIAL_JS_LIMIT:
        print(f"The page loads {size:,} bytes of JavaScript at first (gzipped); {INITIAL_JS_LIMIT:,} are allowed.")
        shutil.rmtree(fresh)
        return 1
    (fresh / ".sources-digest").write_text(digest)
    shutil.rmtree(WEB, ignore_errors=True)
    fresh.rename(WEB)
    print(f"Built the page: {size:,} bytes of JavaScript at first (gzipped).")
    return 0


def lint() -> int:
    install()
    return _run(*_tool("biome"), "check", ".") or _run(*_tool("tsc"), "--noEmit") or _types_are_fresh()


def _types_are_fresh() -> int:
    from scripts import wire_types

    if wire_types.TARGET.read_text() == wire_types.render():
        return 0
    print("frontend/src/api/generated/wire.ts is not of the present wire. Run `python -m scripts.frontend types`.")
    return 1


def test() -> int:
    """Vitest; its browser tests look at the built page, and skip where there is no Chromium."""
    install()
    if code := build():
        return code
    return _run(*_tool("vitest"), "run", *sys.argv[2:])


def format_() -> int:
    install()
    return _run(*_tool("biome"), "check", "--write", ".")


def dev() -> int:
    install()
    return _run(*_tool("vite"), *sys.argv[2:])


def types() -> int:
    from scripts import wire_types

    wire_types.write()
    return 0


COMMANDS = {"build": build, "lint": lint, "test": test, "format": format_, "dev": dev, "types": types}


def main() -> int:
    command = COMMANDS.get(sys.argv[1] if len(sys.argv) > 1 else "")
    if command is None:
        print(f"python -m scripts.frontend {'|'.join(COMMANDS)}")
        return 2
    return command()


if __name__ == "__main__":
    sys.exit(main())
