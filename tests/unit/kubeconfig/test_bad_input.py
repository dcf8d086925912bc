"""Whatever a file holds, that file or that context alone is in error, with file and line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from quarterdeck.kubeconfig.contexts import Contexts
from quarterdeck.kubeconfig.loading import Loader
from quarterdeck.kubeconfig.locate import Places

GOOD = """\
apiVersion: v1
kind: Config
current-context: good
clusters:
- name: good
  cluster: {server: "https://good:6443"}
users:
- name: good
  user: {token: abc}
contexts:
- name: good
  context: {cluster: good, user: good, namespace: shop}
"""


def load(*files: Path) -> Contexts:
    return Loader(Places(tuple(map(str, files))), environment={}).load()


def context(fields: str, extra: str = "") -> bytes:
    """A file with one context "bad" (line 2) and one good cluster and user."""
    return f"""contexts:
- name: bad
  context: {fields}
clusters:
- name: c
  cluster: {{server: "https://c"}}
users:
- name: u
  user: {{token: t}}
{extra}""".encode()


BOMB = b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
    b"%c: &%c [%s]\n" % (c + 1, c + 1, b",".join([b"*%c" % c] * 9)) for c in range(97, 107)
)
MERGE_BOMB = b"a: &a {x: 1}\n" + b"".join(
    b"%c: &%c {<<: [%s]}\n" % (c + 1, c + 1, b",".join([b"*%c" % c] * 9)) for c in range(97, 107)
)

BROKEN_FILES: dict[str, tuple[bytes, str, int]] = {
    "broken YAML": (b"contexts:\n- name: a\n  context: {cluster: [\n", "invalid", 4),
    "a tab": (b"contexts:\n\t- name: a\n", "invalid", 2),
    "binary junk": (b"ok: 1\n" + bytes(range(256)) * 4000, "invalid", 2),
    "not UTF-8": (b"a: \xc3\x28\n", "invalid", 1),
    "nested deeply": (b"[" * 200_000, "invalid", 1),
    "nested by dashes": (b"- " * 200_000, "invalid", 1),
    "a list": (b"- a\n- b\n", "invalid", 1),
    "a word": (b"hello\n", "invalid", 1),
    "another kind": (b"kind: Pod\napiVersion: v1\n", "invalid", 1),
    "another version": (b"kind: Config\napiVersion: v2\n", "invalid", 1),
    "contexts no list": (b"kind: Config\n\ncontexts: yes\n", "invalid", 3),
    "an unknown alias": (b"contexts: *nobody\n", "invalid", 1),
    "a merge bomb": (MERGE_BOMB + b"<<: *k\n", "invalid", 1),
    "a merge into itself": (b"a: &a\n  <<: *a\n<<: *a\n", "invalid", 1),
    "a context without a name": (b"contexts:\n- context: {}\n", "invalid", 2),
    "a context that is a word": (b"contexts:\n- good\n", "invalid", 2),
}


@pytest.mark.parametrize(("content", "reason", "line"), BROKEN_FILES.values(), ids=BROKEN_FILES.keys())
def test_a_broken_file_is_in_error_alone_with_its_line(tmp_path: Path, content: bytes, reason: str, line: int) -> None:
    bad, good = tmp_path / "bad", tmp_path / "good"
    bad.write_bytes(content)
    good.write_text(GOOD)
    contexts = load(bad, good)
    assert [(e.id, e.failure) for e in contexts.entries] == [("good:good", None)]
    (failure,) = contexts.sources[0].failures
    assert (failure.file, failure.reason, failure.line) == (str(bad), reason, line)
    assert contexts.sources[1].failures == ()


BROKEN_CONTEXTS: dict[str, tuple[bytes, str, int]] = {
    "no cluster": (context("{user: u}"), "no_cluster", 2),
    "unknown cluster": (context("{cluster: x, user: u}"), "unknown_cluster", 2),
    "unknown user": (context("{cluster: c, user: x}"), "unknown_user", 2),
    "context no mapping": (context("[c, u]"), "invalid", 3),
    "namespace a number": (context("{cluster: c, user: u, namespace: 12}"), "invalid", 3),
    "its name twice": (context("{cluster: c}", "").replace(b"clusters:", b"- name: bad\nclusters:"), "invalid", 4),
    "cluster twice": (context("{cluster: c, user: u}").replace(b"users:", b"- name: c\nusers:"), "invalid", 7),
    "user twice": (context("{cluster: c, user: u}", "- name: u\n  user: {token: other}\n"), "invalid", 10),
    "token a number": (context("{cluster: c, user: w}", "- name: w\n  user: {token: 12}\n"), "invalid", 11),
    "CA not base64": (
        context("{cluster: d}").replace(
            b"users:", b"- name: d\n  cluster: {server: 'https://d', certificate-authority-data: '!'}\nusers:"
        ),
        "invalid",
        8,
    ),
    "CA file missing": (
        context("{cluster: d}").replace(
            b"users:", b"- name: d\n  cluster: {server: 'https://d', certificate-authority: nowhere}\nusers:"
        ),
        "ca_file",
        7,
    ),
    "no server": (context("{cluster: d}").replace(b"users:", b"- name: d\n  cluster: {}\nusers:"), "no_server", 7),
    "server no URL": (
        context("{cluster: d}").replace(b"users:", b"- name: d\n  cluster: {server: 'https://[::1'}\nusers:"),
        "bad_server",
        7,
    ),
    "proxy unknown": (
        context("{cluster: d}").replace(
            b"users:", b"- name: d\n  cluster: {server: 'https://d', proxy-url: 'ftp://x'}\nusers:"
        ),
        "bad_proxy",
        7,
    ),
    "CA and insecure": (
        context("{cluster: d}").replace(
            b"users:",
            b"- name: d\n  cluster: {server: 'https://d', certificate-authority-data: aGk=, "
            b"insecure-skip-tls-verify: true}\nusers:",
        ),
        "ambiguous",
        7,
    ),
    "certificate without key": (
        context("{cluster: c, user: w}", "- name: w\n  user: {client-certificate-data: aGk=}\n"),
        "no_key",
        10,
    ),
    "token and password": (
        context("{cluster: c, user: w}", "- name: w\n  user: {token: t, username: a, password: b}\n"),
        "ambiguous",
        10,
    ),
    "groups without user": (context("{cluster: c, user: w}", "- name: w\n  user: {as-groups: [a]}\n"), "no_act_as", 10),
    "exec without command": (
        context("{cluster: c, user: w}", "- name: w\n  user: {exec: {apiVersion: client.authentication.k8s.io/v1}}\n"),
        "bad_exec",
        10,
    ),
    "exec of a retired version": (
        context(
            "{cluster: c, user: w}",
            "- name: w\n  user: {exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: x}}\n",
        ),
        "bad_exec",
        10,
    ),
    "exec v1 without interactiveMode": (
        context(
            "{cluster: c, user: w}",
            "- name: w\n  user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: x}}\n",
        ),
        "bad_exec",
        10,
    ),
    "a retired auth-provider": (
        context("{cluster: c, user: w}", "- name: w\n  user: {auth-provider: {name: gcp}}\n"),
        "bad_auth_provider",
        10,
    ),
    "an alias bomb where plugins look": (
        BOMB + context("{cluster: d}").replace(
            b"users:",
            b"- name: d\n  cluster: {server: 'https://d', extensions: "
            b"[{name: client.authentication.k8s.io/exec, extension: *k}]}\nusers:",
        ),
        "invalid",
        1,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("content", "reason", "line"), BROKEN_CONTEXTS.values(), ids=BROKEN_CONTEXTS.keys())
def test_a_broken_context_is_in_error_alone_with_its_line(
    tmp_path: Path, content: bytes, reason: str, line: int
) -> None:
    bad = tmp_path / "bad"
    bad.write_bytes(content.replace(b"contexts:\n", b"contexts:\n- {name: fine, context: {cluster: c, user: u}}\n"))
    contexts = load(bad)
    by_name = {e.context: e for e in contexts.entries}
    shares_it = b"- name: c\nusers:" in content or b"token: other" in content
    assert (by_name["fine"].failure is None) is not shares_it
    failure = by_name["bad"].failure
    assert failure is not None
    assert (failure.reason, failure.file, by_name["bad"].target) == (reason, str(bad), None)
    assert failure.line == (line if line == 1 else line + 1)


def test_a_missing_file_is_skipped_as_kubectl_does(tmp_path: Path) -> None:
    good = tmp_path / "good"
    good.write_text(GOOD)
    contexts = load(tmp_path / "nowhere", good, tmp_path / "neither" / "here")
    assert contexts.current == "good:good"
    assert [(s.missing, s.failures) for s in contexts.sources] == [(True, ()), (False, ()), (True, ())]


def test_folders_fifos_and_forbidden_files_are_errors_and_nothing_waits_for_them(tmp_path: Path) -> None:
    folder, fifo = tmp_path / "folder", tmp_path / "fifo"
    folder.mkdir()
    os.mkfifo(fifo)
    contexts = load(folder, fifo)
    assert [f.reason for s in contexts.sources for f in s.failures] == ["not_a_file", "not_a_file"]


def test_an_empty_file_and_comments_alone_are_no_error(tmp_path: Path) -> None:
    for content in ("", "\n\n", "# nothing yet\n", "---\n"):
        file = tmp_path / "empty"
        file.write_text(content)
        contexts = load(file)
        assert (contexts.entries, contexts.sources[0].failures) == ((), ())


def test_anchors_aliases_and_merge_keys_are_read_as_kubectl_reads_them(tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.write_text("""
clusters:
- {name: a, cluster: &base {server: "https://a", tls-server-name: name}}
- {name: b, cluster: {<<: *base, server: "https://b"}}
users: [{name: u, user: &u {token: t}}, {name: v, user: *u}]
contexts: [{name: x, context: {cluster: b, user: v}}]
""")
    target = load(file).entries[0].target
    assert target is not None
    assert (target.server, target.server_name, target.auth.token) == ("https://b", "name", "t")


def test_ten_megabytes_of_contexts_are_read(tmp_path: Path) -> None:
    lines = ["clusters: [{name: c, cluster: {server: 'https://c'}}]", "contexts:"]
    lines += [f"- {{name: c{n}, context: {{cluster: c}}}}" for n in range(2_000)]
    lines += ["users:"] + [f"- {{name: u{n}, user: {{token: {'x' * 5_000}}}}}" for n in range(2_000)]
    file = tmp_path / "big"
    file.write_text("\n".join(lines))
    assert file.stat().st_size > 10_000_000
    contexts = load(file)
    assert len(contexts.targets()) == 2_000


def test_no_secret_shows_in_repr_or_failure(tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.write_text("""
clusters: [{name: c, cluster: {server: "https://me:hunter2@c", proxy-url: "http://me:hunter2@p:1"}}]
users: [{name: u, user: {token: hunter2, exec: {command: x, args: [hunter2], env: [{name: A, value: hunter2}],
  apiVersion: client.authentication.k8s.io/v1beta1}}}, {name: v, user: {token: [hunter2]}}]
contexts: [{name: x, context: {cluster: c, user: u}}, {name: y, context: {cluster: c, user: v}}]
""")
    assert "hunter2" not in repr(load(file))
    folders = Loader(Places((), (str(tmp_path),)), environment={}).load()
    assert "hunter2" not in repr(folders)
