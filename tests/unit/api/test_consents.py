"""What a person sees before agreeing."""

from __future__ import annotations

from quarterdeck.api.consents import consent_view
from quarterdeck.kubeconfig.consent import ConsentRequest
from quarterdeck.model.target import Key

KEY = Key("0" * 12)


def test_nothing_to_ask_needs_nothing() -> None:
    assert not consent_view(KEY, None, granted=False).needed


def test_all_that_would_run_or_be_read_is_shown_but_no_secret() -> None:
    request = ConsentRequest(
        command="/bin/aws",
        arguments=("eks", "get-token"),
        environment=(("AWS_SECRET", "hunter2"),),
        key_file="/k.pem",
        token_file="/t",
        proxy="http://me:hunter2@proxy:3128",
    )
    view = consent_view(KEY, request, granted=False)
    assert view.needed and view.digest == request.digest
    assert [(item.kind, item.value) for item in view.items] == [
        ("command", "/bin/aws"),
        ("argument", "eks"),
        ("argument", "get-token"),
        ("environment", "AWS_SECRET"),
        ("key file", "/k.pem"),
        ("token file", "/t"),
        ("proxy", "proxy:3128"),
    ]
    assert not consent_view(KEY, request, granted=True).needed
