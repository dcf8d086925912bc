"""Where kubeconfigs are: as clientcmd's loading rules, and folders of our own settings."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

KUBECONFIG_GROUP = "kubeconfig"
"""The group of the files that are merged into one; a folder's files have their path as group."""


class Places(msgspec.Struct, frozen=True):
    """`merged`: paths as given, in order, which are merged as kubectl does. `folders`: absolute, each file alone.
    `named`: a setting or a flag names `merged`, and one of it that is not there is a mistake, as kubectl has it."""

    merged: tuple[str, ...]
    folders: tuple[str, ...] = ()
    named: bool = False

    @classmethod
    def find(cls, environment: Mapping[str, str], folders: Sequence[str] = (), explicit: str | None = None) -> Places:
        """NewDefaultClientConfigLoadingRules: an explicit path, else $KUBECONFIG, else ~/.kube/config."""
        home = environment.get("HOME") or str(Path.home())
        if explicit:
            merged = [explicit]
        elif environment.get("KUBECONFIG"):
            merged = [path for path in environment["KUBECONFIG"].split(os.pathsep) if path]
        else:
            merged = [str(Path(home) / ".kube" / "config")]
        expanded = [str(Path(home) / folder[2:]) if folder.startswith("~/") else folder for folder in folders]
        absolute = (os.path.abspath(folder) for folder in expanded)  # noqa: PTH100 - keeps symlinks, as clientcmd
        return cls(tuple(dict.fromkeys(merged)), tuple(dict.fromkeys(absolute)))


def absolute(path: str) -> str:
    """Absolute and without dots, symlinks kept."""
    return os.path.abspath(path)  # noqa: PTH100 - Path.resolve would follow symlinks


def files_in(folder: str) -> list[str]:
    """Paths of what may be kubeconfigs in a folder, sorted. Hidden files, backups and locks are left out.

    Hidden ones also are the `..data` of Kubernetes mounts, whose files are seen through the links beside it.
    """
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208 - a plain list of names
    except OSError:
        return []
    found: list[str] = []
    for name in names:
        path = Path(folder) / name
        if not name.startswith(".") and not name.endswith(("~", ".lock", ".swp", ".tmp", ".bak")) and path.is_file():
            found.append(str(path))
    return found
