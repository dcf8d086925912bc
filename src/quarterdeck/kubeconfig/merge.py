"""Several files as one, as clientcmd merges them (ClientConfigLoadingRules.Load).

The first file that has an entry of a name wins, whole; the first current-context that is set wins.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from quarterdeck.kubeconfig.entries import RawCluster, RawContext, RawUser
from quarterdeck.kubeconfig.files import ParsedFile


class Merged(msgspec.Struct, frozen=True):
    """Entries by name, each with the path of the file it is from."""

    contexts: dict[str, tuple[str, RawContext]]
    clusters: dict[str, tuple[str, RawCluster]]
    users: dict[str, tuple[str, RawUser]]
    current_context: str = ""


def merge(files: Sequence[ParsedFile]) -> Merged:
    merged = Merged({}, {}, {})
    current = ""
    for file in files:
        for context in file.entries.contexts:
            merged.contexts.setdefault(context.name, (file.path, context))
        for cluster in file.entries.clusters:
            merged.clusters.setdefault(cluster.name, (file.path, cluster))
        for user in file.entries.users:
            merged.users.setdefault(user.name, (file.path, user))
        current = current or file.entries.current_context
    return msgspec.structs.replace(merged, current_context=current)
