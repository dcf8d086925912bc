"""The credential broker: one for all clusters, so that what they share is fetched once.

A token is shared by (command, arguments, environment, cluster info if it is passed); waking and back-off by login.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Awaitable, Callable, Hashable, Mapping

import msgspec

from quarterdeck.aio.backoff import Backoff
from quarterdeck.aio.tasks import TaskBag
from quarterdeck.kubeconfig.disk_secrets import FixedSecret, certificate_files, token_file
from quarterdeck.kubeconfig.exec_plugin import PluginRunner, SystemPlugins, fetch_exec, needs_terminal
from quarterdeck.kubeconfig.exec_protocol import Secret, cluster_info
from quarterdeck.kubeconfig.logins import FIRST_RETRY_S, MOST_RETRY_S, Login, login_of
from quarterdeck.kubeconfig.oidc import OidcRefresher, first_secret
from quarterdeck.kubeconfig.plugin_process import PluginLimits
from quarterdeck.kubeconfig.plugin_slots import MAX_PLUGINS, PluginSlots
from quarterdeck.kubeconfig.shared import Part, SharedSecret, again
from quarterdeck.kubeconfig.source import Source
from quarterdeck.model.credentials import ClientCertificate
from quarterdeck.model.target import Auth, ClusterId, ExecPlugin, Target

_PATIENCE = 0.8
"""Who gives up on a plugin after this part of its time has seen it fail."""


class Broker:
    """Lives on one loop. `run` starts plugins, `wall` is the time of day by which tokens expire, `concurrency` how many
    plugins may run at once.

    `source` gives a cluster its credentials; close each one, then the broker. Nothing runs before the first `get`.
    """

    def __init__(
        self,
        *,
        run: PluginRunner | None = None,
        limits: PluginLimits | None = None,
        environment: Mapping[str, str] | None = None,
        wall: Callable[[], float] = time.time,
        rng: random.Random | None = None,
        concurrency: int = MAX_PLUGINS,
    ) -> None:
        self._environment = os.environ if environment is None else environment
        self._run = run or SystemPlugins(self._environment)
        self._limits = limits or PluginLimits()
        self._wall = wall
        self._rng = rng or random.Random()  # noqa: S311 - jitter
        self._bag = TaskBag("credentials")
        self._slots = PluginSlots(concurrency)
        self._logins: dict[Hashable, Login] = {}
        self._shared: dict[Hashable, SharedSecret] = {}
        self._sources: set[Source] = set()
        self._waits: dict[ClusterId, tuple[str, Backoff]] = {}

    @property
    def plugins_running(self) -> int:
        return self._slots.running

    def source(self, target: Target) -> Source:
        """For one opening of `target`; to be closed. Never blocks and runs nothing."""
        self._forget_unused()
        auth = target.auth
        plugin = auth.exec_plugin if uses_plugin(auth) else None
        refuse = needs_terminal(plugin) if plugin and plugin.interactive_mode == "Always" else None
        parts: list[Part] = []
        if certificate := self._certificate(auth):
            parts.append(certificate)
        if token := self._token(target, plugin if refuse is None else None):
            parts.append(token)
        source = Source(target, parts, self._wait_of(target), refuse=refuse, closed=self._sources.discard)
        self._sources.add(source)
        return source

    def retry(self, target: Target) -> None:
        """A person wants this cluster tried again: back-off ends, its login may ask again."""
        for source in list(self._sources):
            if source.target.id == target.id:
                source.retry()
        self._waits.pop(target.id, None)
        plugin = target.auth.exec_plugin
        if plugin is not None and (login := self._logins.get(login_of(plugin))):
            login.retry()

    async def close(self) -> None:
        """Closes all sources, ends all plugins. Bounded by 2 s and a bit."""
        for login in self._logins.values():
            login.close()
        self._bag.cancel()
        for source in list(self._sources):
            await source.close()
        await self._bag.close(2.0)

    # ---

    def _wait_of(self, target: Target) -> Backoff:
        """Outlives the openings, each of which has a source of its own: the tries of one identity come ever rarer."""
        identity, backoff = self._waits.get(target.id, ("", None))
        if backoff is None or identity != target.identity():
            backoff = Backoff(FIRST_RETRY_S, MOST_RETRY_S, self._rng)
            self._waits[target.id] = (target.identity(), backoff)
        return backoff

    def _certificate(self, auth: Auth) -> Part | None:
        data, key = auth.client_certificate_data, auth.client_key_data
        if data and key:
            return FixedSecret(Secret(certificate=ClientCertificate(data, key)))
        if data or auth.client_certificate_file:
            return certificate_files(auth)
        return None

    def _token(self, target: Target, plugin: ExecPlugin | None) -> Part | None:
        """client-go's precedence: token file, token, password; then the plugin; the auth-provider below all."""
        auth = target.auth
        if auth.token_file:
            return token_file(auth.token_file, auth.token)
        if auth.token:
            return FixedSecret(Secret(auth.token))
        if auth.username or auth.password:
            return None
        if plugin is not None:
            return self._of_plugin(target, plugin)
        return self._of_issuer(target)

    def _of_plugin(self, target: Target, plugin: ExecPlugin) -> SharedSecret:
        info = msgspec.json.encode(cluster_info(target)) if plugin.provide_cluster_info else b""
        key = ("exec", plugin.api_version, plugin.command, plugin.args, plugin.env, info)
        known = self._shared.get(key)
        if known is not None:
            return known
        login = self._login(login_of(plugin))

        async def fetch(shared: SharedSecret) -> Secret:
            slot = await self._slots.take(login.name, login.limit)
            try:
                if (error := shared.blocked()) is not None:
                    raise again(error)
                shared.started()

                def waiting(why: str) -> None:
                    slot.park()
                    shared.waits_for_person(why)

                return await fetch_exec(target, self._run, self._limits, waiting)
            finally:
                slot.release()

        return self._share(key, login, fetch)

    def _of_issuer(self, target: Target) -> SharedSecret | None:
        oidc = target.auth.oidc
        if oidc is None:
            return None
        key = ("oidc", oidc.issuer, oidc.client_id, oidc.client_secret, oidc.refresh_token or oidc.id_token)
        known = self._shared.get(key)
        if known is not None:
            return known
        refresher = OidcRefresher(oidc, self._environment)

        async def fetch(shared: SharedSecret) -> Secret:
            shared.started()
            return await refresher.fetch()

        return self._share(key, self._login(("oidc", oidc.issuer, oidc.client_id)), fetch, first_secret(oidc))

    def _login(self, name: Hashable) -> Login:
        login = self._logins.get(name)
        if login is None:
            login = self._logins[name] = Login(name, self._rng)
        return login

    def _share(
        self,
        key: Hashable,
        login: Login,
        fetch: Callable[[SharedSecret], Awaitable[Secret]],
        initial: Secret | None = None,
    ) -> SharedSecret:
        patience = self._limits.run_s * _PATIENCE
        shared = SharedSecret(login, fetch, self._bag, self._wall, initial=initial, patience_s=patience)
        self._shared[key] = shared
        return shared

    def _forget_unused(self) -> None:
        """Of clusters that are closed, only tokens stay that a reopening could use."""
        for key, shared in list(self._shared.items()):
            if not shared.is_open and not shared.keeps():
                del self._shared[key]


def uses_plugin(auth: Auth) -> bool:
    """client-go leaves the plugin alone where another way is given (Authenticator.UpdateTransportConfig)."""
    other = auth.token or auth.token_file or auth.username or auth.password
    certificate = auth.client_certificate_data or auth.client_certificate_file
    return auth.exec_plugin is not None and not other and not certificate
