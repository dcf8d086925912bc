"""Which kubelets an API server goes with (kubernetes.io/releases/version-skew-policy)."""

from __future__ import annotations

import re

_MINOR = re.compile(r"^v?1\.(\d+)")
_FEWER_BEFORE = 25
"""Kubelets older than this minor may be two behind, and not three."""


def minor(version: str) -> int | None:
    """37 of `v1.37.2`."""
    found = _MINOR.match(version)
    return int(found[1]) if found is not None else None


def behind(server: str, kubelet: str) -> int | None:
    """Minor versions, negative where the kubelet is ahead."""
    ours, theirs = minor(server), minor(kubelet)
    return ours - theirs if ours is not None and theirs is not None else None


def supported(server: str, kubelet: str) -> bool:
    """Also where nobody knows."""
    found, theirs = behind(server, kubelet), minor(kubelet)
    if found is None or theirs is None:
        return True
    return 0 <= found <= (3 if theirs >= _FEWER_BEFORE else 2)
