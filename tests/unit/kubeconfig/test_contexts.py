"""Contexts, their IDs, and consent to what a foreign kubeconfig would do."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import msgspec
import pytest

from quarterdeck.kubeconfig.consent import ConsentRequest, Consents
from quarterdeck.kubeconfig.contexts import ContextEntry
from quarterdeck.kubeconfig.identity import NameRegistry
from quarterdeck.kubeconfig.loading import Loader
from quarterdeck.kubeconfig.locate import Places
from quarterdeck.model.target import ClusterId, key_of

CLUSTER = "clusters: [{name: c, cluster: {server: 'https://c'}}]\n"


def write(path: Path, *names: str, user: str = "{}", cluster: str = "{server: 'https://c'}") -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    contexts = "".join(f"- {{name: '{name}', context: {{cluster: c, user: u}}}}\n" for name in names)
    path.write_text(
        f"clusters: [{{name: c, cluster: {cluster}}}]\nusers: [{{name: u, user: {user}}}]\ncontexts:\n{contexts}"
    )
    return str(path)


def ids(loader: Loader) -> list[str]:
    return [entry.id for entry in loader.load().entries]


def test_an_id_is_the_file_and_the_context_and_its_key_is_opaque(tmp_path: Path) -> None:
    arn = "arn:aws:eks:eu-west-1:1:cluster/prod"
    loader = Loader(Places((write(tmp_path / "config", arn),)), environment={})
    (entry,) = loader.load().entries
    assert entry.id == f"config:{arn}"
    assert entry.key == key_of(ClusterId(entry.id))
    assert "/" not in entry.key


def test_of_files_with_one_name_the_second_gets_the_shortest_suffix_that_is_free(tmp_path: Path) -> None:
    paths = [write(tmp_path / folder / "config", "default") for folder in ("a/eu", "b/us", "c/eu")]
    folders = tuple(str(Path(path).parent) for path in paths)
    loader = Loader(Places((), folders), environment={})
    assert ids(loader) == ["config:default", "us/config:default", "eu/config:default"]


def test_ids_never_change_once_given_whatever_order_files_come_in(tmp_path: Path) -> None:
    one, two = write(tmp_path / "one" / "config", "x"), write(tmp_path / "two" / "config", "x")
    registry = tmp_path / "data" / "names.json"
    first = ids(Loader(Places((one,), (str(Path(two).parent),)), names=NameRegistry(registry), environment={}))
    assert first == ["config:x", "two/config:x"]
    assert stat.S_IMODE(registry.stat().st_mode) == 0o600
    Path(one).unlink()
    again = Loader(Places((), (str(Path(two).parent),)), names=NameRegistry(registry), environment={})
    assert ids(again) == ["two/config:x"]
    write(Path(one), "x")
    swapped = Loader(Places((), tuple(str(Path(p).parent) for p in (two, one))), names=NameRegistry(registry))
    assert ids(swapped) == ["two/config:x", "config:x"]


def test_a_colon_in_a_files_name_does_not_make_two_contexts_one(tmp_path: Path) -> None:
    places = Places((), (os.path.dirname(write(tmp_path / "a", "b:c")),))  # noqa: PTH120
    write(tmp_path / "a:b", "c")
    assert ids(Loader(places, environment={})) == ["a:b:c", "a%3Ab:c"]


def test_names_that_cannot_be_read_or_kept_stop_nothing(tmp_path: Path) -> None:
    registry = tmp_path / "names.json"
    registry.write_bytes(b"\xffjunk")
    path = write(tmp_path / "config", "x")
    assert ids(Loader(Places((path,)), names=NameRegistry(registry), environment={})) == ["config:x"]
    blocked = NameRegistry(tmp_path / "config" / "no-folder" / "names.json")
    loader = Loader(Places((path,)), names=blocked, environment={})
    assert ids(loader) == ["config:x"]
    assert "kept on disk" in loader.names_failure


def test_in_a_folder_each_file_stands_alone(tmp_path: Path) -> None:
    write(tmp_path / "k3s-a.yaml", "default", cluster="{server: 'https://a'}")
    write(tmp_path / "k3s-b.yaml", "default", cluster="{server: 'https://b'}")
    (tmp_path / "half.yaml").write_text("contexts: [{name: x, context: {cluster: c}}]\n")
    (tmp_path / ".hidden").write_text("junk: [")
    (tmp_path / "config.lock").write_text("junk: [")
    (tmp_path / "cache").mkdir()
    contexts = Loader(Places((), (str(tmp_path),)), environment={}).load()
    assert [(e.id, e.server, e.failure and e.failure.reason) for e in contexts.entries] == [
        ("half.yaml:x", "", "unknown_cluster"),
        ("k3s-a.yaml:default", "https://a", None),
        ("k3s-b.yaml:default", "https://b", None),
    ]


def test_a_file_listed_and_in_a_folder_is_read_once_and_needs_no_consent(tmp_path: Path) -> None:
    path = write(tmp_path / "config", "x", user="{tokenFile: token}")
    contexts = Loader(Places((path,), (str(tmp_path),)), environment={}).load()
    assert [(e.id, e.consent) for e in contexts.entries] == [("config:x", None)]


EXEC = (
    "{exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: tool, args: [%s], env: [{name: A, value: %s}]}}"
)
ASKED = {
    "a command": (EXEC % ("a", "b"), "{server: 'https://c'}", "run tool"),
    "a key file": ("{client-certificate-data: aGk=, client-key: key}", "{server: 'https://c'}", "use the key in"),
    "a token file": ("{tokenFile: /run/token}", "{server: 'https://c'}", "send the token in /run/token"),
    "a proxy": ("{token: t}", "{server: 'https://c', proxy-url: 'http://u:pw@p:1'}", "connect through p:1"),
}


@pytest.mark.parametrize(("user", "cluster", "sentence"), ASKED.values(), ids=ASKED.keys())
def test_a_foreign_context_opens_only_with_consent(tmp_path: Path, user: str, cluster: str, sentence: str) -> None:
    write(tmp_path / "f" / "config", "x", user=user, cluster=cluster)
    consents = Consents(tmp_path / "data" / "consents.json")
    loader = Loader(Places((), (str(tmp_path / "f"),)), consents=consents, environment={})
    (entry,) = loader.load().entries
    assert (entry.target, entry.failure and entry.failure.reason) == (None, "consent")
    assert entry.failure is not None
    assert sentence in entry.failure.message
    assert entry.consent is not None
    consents.grant(entry.consent)
    (entry,) = loader.load().entries
    assert (entry.target is not None, entry.failure, entry.consent) == (True, None, None)
    assert stat.S_IMODE((tmp_path / "data" / "consents.json").stat().st_mode) == 0o600
    anew = Loader(Places((), (str(tmp_path / "f"),)), consents=Consents(tmp_path / "data" / "consents.json"))
    assert anew.load().entries[0].target is not None
    consents.withdraw(ConsentRequest.of(msgspec.structs.replace(entry.target)) or ConsentRequest())  # pyright: ignore
    assert loader.load().entries[0].target is None


def test_consent_is_asked_again_when_what_it_was_given_for_changes(tmp_path: Path) -> None:
    consents = Consents(None)
    loader = Loader(Places((), (str(tmp_path / "f"),)), consents=consents, environment={})

    def entry(args: str, value: str) -> ContextEntry:
        write(tmp_path / "f" / "config", "x", user=EXEC % (args, value))
        return loader.load().entries[0]

    first = entry("a", "b").consent
    assert first is not None
    consents.grant(first)
    assert entry("a", "b").consent is None
    assert entry("a2", "b").consent is not None
    assert entry("a", "b2").consent is not None
    assert entry("a", "b").consent is None


def test_a_foreign_context_without_files_programs_and_proxies_needs_no_consent(tmp_path: Path) -> None:
    write(tmp_path / "f" / "config", "x", user="{token: t}")
    places = Places((), (str(tmp_path / "f"),))
    (entry,) = Loader(places, environment={"HTTPS_PROXY": "http://proxy:1"}).load().entries
    assert entry.target is not None
    assert (entry.target.proxy_url, entry.target.proxy_from_environment) == ("http://proxy:1", True)


def test_where_kubeconfigs_are_is_found_as_kubectl_finds_them() -> None:
    assert Places.find({"HOME": "/h"}).merged == ("/h/.kube/config",)
    assert Places.find({"HOME": "/h", "KUBECONFIG": ""}).merged == ("/h/.kube/config",)
    assert Places.find({"HOME": "/h", "KUBECONFIG": "a::/b:a"}).merged == ("a", "/b")
    assert Places.find({"HOME": "/h", "KUBECONFIG": "a"}, explicit="x").merged == ("x",)
    assert Places.find({"HOME": "/h"}, ["~/clusters", "/x/../y"]).folders == ("/h/clusters", "/y")


def test_over_plain_http_no_credentials_are_sent_as_with_kubectl(tmp_path: Path) -> None:
    for server in ("http://c:8080", "c:8080"):
        path = write(tmp_path / "config", "x", user="{token: t, as: me}", cluster=f"{{server: '{server}'}}")
        target = Loader(Places((path,)), environment={}).load().entries[0].target
        assert target is not None
        assert (target.server, target.auth.token) == ("http://c:8080", "")
        assert target.auth.impersonate is not None
