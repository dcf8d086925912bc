"""The built page, read once into memory: it is small, and a request never touches a disk."""

from __future__ import annotations

import hashlib
import mimetypes
import re
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import SkipValidation
from litestar.status_codes import HTTP_200_OK, HTTP_304_NOT_MODIFIED

_HASHED = re.compile(r"[.-][A-Za-z0-9_-]{8,}\.\w+$")
_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".woff2": "font/woff2"}
"""Named here since `mimetypes` reads the machine's tables, which may say otherwise (Windows' registry)."""
_MISSING = b"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Quarterdeck</title>
<p>The page is not built. Run <code>make frontend</code>, then start again. The API works without it.</p></html>
"""


class Asset(msgspec.Struct, frozen=True):
    body: bytes
    media_type: str
    immutable: bool
    etag: str


class Page:
    """All files under `quarterdeck/web`, by path. Reads them when made: seconds at most, off the loop please."""

    def __init__(self, root: Traversable | None = None) -> None:
        self._assets: dict[str, Asset] = {}
        root = root if root is not None else resources.files("quarterdeck") / "web"
        if root.is_dir():
            self._read(root, "")
        self.index = self._assets.get("index.html") or _asset("index.html", _MISSING)

    def _read(self, folder: Traversable, prefix: str) -> None:
        for entry in folder.iterdir():
            if entry.is_dir():
                self._read(entry, f"{prefix}{entry.name}/")
            else:
                self._assets[prefix + entry.name] = _asset(prefix + entry.name, entry.read_bytes())

    def find(self, path: str) -> Asset | None:
        return self._assets.get(path.lstrip("/"))


def _asset(path: str, body: bytes) -> Asset:
    dot = path.rfind(".")
    kind = _TYPES.get(path[dot:]) or mimetypes.guess_type(path)[0] or "application/octet-stream"
    immutable = path.startswith("assets/") and _HASHED.search(path) is not None
    etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    return Asset(body, kind, immutable, etag)


PageHere = NamedDependency[SkipValidation[Page]]


@get(["/", "/{path:path}"], include_in_schema=False)
async def show_page(request: Request[Any, Any, Any], page: PageHere) -> Response[bytes]:
    """A file of the page; for a browser that navigates anywhere else, the page itself, which routes by its address."""
    path = request.scope["path"]
    asset = page.index if path in ("/", "/index.html") else page.find(path)
    if asset is None:
        if not _navigates(request) or path.startswith(("/api/", "/assets/")) or path == "/api":
            raise NotFoundException("Nothing is at that address.")
        asset = page.index
    caching = "public, max-age=31536000, immutable" if asset.immutable else "no-cache"
    headers = {"ETag": asset.etag, "Cache-Control": caching}
    if request.headers.get("if-none-match") == asset.etag:
        return Response(b"", status_code=HTTP_304_NOT_MODIFIED, headers=headers, media_type=asset.media_type)
    return Response(asset.body, status_code=HTTP_200_OK, headers=headers, media_type=asset.media_type)


def _navigates(request: Request[Any, Any, Any]) -> bool:
    mode = request.headers.get("sec-fetch-mode")
    return mode == "navigate" if mode else "text/html" in request.headers.get("accept", "")
