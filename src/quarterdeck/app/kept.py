"""What earlier starts were told and must not forget: names given to clusters, consents."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from quarterdeck.kubeconfig.consent import Consents
from quarterdeck.kubeconfig.identity import NameRegistry


@dataclass(frozen=True)
class Kept:
    consents: Consents
    names: NameRegistry


def read_kept(data: Path, *, transient: bool, demo: bool) -> Kept:
    """Blocking (two small files): for a thread. `transient`: read, never written. `demo`: names of its own, unkept."""
    return Kept(
        Consents(data / "consents.json", writes=not transient),
        NameRegistry(None if demo else data / "names.json", writes=not transient),
    )
