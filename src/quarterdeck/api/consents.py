"""What a person is asked to agree to, as the page shows it."""

from __future__ import annotations

from quarterdeck.api.wire import ConsentItem, ConsentView
from quarterdeck.kubeconfig.consent import ConsentRequest
from quarterdeck.model.target import Key


def consent_view(key: Key, request: ConsentRequest | None, *, granted: bool) -> ConsentView:
    """`request` None: there is nothing to ask. Arguments are shown, since they say what a command does; of the
    environment the names alone, of a proxy what follows its password."""
    if request is None:
        return ConsentView(key, needed=False)
    items = [ConsentItem("command", request.command)] if request.command else []
    items += [ConsentItem("argument", argument) for argument in request.arguments]
    items += [ConsentItem("environment", name) for name, _ in request.environment]
    for kind, value in (
        ("key file", request.key_file),
        ("token file", request.token_file),
        ("proxy", request.proxy.rpartition("@")[2]),
    ):
        if value:
            items.append(ConsentItem(kind, value))
    return ConsentView(key, not granted, request.digest, items)
