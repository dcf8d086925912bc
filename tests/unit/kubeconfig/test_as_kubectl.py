"""What we read is what the real kubectl reads (`kubectl config view --flatten --raw`)."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from quarterdeck.kubeconfig.document import parse
from quarterdeck.kubeconfig.entries import read_entries
from quarterdeck.kubeconfig.loading import Loader
from quarterdeck.kubeconfig.locate import Places
from quarterdeck.model.target import Target

Json = dict[str, Any]
BUILT = Path(__file__).parents[3] / "testbed" / "bin" / "kubectl"
KUBECTL = str(BUILT) if BUILT.exists() else shutil.which("kubectl")

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(KUBECTL is None, reason="no kubectl: make testbed builds one"),
]


def kubectl(kubeconfig: str, folder: Path) -> Json:
    assert KUBECTL is not None
    result = subprocess.run(
        [KUBECTL, "config", "view", "--flatten", "--raw", "-o", "json"],
        env={"KUBECONFIG": kubeconfig, "HOME": str(folder), "PATH": os.environ["PATH"]},
        cwd=folder,
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert result.returncode == 0, result.stderr.decode()
    return json.loads(result.stdout)


names = st.sampled_from(["a", "b", "c/d:e", "yes", "1"])
words = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\x7f\x85"), max_size=8
)
data = st.binary(min_size=1, max_size=9).map(lambda raw: base64.b64encode(raw).decode())


def optional(**values: st.SearchStrategy[Any]) -> st.SearchStrategy[Json]:
    return st.fixed_dictionaries({}, optional=values)


clusters = st.one_of(
    st.fixed_dictionaries(
        {
            "server": st.sampled_from(
                ["https://one:6443", "https://two/sub/path", "https://[::1]:1", "http://plain:8080"]
            )
        },
        optional={
            "certificate-authority-data": data,
            "tls-server-name": words,
            "proxy-url": st.sampled_from(["http://p:1", "https://u:p@p:1", "socks5://p:1"]),
            "disable-compression": st.booleans(),
        },
    ),
    st.fixed_dictionaries(
        {"server": st.just("https://three"), "certificate-authority": st.sampled_from(["ca.pem", "./sub/../ca.pem"])}
    ),
    st.fixed_dictionaries({"server": st.just("https://four"), "insecure-skip-tls-verify": st.booleans()}),
)
plugins = st.fixed_dictionaries(
    {
        "apiVersion": st.just("client.authentication.k8s.io/v1beta1"),
        "command": st.sampled_from(["tool", "./bin/tool", "/abs/tool", "sub/tool"]),
    },
    optional={
        "args": st.lists(words, max_size=3),
        "env": st.lists(st.fixed_dictionaries({"name": st.sampled_from(["A", "B"]), "value": words}), max_size=2),
        "installHint": words,
        "provideClusterInfo": st.booleans(),
        "interactiveMode": st.sampled_from(["Never", "IfAvailable", "Always"]),
    },
)
users = st.one_of(
    optional(token=words, tokenFile=st.sampled_from(["token", "/abs/token", "../token"])),
    st.fixed_dictionaries({"client-certificate": st.just("ca.pem"), "client-key": st.just("ca.pem")}),
    st.fixed_dictionaries({"client-certificate-data": data, "client-key-data": data}),
    st.fixed_dictionaries({"username": words, "password": words}),
    st.fixed_dictionaries({"exec": plugins}),
    st.fixed_dictionaries(
        {"as": st.just("someone")},
        optional={
            "as-uid": words,
            "as-groups": st.lists(words, max_size=3),
            "as-user-extra": st.dictionaries(st.sampled_from(["Scopes", "x/y"]), st.lists(words, max_size=2)),
        },
    ),
    st.just(
        {
            "auth-provider": {
                "name": "oidc",
                "config": {"idp-issuer-url": "https://i", "client-id": "c", "id-token": "x"},
            }
        }
    ),
)
contexts = st.fixed_dictionaries({"cluster": names, "user": names}, optional={"namespace": words})


def named(kind: str, entries: st.SearchStrategy[Json]) -> st.SearchStrategy[list[Json]]:
    return st.dictionaries(names, entries, max_size=5).map(lambda d: [{"name": n, kind: e} for n, e in d.items()])


kubeconfigs = optional(
    **{
        "apiVersion": st.just("v1"),
        "kind": st.just("Config"),
        "current-context": names,
        "clusters": named("cluster", clusters),
        "users": named("user", users),
        "contexts": named("context", contexts),
    }
)
lists = st.lists(st.tuples(st.sampled_from(["one/x", "two/x", "two/y", "z", "missing"]), kubeconfigs), max_size=4)


@settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(files=lists, flow=st.booleans(), relative=st.booleans())
def test_a_list_of_files_gives_the_targets_that_kubectl_sees(
    tmp_path: Path, files: list[tuple[str, Json]], flow: bool, relative: bool
) -> None:
    shutil.rmtree(tmp_path)
    for folder in ("one/sub", "two/sub", "sub"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder).parent.joinpath("ca.pem").write_text(f"CA of {folder}")
    paths: list[str] = []
    for name, content in files:
        path = tmp_path / name
        if name != "missing":
            path.write_text(yaml.safe_dump(content, default_flow_style=flow, allow_unicode=True))
        paths.append(name if relative else str(path))
    kubeconfig = ":".join(paths)
    before = Path.cwd()
    os.chdir(tmp_path)
    try:
        loaded = Loader(Places.find({"KUBECONFIG": kubeconfig, "HOME": str(tmp_path)}), environment={}).load()
        seen = kubectl(kubeconfig, tmp_path)
    finally:
        os.chdir(before)
    expected_clusters: dict[str, Json] = {c["name"]: c["cluster"] for c in items(seen, "clusters")}
    expected_users: dict[str, Json] = {u["name"]: u["user"] for u in items(seen, "users")}
    expected_contexts: dict[str, Json] = {c["name"]: c["context"] for c in items(seen, "contexts")}
    ours = {entry.context: entry for entry in loaded.entries}
    assert set(ours) == set(expected_contexts)
    current = next((e.context for e in loaded.entries if e.id == loaded.current), None)
    assert current == (seen["current-context"] if seen["current-context"] in expected_contexts else None)
    for name, context in expected_contexts.items():
        entry = ours[name]
        if context["cluster"] not in expected_clusters or context["user"] not in expected_users:
            assert entry.failure is not None
            assert entry.failure.reason in ("unknown_cluster", "unknown_user")
            continue
        cluster, user = expected_clusters[context["cluster"]], expected_users[context["user"]]
        assert entry.target is not None, entry.failure
        assert entry.target.namespace == context.get("namespace", "")
        same_cluster(entry.target, cluster)
        written = dict(files)
        origin = next(n for n, _ in files if n != "missing" and named_in(written[n], context["user"]))
        same_user(entry.target, user, (tmp_path / origin).parent)


def named_in(content: Json, user: str) -> bool:
    return user in [entry["name"] for entry in content.get("users", [])]


def resolved(path: str, folder: Path) -> str:
    """`config view` leaves these as they stand; every other command resolves them (ResolveLocalPaths)."""
    return os.path.normpath(folder / path) if path else ""


def items(seen: Json, section: str) -> list[Json]:
    return seen.get(section) or []


def decoded(value: str | None) -> bytes | None:
    return base64.b64decode(value) if value else None


def content(path: str, inline: bytes | None) -> bytes | None:
    return Path(path).read_bytes() if path else inline


def same_cluster(target: Target, cluster: Json) -> None:
    assert target.server == cluster["server"]
    assert target.proxy_url == cluster.get("proxy-url", "")
    assert target.disable_compression == cluster.get("disable-compression", False)
    if target.server.startswith("https"):
        assert target.ca_data == decoded(cluster.get("certificate-authority-data"))
        assert target.insecure == cluster.get("insecure-skip-tls-verify", False)
        assert target.server_name == cluster.get("tls-server-name", "")


def same_user(target: Target, user: Json, folder: Path) -> None:
    auth = target.auth
    impersonate = auth.impersonate
    assert (impersonate.user if impersonate else "") == user.get("as", "")
    assert (impersonate.uid if impersonate else "") == user.get("as-uid", "")
    assert list(impersonate.groups if impersonate else ()) == user.get("as-groups", [])
    extra = {k: list(v) for k, v in impersonate.extra} if impersonate else {}
    assert extra == {k: v or [] for k, v in user.get("as-user-extra", {}).items()}
    if target.server.startswith("http:"):
        assert (auth.token, auth.password, auth.exec_plugin, auth.oidc) == ("", "", None, None)
        return
    assert auth.token == user.get("token", "")
    assert auth.token_file == resolved(user.get("tokenFile", ""), folder)
    assert (auth.username, auth.password) == (user.get("username", ""), user.get("password", ""))
    certificate = content(auth.client_certificate_file, auth.client_certificate_data)
    assert certificate == decoded(user.get("client-certificate-data"))
    assert content(auth.client_key_file, auth.client_key_data) == decoded(user.get("client-key-data"))
    plugin, expected = auth.exec_plugin, user.get("exec")
    assert (plugin is None) == (expected is None)
    if plugin is not None and expected is not None:
        command = expected["command"]
        assert plugin.command == (resolved(command, folder) if "/" in command else command)
        assert list(plugin.args) == (expected["args"] or [])
        assert [{"name": n, "value": v} for n, v in plugin.env] == (expected["env"] or [])
        assert plugin.install_hint == expected.get("installHint", "")
        assert plugin.interactive_mode == expected["interactiveMode"]
        assert plugin.provide_cluster_info == expected["provideClusterInfo"]
    if auth.oidc is not None:
        assert {"idp-issuer-url": auth.oidc.issuer, "client-id": auth.oidc.client_id} == {
            k: v for k, v in user["auth-provider"]["config"].items() if k != "id-token"
        }


PLAIN = """y Y yes Yes YES n N no NO on off On OFF true True TRUE tRUE false null Null ~ nil 0 1 -1 +1 007 08 0o17 0x1F
0b101 1_000 1e3 1.5 .5 5. 1.e2 -.5 1:30 1:30:45 2001-12-14 2001-12-14T21:59:43Z 12e03 0.0.0.0 1.2.3 = <= abc a-b --x _1
+ .abc -0b11 1__2 0x 1e 123456789012345678 0xZ -08 1,2 a#b 5m @x""".replace("@x", "").split()


def test_plain_words_mean_what_they_mean_to_kubectl(tmp_path: Path) -> None:
    file = tmp_path / "config"
    lines = "\n".join(f'      "k{n}": {word}\n      "q{n}": "{word}"' for n, word in enumerate(PLAIN))
    file.write_text(f"""
clusters:
- name: c
  cluster:
    server: https://c
    extensions:
    - name: client.authentication.k8s.io/exec
      extension:
{lines.replace("      ", "        ")}
        ? yes
        : a key that is a boolean
        merged: &m {{x: 1, y: 2, z: {{deep: true}}}}
        list: [*m, {{<<: *m, x: 3}}, {{x: 3, <<: *m}}, {{<<: [{{x: 7}}, *m], w: 0}}]
        twice: 1
        twice: 2
        folded: >
          a
          b
""")
    expected = kubectl(str(file), tmp_path)["clusters"][0]["cluster"]["extensions"][0]["extension"]
    ours = json.loads(read_entries(parse(file.read_bytes())).clusters[0].exec_config)
    different = {
        k: (ours.get(k), v) for k, v in expected.items() if ours.get(k) != v or type(ours.get(k)) is not type(v)
    }
    words_of = {f"k{n}": word for n, word in enumerate(PLAIN)}
    assert {words_of.get(k, k): v for k, v in different.items()} == {}
    assert set(ours) == set(expected)
