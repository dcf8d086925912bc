"""One cluster of a fleet, and what its administrator can do to it."""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from testbed import admin, kubeconfig
from testbed.admin import JSON, Answer, Connection
from testbed.apiserver import ADMIN, ApiServer
from testbed.etcd import Etcd

Query = Mapping[str, str]
_RBAC = "/apis/rbac.authorization.k8s.io/v1"


def rule(resources: Sequence[str], verbs: Sequence[str] = ("*",), groups: Sequence[str] = ("",)) -> JSON:
    """One rule of a Role."""
    return {"apiGroups": list(groups), "resources": list(resources), "verbs": list(verbs)}


_READ = ("get", "list", "watch")
_SEEN_BY_VIEWERS = (
    rule(
        [
            *("namespaces", "nodes", "pods", "pods/log", "events", "services", "endpoints", "configmaps"),
            *("serviceaccounts", "persistentvolumes", "persistentvolumeclaims", "replicationcontrollers"),
        ],
        _READ,
    ),
    rule(["*"], _READ, ["apps", "batch", "autoscaling", "networking.k8s.io", "events.k8s.io", "discovery.k8s.io"]),
)


def service_account(namespace: str, name: str) -> str:
    """The user name that a ServiceAccount's token stands for."""
    return f"system:serviceaccount:{namespace}:{name}"


class Cluster:
    """All methods have deadlines, work from any event loop, and raise ApiError where the server refuses."""

    def __init__(self, server: ApiServer, etcd: Etcd) -> None:
        self.server = server
        self.name = server.name
        self.url = server.url
        self._etcd = etcd

    # -- asking

    def connect(self, token: str | None = None, *, limit: int = 16) -> AbstractAsyncContextManager[Connection]:
        """Connections as the administrator, or with another token."""
        token = self.server.admin_token if token is None else token
        return admin.connect(self.url, self.server.tls, token=token, limit=limit)

    async def request(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        token: str | None = None,
        query: Query | None = None,
    ) -> Answer:
        """One request on a connection of its own; refusals are returned."""
        async with self.connect(token, limit=1) as connection:
            return await connection.request(method, path, body, query=query)

    async def must(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, query: Query | None = None
    ) -> JSON:
        """As the administrator; raises ApiError for anything but 2xx."""
        async with self.connect(limit=1) as connection:
            return await connection.must(method, path, body, query=query)

    async def until(
        self, status: int, path: str, *, token: str | None = None, within: float = 20, query: Query | None = None
    ) -> Answer:
        """GETs until the answer has that status, which only asking shows: rights and dead tokens act later (10 s)."""
        async with asyncio.timeout(within), self.connect(token, limit=1) as connection:
            while (answer := await connection.request("GET", path, query=query)).status != status:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
            return answer

    # -- life

    async def kill(self) -> None:
        """kill -9 of the API server; its data stay in etcd."""
        await self.server.kill()

    async def restart(self, *, within: float = 60) -> None:
        """The same server on the same port with the same data, and ready again; it is killed first if it runs."""
        if self.server.process.alive:
            await self.server.kill()
        await self.server.start(within=within)

    async def compact(self) -> int:
        """etcd forgets its history (all clusters of the fleet share it); the revision compacted to.

        The watch cache of a running API server may still know older versions: see `expire_versions`.
        """
        return await self._etcd.compact()

    async def expire_versions(self) -> None:
        """Makes every resourceVersion and `continue` handed out so far a 410: compaction and a restart in between."""
        # Compaction keeps the newest revision readable, so there has to be a newer one than any handed out.
        body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": "expired-versions-"}}
        written = await self.must("POST", "/api/v1/namespaces/default/configmaps", body)
        await self.must("DELETE", f"/api/v1/namespaces/default/configmaps/{written['metadata']['name']}")
        await self._etcd.compact()
        await self.restart()

    # -- kubeconfig

    def token(self, user: str = ADMIN) -> str:
        """The token of a user of the token file."""
        return self.server.users[user].token

    def entry(
        self,
        context: str | None = None,
        *,
        user: str | Mapping[str, object] = ADMIN,
        server: str | None = None,
        namespace: str | None = None,
        **more: object,
    ) -> kubeconfig.Entry:
        """A kubeconfig entry: as a user of the token file or with the fields given, at another address if one is given.

        `more` are fields of the cluster with `_` for `-` (proxy_url=…, tls_server_name=…).
        """
        fields = {"token": self.token(user)} if isinstance(user, str) else user
        return kubeconfig.Entry(
            context=context or self.name,
            server=server or self.url,
            user=fields,
            ca=self.server.authority.certificate,
            namespace=namespace,
            more={k.replace("_", "-"): v for k, v in more.items()},
        )

    def client_certificate(
        self, user: str, groups: Sequence[str] = (), *, lifetime: dt.timedelta = dt.timedelta(days=1)
    ) -> dict[str, str]:
        """Kubeconfig fields of a user who proves himself by a client certificate."""
        pair = self.server.client_authority.client(user, groups, lifetime=lifetime)
        return {
            "client-certificate-data": base64.b64encode(pair.certificate).decode(),
            "client-key-data": base64.b64encode(pair.key).decode(),
        }

    # -- who may do what

    async def create_service_account(self, name: str, namespace: str = "default") -> None:
        body = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name}}
        await self.must("POST", f"/api/v1/namespaces/{namespace}/serviceaccounts", body)

    async def service_account_token(self, name: str, namespace: str = "default", *, seconds: int = 3600) -> str:
        """A token by TokenRequest; the API server allows none below 600 seconds."""
        body = {
            "apiVersion": "authentication.k8s.io/v1",
            "kind": "TokenRequest",
            "spec": {"expirationSeconds": seconds},
        }
        path = f"/api/v1/namespaces/{namespace}/serviceaccounts/{name}/token"
        return str((await self.must("POST", path, body))["status"]["token"])

    async def delete_service_account(self, name: str, namespace: str = "default") -> None:
        """From now on its tokens are answered 401; one that was used lately still passes for up to 10 s (a cache)."""
        await self.must("DELETE", f"/api/v1/namespaces/{namespace}/serviceaccounts/{name}")

    async def create_role(self, name: str, rules: Sequence[Mapping[str, Any]], namespace: str | None = None) -> None:
        """A ClusterRole, or a Role of `namespace`."""
        await self._create_rbac("Role", name, {"rules": list(rules)}, namespace)

    async def bind(
        self,
        name: str,
        role: str,
        *,
        users: Sequence[str] = (),
        groups: Sequence[str] = (),
        namespace: str | None = None,
        cluster_role: bool = True,
    ) -> None:
        """Grants a role to users and groups: everywhere, or in `namespace` (then also a Role, `cluster_role=False`)."""
        api = "rbac.authorization.k8s.io"
        subjects = [{"kind": "User", "apiGroup": api, "name": u} for u in users]
        subjects += [{"kind": "Group", "apiGroup": api, "name": g} for g in groups]
        reference = {"apiGroup": api, "kind": "ClusterRole" if cluster_role else "Role", "name": role}
        await self._create_rbac("RoleBinding", name, {"roleRef": reference, "subjects": subjects}, namespace)

    async def _create_rbac(self, kind: str, name: str, spec: Mapping[str, Any], namespace: str | None) -> None:
        if namespace is None:
            kind, path = f"Cluster{kind}", f"{_RBAC}/cluster{kind.lower()}s"
        else:
            path = f"{_RBAC}/namespaces/{namespace}/{kind.lower()}s"
        body = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind, "metadata": {"name": name}, **spec}
        async with self.connect(limit=1) as connection:
            await connection.must("POST", path, body, exists_is_fine=True)

    async def grant_default_users(self) -> None:
        """What `default_users` promises; returns when it is in force."""
        # Not the built-in `view` and `edit`: those are aggregated by a controller-manager, and empty without one.
        await asyncio.gather(
            self.create_role("testbed-viewer", _SEEN_BY_VIEWERS),
            self.create_role("testbed-developer", [rule(["*"], groups=["", "apps", "batch"])]),
            self.bind("testbed-viewers", "testbed-viewer", groups=["viewers"]),
            self.bind("testbed-developers", "testbed-developer", groups=["developers"], namespace="default"),
        )
        if "viewer" in self.server.users:
            await self.until(200, "/api/v1/namespaces", token=self.token("viewer"))

    # -- things in it

    async def create_namespace(self, name: str) -> None:
        body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
        async with self.connect(limit=1) as connection:
            await connection.must("POST", "/api/v1/namespaces", body, exists_is_fine=True)

    @asynccontextmanager
    async def namespace(self, name: str) -> AsyncGenerator[str]:
        """A namespace for one test; its pods are deleted and the namespace is asked to go at the end of the block.

        Where no controller-manager runs, a deleted namespace stays in phase Terminating, so a name is used once: a
        second time raises ApiError (409).
        """
        body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
        await self.must("POST", "/api/v1/namespaces", body)
        try:
            yield name
        finally:
            await self.delete_pods(name)
            await self.must("DELETE", f"/api/v1/namespaces/{name}")

    async def create_pods(
        self,
        count: int,
        *,
        namespace: str = "default",
        prefix: str = "pod",
        labels: Mapping[str, str] | None = None,
        node: str | None = None,
        in_flight: int = 16,
        exist_is_fine: bool = False,
        within: float = 120,
    ) -> list[str]:
        """Creates `{prefix}-0` … and returns their names. Without a node they stay Pending (KWOK gives life)."""
        names = [f"{prefix}-{i}" for i in range(count)]
        path = f"/api/v1/namespaces/{namespace}/pods"
        left = iter(names)

        async def worker(connection: Connection) -> None:
            for name in left:
                body = pod(name, labels or {"app": prefix}, node)
                await connection.must("POST", path, body, exists_is_fine=exist_is_fine, within=within)

        async with asyncio.timeout(within), self.connect(limit=in_flight) as connection, asyncio.TaskGroup() as group:
            for _ in range(min(in_flight, count)):
                group.create_task(worker(connection))
        return names

    async def delete_pods(self, namespace: str = "default") -> None:
        """All pods of a namespace, at once and without grace."""
        await self.must("DELETE", f"/api/v1/namespaces/{namespace}/pods", query={"gracePeriodSeconds": "0"})


def pod(name: str, labels: Mapping[str, str], node: str | None = None) -> JSON:
    """The object that `create_pods` sends."""
    container = {
        "name": "main",
        "image": "registry.example/app:1.0",
        "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}},
    }
    spec: JSON = {"containers": [container], "terminationGracePeriodSeconds": 0}
    if node is not None:
        spec["nodeName"] = node
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": dict(labels)}, "spec": spec}
