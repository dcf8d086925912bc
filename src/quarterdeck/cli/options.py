"""Flags that every command takes, and the settings that come of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from quarterdeck.cli.exits import CommandError
from quarterdeck.settings.load import Loaded, load


@Parameter(name="*")
@dataclass(frozen=True)
class Options:
    """Given to any command."""

    kubeconfig: Annotated[
        str | None, Parameter(help="Kubeconfig files instead of KUBECONFIG and ~/.kube/config, separated as there.")
    ] = None
    config: Annotated[Path | None, Parameter(help="Settings file (TOML).")] = None
    given: Annotated[
        tuple[str, ...], Parameter(name="--set", help="Any setting, as PATH=VALUE; repeatable.", negative=())
    ] = ()
    log_format: Annotated[str | None, Parameter(help="console or json.")] = None
    log_level: Annotated[str | None, Parameter(help="debug, info, warning or error.")] = None

    def load(self, **more: object) -> Loaded:
        """`more`: flags of one command, by path with `__` for the dot. Raises SettingsError."""
        assigned: dict[str, object] = {}
        for assignment in self.given:
            path, equals, value = assignment.partition("=")
            if not equals:
                raise CommandError(f"--set takes PATH=VALUE, not {assignment}.")
            assigned[path.strip()] = value
        named = {
            "kubeconfig.files": self.kubeconfig,
            "log.format": self.log_format,
            "log.level": self.log_level,
            **{path.replace("__", "."): value for path, value in more.items()},
        }
        return load(named, assigned, file=self.config)
