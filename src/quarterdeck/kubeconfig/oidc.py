"""Refreshes the ID token of the retired `auth-provider: oidc`, in memory; nothing is written back.

As client-go's plugin/pkg/client/auth/oidc and golang.org/x/oauth2.
"""

from __future__ import annotations

import base64
import binascii
import ssl
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote_plus

import aiohttp
import msgspec

from quarterdeck.kubeconfig.exec_protocol import Secret
from quarterdeck.kubeconfig.proxy import proxy_from_environment
from quarterdeck.kubeconfig.scrub import scrub
from quarterdeck.model.errors import AuthError, ClusterError, DeadlineError
from quarterdeck.model.target import Oidc

EXPIRY_DELTA_S: Final = 10.0
"""A token is taken for expired this long before it is (client-go's expiryDelta)."""
DEADLINE_S: Final = 15.0
_MAX_BYTES: Final = 1024 * 1024


class _Claims(msgspec.Struct):
    exp: float


class _Metadata(msgspec.Struct):
    token_endpoint: str = ""


class _Tokens(msgspec.Struct):
    id_token: str = ""
    refresh_token: str = ""


class _Refusal(msgspec.Struct):
    error: str = ""
    error_description: str = ""


def expiry_of(id_token: str) -> float | None:
    """Wall clock, by which another one is needed; None if it is no JWT."""
    parts = id_token.split(".")
    if len(parts) != 3:
        return None
    try:
        payload = base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
        return msgspec.json.decode(payload, type=_Claims).exp - EXPIRY_DELTA_S
    except (binascii.Error, ValueError, msgspec.DecodeError):
        return None


def first_secret(oidc: Oidc) -> Secret | None:
    """The ID token that the kubeconfig brings; it may have expired."""
    expiry = expiry_of(oidc.id_token)
    return None if expiry is None else Secret(oidc.id_token, expires_at=expiry)


class OidcRefresher:
    """One per issuer, client and refresh token: an issuer may replace the refresh token with each use."""

    def __init__(self, oidc: Oidc, environment: Mapping[str, str]) -> None:
        self._oidc = oidc
        self._environment = environment
        self._refresh_token = oidc.refresh_token
        self._in_body = False
        """The issuer wants the client's secret in the body, not in a header (oauth2.AuthStyle)."""

    async def fetch(self) -> Secret:
        """Raises AuthError, and DeadlineError where the issuer gave no answer in time."""
        if not self._refresh_token:
            raise AuthError(
                "expired",
                "The ID token has expired, and there is no refresh token.",
                advice="Log in again with the tool that wrote the kubeconfig.",
            )
        try:
            timeout = aiohttp.ClientTimeout(total=DEADLINE_S)
            connector = aiohttp.TCPConnector(ssl=self._trust(), force_close=True)
            async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
                return await self._refresh(session)
        except TimeoutError:
            raise DeadlineError(
                "issuer_timeout", f"The issuer {self._oidc.issuer} gave no answer within {DEADLINE_S:g} s."
            ) from None
        except (aiohttp.ClientError, OSError, ssl.SSLError) as error:
            raise AuthError(
                "issuer_unreachable", f"The issuer {self._oidc.issuer} cannot be reached ({type(error).__name__})."
            ) from None

    def _trust(self) -> ssl.SSLContext | bool:
        if not self._oidc.ca_data:
            return True
        try:
            return ssl.create_default_context(cadata=self._oidc.ca_data.decode("ascii"))
        except (ssl.SSLError, ValueError):
            raise AuthError("issuer_ca", "The issuer's certificate authority is no PEM certificate.") from None

    async def _refresh(self, session: aiohttp.ClientSession) -> Secret:
        endpoint = await self._token_endpoint(session)
        status, body = await self._ask(session, endpoint)
        if status >= 400 and not self._in_body and _refusal(body).error != "invalid_grant":
            # x/oauth2 tries the other style once, since issuers do not say which one they want.
            self._in_body = True
            second_status, second_body = await self._ask(session, endpoint)
            if second_status >= 400:
                self._in_body = False
            else:
                status, body = second_status, second_body
        if status >= 400:
            raise self._refused(status, body)
        try:
            tokens = msgspec.json.decode(body, type=_Tokens)
        except msgspec.DecodeError:
            raise AuthError("issuer_answer", "The issuer's answer is not JSON.") from None
        self._refresh_token = tokens.refresh_token or self._refresh_token
        expiry = expiry_of(tokens.id_token)
        if not tokens.id_token or expiry is None:
            raise AuthError(
                "issuer_answer",
                "The issuer gave no ID token.",
                advice='Log in again with the scope "openid"; some issuers give none when refreshing.',
            )
        return Secret(tokens.id_token, expires_at=expiry)

    async def _token_endpoint(self, session: aiohttp.ClientSession) -> str:
        url = f"{self._oidc.issuer.removesuffix('/')}/.well-known/openid-configuration"
        async with session.get(url, allow_redirects=False, proxy=self._proxy(url)) as response:
            body = await _bounded(response)
            if response.status != 200:
                raise AuthError("issuer_answer", f"The issuer's discovery document: HTTP {response.status}.")
        try:
            endpoint = msgspec.json.decode(body, type=_Metadata).token_endpoint
        except msgspec.DecodeError:
            endpoint = ""
        if not endpoint:
            raise AuthError("issuer_answer", "The issuer's discovery document names no token endpoint.")
        return endpoint

    async def _ask(self, session: aiohttp.ClientSession, endpoint: str) -> tuple[int, bytes]:
        client, secret = self._oidc.client_id, self._oidc.client_secret
        form = {"grant_type": "refresh_token", "refresh_token": self._refresh_token}
        headers: dict[str, str] = {}
        if self._in_body:
            form["client_id"] = client
            if secret:
                form["client_secret"] = secret
        else:
            pair = f"{quote_plus(client)}:{quote_plus(secret)}".encode()
            headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        async with session.post(
            endpoint, data=form, headers=headers, allow_redirects=False, proxy=self._proxy(endpoint)
        ) as response:
            return response.status, await _bounded(response)

    def _proxy(self, url: str) -> str | None:
        return proxy_from_environment(url, self._environment) or None

    def _refused(self, status: int, body: bytes) -> ClusterError:
        said = _refusal(body)
        why = scrub(said.error_description or said.error, [self._refresh_token, self._oidc.client_secret])[:300]
        return AuthError(
            "login_expired" if said.error == "invalid_grant" else "issuer_refused",
            f"The issuer did not renew the login (HTTP {status}{f': {why}' if why else ''}).",
            advice="Log in again with the tool that wrote the kubeconfig.",
        )


def _refusal(body: bytes) -> _Refusal:
    """RFC 6749, 5.2."""
    try:
        return msgspec.json.decode(body, type=_Refusal)
    except msgspec.DecodeError:
        return _Refusal()


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    body = await response.content.read(_MAX_BYTES)
    while len(body) < _MAX_BYTES and (more := await response.content.read(_MAX_BYTES - len(body))):
        body += more
    return body
