"""What a person does about credentials that the server refuses, or does not see: by what kind they are."""

from __future__ import annotations

import shlex

from quarterdeck.kubeconfig.exec_plugin import command_line, login_command
from quarterdeck.model.errors import AuthError
from quarterdeck.model.target import Auth, Target

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
    if auth.user:
        return "Give that user a token, a certificate or a login plugin.", _set(target, "--token=NEW_TOKEN")
    return "Name a user in the context, and give it a token, a certificate or a login plugin.", ""


def refusal(target: Target) -> AuthError:
    """The server answered 401."""
    if not _shows_any(target.auth):
        return missing(target)
    advice, command = renewal_of(target)
    return AuthError(
        "refused",
        f"The server does not accept the credentials of {target.auth.user or 'this context'}.",
        advice=advice,
        command=command or None,
    )


def missing(target: Target) -> AuthError:
    """The server took us for anonymous: the kubeconfig has no credentials, or they were lost on the way."""
    auth = target.auth
    if target.server.startswith("http://"):
        # clientcmd sends none over plain HTTP, whatever the user has.
        return AuthError(
            "not_shown",
            "The server took us for system:anonymous: over http:// no credentials are sent.",
            advice="Write https:// in the server of the cluster.",
        )
    if not _shows_any(auth):
        advice, command = renewal_of(target)
        whom = auth.user or f"context {target.context}, which names no user"
        return AuthError(
            "missing",
            f"The kubeconfig has no credentials for {whom}.",
            advice=advice,
            command=command or None,
        )
    if auth.username and not (auth.token or auth.token_file):
        advice = "API servers know no passwords since Kubernetes 1.19: use a token, a certificate or a login plugin."
    else:
        advice = (
            "Something in between (a proxy, a load balancer that ends TLS) drops the client certificate or the "
            "Authorization header: use the API server's own address."
        )
    return AuthError(
        "not_shown",
        f"The server took us for system:anonymous: it did not see the credentials of {auth.user}.",
        advice=advice,
    )


def _shows_any(auth: Auth) -> bool:
    ways = (auth.token, auth.token_file, auth.username, auth.password, auth.exec_plugin, auth.oidc)
    return any(ways) or bool(auth.client_certificate_data or auth.client_certificate_file)


def _set(target: Target, what: str) -> str:
    file = f"--kubeconfig={shlex.quote(target.source.file)} " if target.source.file else ""
    return f"kubectl config {file}set-credentials {shlex.quote(target.auth.user)} {what}"
