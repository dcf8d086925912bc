"""The ASGI application: routes, what they share, and the guard around all of it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from litestar import Litestar
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.types import ASGIApp

from quarterdeck.api.exports.desk import ExportDesk
from quarterdeck.api.guard import Access, Guard
from quarterdeck.api.metrics import Metrics
from quarterdeck.api.openapi import finish, openapi_config
from quarterdeck.api.page import Page, show_page
from quarterdeck.api.ports import Console
from quarterdeck.api.problems import on_http, on_mistake, on_ours
from quarterdeck.api.routes.access import get_request_access, get_subject_access, get_subjects
from quarterdeck.api.routes.attention import get_attention
from quarterdeck.api.routes.clusters import ClustersController, ContextsController
from quarterdeck.api.routes.completions import complete_filter
from quarterdeck.api.routes.console import (
    DiagnosticsController,
    TabsController,
    create_launch,
    create_session,
    health,
    metrics,
)
from quarterdeck.api.routes.events import get_events
from quarterdeck.api.routes.exports import ExportsController, download_export
from quarterdeck.api.routes.inject import ConsoleHere
from quarterdeck.api.routes.network import get_network
from quarterdeck.api.routes.objects import ObjectsController
from quarterdeck.api.routes.overview import get_fleet_overview, get_overview
from quarterdeck.api.routes.query import SavedQueriesController, ask, query_changes, query_schema
from quarterdeck.api.routes.releases import get_release, list_releases, reveal_release
from quarterdeck.api.routes.resources import list_merged_resources, list_resources
from quarterdeck.api.routes.search import search_objects
from quarterdeck.api.routes.selection import SelectionController
from quarterdeck.api.routes.storage import get_storage
from quarterdeck.api.routes.usage import get_usage, get_usage_of_rows
from quarterdeck.api.routes.workloads import get_workloads
from quarterdeck.api.stream.hub import Hub
from quarterdeck.api.stream.route import stream
from quarterdeck.api.tokens import Tokens
from quarterdeck.api.views import Views
from quarterdeck.model.errors import QuarterdeckError

MOST_BODY_BYTES = 1_000_000


def make_app(console: Console, access: Access, tokens: Tokens, page: Page | None = None) -> ASGIApp:
    """`console` must live from before the app's start until after its shutdown. Reads the page's files: call it in a
    thread, or bring the `page`."""
    return Guard(_make(console, tokens, page if page is not None else Page()), access, tokens)


def document() -> dict[str, Any]:
    """openapi.json: the routes as they are, asked of nobody."""
    nobody: dict[str, object] = {name: None for name in ("console", "views", "hub", "exports", "tokens", "page")}  # noqa: C420 - its type
    return finish(_litestar(nobody, []).openapi_schema.to_schema())


def _make(console: Console, tokens: Tokens, page: Page) -> Litestar:
    views = Views(console)
    hub = Hub(console, views)
    exports = ExportDesk(console)
    figures = Metrics(console)

    @asynccontextmanager
    async def living(_: Litestar) -> AsyncGenerator[None]:
        hub.start()
        figures.start()
        try:
            yield
        finally:
            exports.close()
            figures.close()
            hub.close()

    here: dict[str, object] = {
        "console": console,
        "views": views,
        "hub": hub,
        "exports": exports,
        "tokens": tokens,
        "page": page,
    }
    return _litestar(here, [living])


def _litestar(
    here: dict[str, object], lifespan: list[Callable[[Litestar], AbstractAsyncContextManager[None]]]
) -> Litestar:
    return Litestar(
        route_handlers=[
            ContextsController,
            ClustersController,
            SelectionController,
            TabsController,
            DiagnosticsController,
            list_resources,
            list_merged_resources,
            ExportsController,
            download_export,
            ObjectsController,
            search_objects,
            complete_filter,
            get_attention,
            get_fleet_overview,
            get_overview,
            get_usage,
            get_usage_of_rows,
            get_events,
            get_workloads,
            get_network,
            get_storage,
            list_releases,
            get_subject_access,
            get_request_access,
            get_subjects,
            get_release,
            reveal_release,
            ask,
            query_schema,
            query_changes,
            SavedQueriesController,
            create_session,
            create_launch,
            health,
            metrics,
            stream,
            show_page,
        ],
        dependencies={
            name: Provide(_GIVEN.get(name, _always)(value), sync_to_thread=False) for name, value in here.items()
        },
        exception_handlers={QuarterdeckError: on_ours, HTTPException: on_http, Exception: on_mistake},
        openapi_config=openapi_config(),
        request_max_body_size=MOST_BODY_BYTES,
        lifespan=lifespan,
        logging_config=None,
        debug=False,
    )


def _always(value: object) -> Callable[[], object]:
    def give() -> object:
        return value

    return give


def _after_console(value: object) -> Callable[..., object]:
    """Two things that do not need each other are given by two tasks, and the request waits two turns of a loop that it
    shares with all clusters. Nearly every route asks for both of these."""

    def give(console: ConsoleHere) -> object:
        del console
        return value

    return give


_GIVEN: dict[str, Callable[[object], Callable[..., object]]] = {"views": _after_console}
