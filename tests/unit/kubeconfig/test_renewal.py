from __future__ import annotations

import pytest

from quarterdeck.kubeconfig.renewal import renewal_of
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
        (Auth("me"), "names no credentials", ""),
        (Auth("me", exec_plugin=AWS), "Log in again", "aws sso login --profile acme"),
        (
            Auth("me", client_certificate_data=b"s3cret"),
            "new certificate",
            f"{SET}--client-certificate=NEW.crt --client-key=NEW.key --embed-certs",
        ),
    ],
)
def test_refused_credentials_are_renewed_as_their_kind_is(auth: Auth, advice: str, command: str) -> None:
    target = Target(ClusterId("kc:a"), Key("a"), "a", "a", "https://a", Source("/home/me/kube config"), auth=auth)
    said, line = renewal_of(target)
    assert advice in said
    assert line == command
    assert "s3cret" not in said + line
