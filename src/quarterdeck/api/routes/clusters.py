"""Contexts and their clusters: what there is, and what one of them does now."""

from __future__ import annotations

from litestar import Controller, get, post
from litestar.params import JSONBody

from quarterdeck.api.problems import problems
from quarterdeck.api.routes.inject import ClusterKey, ConsoleHere, ViewsHere
from quarterdeck.api.wire import (
    ClusterView,
    ConsentPut,
    ConsentView,
    ContextList,
    KindList,
    SeenNamespaces,
    SelectionAnswer,
)
from quarterdeck.model.errors import UnknownClusterError
from quarterdeck.model.states import Closed
from quarterdeck.model.target import Key
from quarterdeck.selection.intents import CancelWork, Retry


class ContextsController(Controller):
    path = "/api/v1/contexts"
    tags = ("clusters",)

    @get(operation_id="listContexts", responses=problems())
    async def list_contexts(self, views: ViewsHere) -> ContextList:
        """All contexts of all kubeconfig files, open or not. Listing them runs nothing."""
        return views.contexts()


class ClustersController(Controller):
    path = "/api/v1/clusters"
    tags = ("clusters",)

    @get(operation_id="listClusters", responses=problems())
    async def list_clusters(self, views: ViewsHere) -> list[ClusterView]:
        """Those that are selected, or still being torn down."""
        return [view for view in views.clusters() if view.selected or not isinstance(view.state, Closed)]

    @get("/{key:str}", operation_id="getCluster", responses=problems(404))
    async def get_cluster(self, views: ViewsHere, key: ClusterKey) -> ClusterView:
        """State, phases with their times, class, reason and advice, versions, counts."""
        view = views.cluster(Key(key))
        if view is None:
            raise UnknownClusterError(f"There is no context with the key {key}.")
        return view

    @get("/{key:str}/kinds", operation_id="listKinds", responses=problems(404))
    async def list_kinds(self, console: ConsoleHere, views: ViewsHere, key: ClusterKey) -> KindList:
        """All kinds that can be listed, grouped as people know them, counted as far as they are read."""
        views.id_of(key)
        return console.kinds(Key(key))

    @get("/{key:str}/namespaces", operation_id="listSeenNamespaces", responses=problems(404))
    async def list_seen_namespaces(self, console: ConsoleHere, views: ViewsHere, key: ClusterKey) -> SeenNamespaces:
        """Namespaces that rows of the open cluster were seen in, for those who may not list namespaces."""
        views.id_of(key)
        return SeenNamespaces(key, await console.windows.namespaces(Key(key)))

    @post("/{key:str}/retry", status_code=200, operation_id="retryCluster", responses=problems(404, 409))
    async def retry_cluster(self, console: ConsoleHere, views: ViewsHere, key: ClusterKey) -> SelectionAnswer:
        """Tries it again now: a failed open alone, or a rebuild of what runs."""
        return views.answer(console.selection.submit(Retry(views.id_of(key))))

    @post("/{key:str}/cancel", status_code=200, operation_id="cancelCluster", responses=problems(404, 409))
    async def cancel_cluster(self, console: ConsoleHere, views: ViewsHere, key: ClusterKey) -> SelectionAnswer:
        """Ends a running job. Of an open: closes the cluster. Of a rebuild: the old runtime stays."""
        return views.answer(console.selection.submit(CancelWork(views.id_of(key))))

    @get("/{key:str}/consent", operation_id="getConsent", responses=problems(404))
    async def get_consent(self, console: ConsoleHere, views: ViewsHere, key: ClusterKey) -> ConsentView:
        """What opening it would run and read."""
        views.id_of(key)
        return console.consent(Key(key))

    @post("/{key:str}/consent", status_code=200, operation_id="giveConsent", responses=problems(404, 409))
    async def give_consent(
        self, console: ConsoleHere, views: ViewsHere, key: ClusterKey, data: JSONBody[ConsentPut | None] = None
    ) -> ConsentView:
        """Agrees to what `GET` shows; asked again when it changes."""
        views.id_of(key)
        return await console.give_consent(Key(key), data.digest if data is not None else None)
