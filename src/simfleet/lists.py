"""List: pages of one version, selectors, and every form of answer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from aiohttp import web

from simfleet.faults import Faults, Hang
from simfleet.kinds import JsonObject
from simfleet.objects import Stored, key_of
from simfleet.options import ListOptions, decode_token, encode_token, parse_version
from simfleet.rendering import Renderer
from simfleet.selectors import Selector
from simfleet.statuses import StatusError, bad_request, expired, too_large_version
from simfleet.store import KindStore, TooOldError

TURN = 250
"""Objects handled before other tasks get a turn of the loop: a few milliseconds' work."""

_CONTINUE_EXPIRED = (
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without "
    "the continue parameter, or use the continue token in this response to retrieve the remainder of the results. "
    "Continuing with the provided token results in an inconsistent list. Objects that were created, modified, or "
    "deleted between the time the first chunk was returned and now may show up in the list."
)


class _Page:
    """What one list answers: `meta` is the ListMeta."""

    def __init__(self, objects: list[Stored], meta: JsonObject) -> None:
        self.objects = objects
        self.meta = meta


async def _page(store: KindStore, namespace: str, options: ListOptions, selector: Selector) -> _Page:
    start, version, found = _range(store, namespace, options)
    limit = options.limit if options.limit > 0 and not (options.version == "0" and not options.token) else 0
    remaining = 0
    more = False
    if selector.everything:
        if limit and len(found) > limit:
            remaining, more = len(found) - limit, True
            found = found[:limit]
    else:
        found, more = await _selected(found, selector, limit)
    meta: JsonObject = {"resourceVersion": str(store.revision if version is None else version)}
    if more:
        last = found[-1]
        prefix = f"{namespace}/" if namespace else ""
        after = key_of(last.namespace, last.name).removeprefix(prefix)
        stamped = -1 if start == "inconsistent" else int(meta["resourceVersion"])
        meta["continue"] = encode_token(stamped, f"/{after}\0")
        if remaining:
            meta["remainingItemCount"] = remaining
    return _Page(found, meta)


async def _selected(found: list[Stored], selector: Selector, limit: int) -> tuple[list[Stored], bool]:
    """Those that match, up to `limit` (0: all), and whether more may follow."""
    kept: list[Stored] = []
    for at, stored in enumerate(found):
        if at % TURN == TURN - 1:
            await asyncio.sleep(0)
        if selector.matches(stored):
            if limit and len(kept) == limit:
                return kept, True
            kept.append(stored)
    return kept, False


def _range(store: KindStore, namespace: str, options: ListOptions) -> tuple[str, int | None, list[Stored]]:
    """How it is read, the version it is of (None: now) and the objects before selectors and limit."""
    prefix = f"{namespace}/" if namespace else ""
    if options.token:
        if options.version not in {"", "0"}:
            raise bad_request("specifying resource version is not allowed when using continue")
        token = decode_token(options.token)
        start = prefix + token.start.removeprefix("/")
        if token.rv < 0:
            return "inconsistent", None, store.snapshot(namespace, start=start)
        try:
            return "exact", token.rv, store.snapshot(namespace, start=start, version=token.rv)
        except TooOldError as error:
            raise _continue_expired(token.start) from error
    try:
        version = parse_version(options.version)
    except ValueError as error:
        raise bad_request(f"invalid resource version: {error}") from error
    if version > store.revision:
        raise too_large_version(version, store.revision)
    if options.match != "Exact":
        return "newest", None, store.snapshot(namespace)
    try:
        return "exact", version, store.snapshot(namespace, version=version)
    except TooOldError as error:
        raise expired("The resourceVersion for the provided list is too old.") from error


class _ContinueExpiredError(StatusError):
    """410 with a token that goes on at whatever is newest, as the API server gives one."""

    def status(self) -> JsonObject:
        return super().status() | {"metadata": {"continue": self.token}}

    def __init__(self, token: str) -> None:
        super().__init__(410, "Expired", _CONTINUE_EXPIRED)
        self.token = token


def _continue_expired(start: str) -> StatusError:
    return _ContinueExpiredError(encode_token(-1, start))


def _chunks(page: _Page, renderer: Renderer, size: int) -> Iterator[bytes]:
    yield renderer.list_start(page.meta)
    for low in range(0, len(page.objects), size):
        part = b",".join([renderer.item(stored) for stored in page.objects[low : low + size]])
        yield b"," + part if low else part
    yield b"]}\n"


async def answer_list(
    request: web.BaseRequest,
    store: KindStore,
    namespace: str,
    options: ListOptions,
    renderer: Renderer,
    faults: Faults,
) -> web.StreamResponse:
    """Raises StatusError before anything is sent."""
    page = await _page(store, namespace, options, Selector(options.labels, options.fields, store.kind))
    hanging = faults.settings.hang is Hang.LIST
    if len(page.objects) <= TURN and not hanging:
        return web.Response(body=b"".join(_chunks(page, renderer, TURN)), content_type="application/json")
    response = web.StreamResponse()
    response.content_type = "application/json"
    response.enable_chunked_encoding()
    await response.prepare(request)
    for number, chunk in enumerate(_chunks(page, renderer, 10 if hanging else TURN)):
        if number == 2:
            await faults.passed_hang(Hang.LIST)
        await response.write(chunk)
        await asyncio.sleep(0)
    await response.write_eof()
    return response
