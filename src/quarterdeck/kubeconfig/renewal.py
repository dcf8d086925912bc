"""What a person does about credentials that the server refuses: by what kind they are."""

from __future__ import annotations

import shlex

from quarterdeck.kubeconfig.exec_plugin import command_line, login_command
from quarterdeck.model.target import Target

_ANY_LOGIN = "sso az login gcloud auth"
"""A refusal by the server stands for what a plugin would say: every login that it may need is meant."""


def renewal_of(target: Target) -> tuple[str, str]:
    """Advice, and a command line to copy ("" where none helps). Neither holds a secret.

    `kubectl config set-credentials` writes where the user stands; what is new in it is for the person to fill in.
    """
    auth = target.auth
    if auth.exec_plugin is not None:
        login = login_command(auth.exec_plugin, _ANY_LOGIN)
        return "Log in again, then retry.", login or command_line(auth.exec_plugin)
    if auth.oidc is not None:
        return "Log in again with the tool that wrote the kubeconfig, then retry.", ""
    if auth.token_file:
        return f"Renew the token in {auth.token_file}, then retry.", ""
    if auth.client_certificate_file and not auth.token:
        return f"Renew the certificate in {auth.client_certificate_file}, then retry.", ""
    if auth.token:
        return "Put a new token into the kubeconfig; it is tried again by itself.", _set(target, "--token=NEW_TOKEN")
    if auth.username:
        return "Correct user name and password in the kubeconfig.", _set(
            target, f"--username={shlex.quote(auth.username)} --password=NEW_PASSWORD"
        )
    if auth.client_certificate_data is not None:
        new = "--client-certificate=NEW.crt --client-key=NEW.key --embed-certs"
        return "Put a new certificate into the kubeconfig; it is tried again by itself.", _set(target, new)
    return "This context names no credentials: give it a user in the kubeconfig.", ""


def _set(target: Target, what: str) -> str:
    file = f"--kubeconfig={shlex.quote(target.source.file)} " if target.source.file else ""
    return f"kubectl config {file}set-credentials {shlex.quote(target.auth.user)} {what}"
