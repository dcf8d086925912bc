"""Whom a server takes for system:anonymous: it was shown no credentials, or they were lost on the way.

kubectl asks for a user name where a kubeconfig has none. Here: who may read nothing of what a cluster is opened for has
to log in. Where anonymous may read some of it, somebody wanted that, and it is served.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from quarterdeck.catalog.kinds import Decoded, KindSpec
from quarterdeck.clusters.by_namespace import ByNamespace
from quarterdeck.clusters.namespaces import Namespaces
from quarterdeck.clusters.reflector_state import Forbidden, ReflectorState
from quarterdeck.kubeclient.answers import ANONYMOUS
from quarterdeck.kubeclient.protocol import ClusterClient
from quarterdeck.kubeconfig.renewal import missing
from quarterdeck.model.errors import ClusterError, ForbiddenError
from quarterdeck.model.target import Target

_USER = "system:anonymous"


def seems_anonymous(state: ReflectorState | None) -> bool:
    """A list was refused to the user of those who showed nothing."""
    return isinstance(state, Forbidden) and state.failure.reason == ANONYMOUS


async def admit(
    client: ClusterClient, target: Target, kinds: Sequence[KindSpec[Any]], preferred: Sequence[str]
) -> None:
    """Returns where the server knows us, or lets anonymous read one of `kinds`, across the cluster or in a namespace.
    Raises AuthError where it does neither, and what else went wrong. The first kind is asked for alone."""
    namespaces = Namespaces(client, preferred)
    chosen = target.auth.impersonate is not None and target.auth.impersonate.user == _USER

    async def refused(kind: KindSpec[Any]) -> bool | ClusterError:
        lister = ByNamespace(client, namespaces if kind.namespaced else None)
        try:
            await lister.list_page(kind.resource, Decoded, limit=1)
        except ForbiddenError as error:
            return error.reason == ANONYMOUS and not chosen
        except ClusterError as error:
            return error  # as a value: one that fails does not cut the others short
        return False

    for some in (kinds[:1], kinds[1:]):
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(refused(kind)) for kind in some]
        answers = [task.result() for task in tasks]
        if False in answers:
            return
        for answer in answers:
            if isinstance(answer, ClusterError):
                raise answer
    raise missing(target)
