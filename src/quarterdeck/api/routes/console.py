"""Tabs, sessions, diagnostics, health, metrics."""

from __future__ import annotations

from litestar import Controller, Response, get, post, put
from litestar.params import JSONBody
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from quarterdeck.api.diagnostics import selection_diagnostics
from quarterdeck.api.problems import LaunchRefusedError, problems
from quarterdeck.api.routes.inject import ConsoleHere, TokensHere
from quarterdeck.api.tokens import LAUNCH_LIFE_S
from quarterdeck.api.wire import (
    Health,
    LaunchView,
    RuntimesDiagnostics,
    SelectionDiagnostics,
    SessionPut,
    SessionView,
    Tabs,
    TabsPut,
)
from quarterdeck.model.target import Key


class TabsController(Controller):
    path = "/api/v1/tabs"
    tags = ("tabs",)

    @get(operation_id="getTabs", responses=problems())
    async def get_tabs(self, console: ConsoleHere) -> Tabs:
        """Tab order and the active one."""
        return console.tabs

    @put(operation_id="putTabs", responses=problems())
    async def put_tabs(self, console: ConsoleHere, data: JSONBody[TabsPut]) -> Tabs:
        """Replaces the order. Stands at once, is written behind, and other pages are told."""
        known = console.contexts().entries.keys() | {status.key for status in console.selection.statuses()}
        order = [Key(key) for key in dict.fromkeys(data.order) if key in known]
        active = next((key for key in order if key == data.active), None)
        merged = None if data.merged is None else [[Key(key) for key in group if key in known] for group in data.merged]
        return console.set_tabs(order, active, merged)


class DiagnosticsController(Controller):
    path = "/api/v1/diagnostics"
    tags = ("diagnostics",)

    @get("/selection", operation_id="selectionDiagnostics", responses=problems())
    async def selection(self, console: ConsoleHere) -> SelectionDiagnostics:
        """Records of the last changes, percentiles of each stage, counters, queue depth, loop lag."""
        return selection_diagnostics(console)

    @get("/runtimes", operation_id="runtimesDiagnostics", responses=problems())
    async def runtimes(self, console: ConsoleHere) -> RuntimesDiagnostics:
        """What each open cluster costs: sockets, tasks, objects; and what would not stop."""
        return console.runtimes()


@post("/api/v1/session", status_code=200, operation_id="createSession", tags=["session"], responses=problems())
async def create_session(tokens: TokensHere, data: JSONBody[SessionPut]) -> SessionView:
    """Exchanges a launch token, once and within 60 s, for a bearer token."""
    bearer = tokens.redeem(data.launch)
    if bearer is None:
        raise LaunchRefusedError("That launch token was used before or is too old. Run `quarterdeck` again.")
    return SessionView(bearer)


@post("/api/v1/launches", status_code=200, operation_id="createLaunch", tags=["session"], responses=problems())
async def create_launch(tokens: TokensHere) -> LaunchView:
    """A launch token for opening another page; a second `quarterdeck` asks for one."""
    return LaunchView(tokens.launch(), LAUNCH_LIFE_S)


@get("/healthz", operation_id="health", tags=["console"], responses=problems())
async def health() -> Health:
    """The loop turns."""
    return Health()


@get("/metrics", operation_id="metrics", tags=["console"], media_type="text/plain", responses=problems())
async def metrics(console: ConsoleHere) -> Response[bytes]:
    """Prometheus text format."""
    return Response(generate_latest(console.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})
