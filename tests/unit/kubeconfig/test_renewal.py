from __future__ import annotations

import pytest

from quarterdeck.kubeconfig.renewal import missing, refusal, renewal_of
from quarterdeck.model.target import Auth, ClusterId, ExecPlugin, Key, Source, Target

SET = "kubectl config --kubeconfig='/home/me/kube config' set-credentials me "
AWS = ExecPlugin("v1", "aws", ("eks", "get-token", "--profile", "acme"))


@pytest.mark.parametrize(
    ("auth", "advice", "command"),
    [
        (Auth("me", token="s3cret"), "new token", f"{SET}--token=NEW_TOKEN"),
        (Auth("me", token_file="/run/t"), "/run/t", ""),
        (Auth("me", client_certificate_file="/run/c.crt"), "/run/c.crt", ""),
        (Auth("me", username="ann", password="s3cret"), "password", f"{SET}--username=ann --password=NEW_PASSWORD"),
        (Auth("me"), "Give that user a token", f"{SET}--token=NEW_TOKEN"),
        (Auth(), "Name a user in the context", ""),
        (Auth("me", exec_plugin=AWS), "Log in again", "aws sso login --profile acme"),
        (
            Auth("me", client_certificate_data=b"s3cret"),
            "new certificate",
            f"{SET}--client-certificate=NEW.crt --client-key=NEW.key --embed-certs",
        ),
    ],
)
def test_refused_credentials_are_renewed_as_their_kind_is(auth: Auth, advice: str, command: str) -> None:
    target = _target(auth)
    said, line = renewal_of(target)
    assert advice in said
    assert line == command
    assert "s3cret" not in said + line


@pytest.mark.parametrize("auth", [Auth("me"), Auth()])
def test_who_has_no_credentials_is_not_told_that_they_are_refused(auth: Auth) -> None:
    error = refusal(_target(auth))
    assert (error.reason, error.command) == ("missing", renewal_of(_target(auth))[1] or None)
    assert f"no credentials for {auth.user or 'context a, which names no user'}" in error.message


@pytest.mark.parametrize(
    ("auth", "server", "advice"),
    [
        (Auth("me", token="s3cret"), "https://a", "Authorization header"),
        (Auth("me", client_certificate_data=b"s3cret"), "https://a", "client certificate"),
        (Auth("me", username="ann", password="s3cret"), "https://a", "no passwords since"),
        (Auth("me"), "http://a", "Write https://"),
    ],
)
def test_credentials_that_a_server_does_not_see_were_lost_on_the_way(auth: Auth, server: str, advice: str) -> None:
    error = missing(_target(auth, server))
    assert error.reason == "not_shown"
    assert "system:anonymous" in error.message
    assert advice in error.advice
    assert "s3cret" not in error.message + error.advice


def _target(auth: Auth, server: str = "https://a") -> Target:
    return Target(ClusterId("kc:a"), Key("a"), "a", "a", server, Source("/home/me/kube config"), auth=auth)
