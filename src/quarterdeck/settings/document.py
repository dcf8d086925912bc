"""docs/settings.md, made from the table so that it cannot lag behind it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import cast

from quarterdeck.settings.table import TABLE, Setting

_HEAD = """# Settings

Made from `src/quarterdeck/settings/table.py` by `python -m scripts.settings_doc`; do not edit.

A flag stands over the environment, the environment over the file, the file over the default. The file is TOML:
`config.toml` in the platform's configuration folder (Linux: `~/.config/quarterdeck/`), or what `QUARTERDECK_CONFIG` or
`--config` names. Any setting can be given as `--set PATH=VALUE`. Seconds may have a unit: `500ms`, `5s`, `3m`. Lists of
paths in the environment use the platform's separator, as KUBECONFIG does; lists of text use commas.
`quarterdeck settings` shows each value with its source.
"""


def settings_document() -> str:
    """Markdown, one table per section of the file."""
    parts = [_HEAD]
    section = ""
    for setting in TABLE:
        name = setting.path.partition(".")[0]
        if name != section:
            section = name
            parts.append(f"\n## `[{section}]`\n\n| setting | type | default | environment | flag | what |")
            parts.append("|---|---|---|---|---|---|")
        parts.append(_row(setting))
    return "\n".join(parts) + "\n"


def shown(value: object) -> str:
    """A value as one would write it: lists with commas, true and false in lower case."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, Path | str | int):
        return str(value)
    return ", ".join(map(shown, cast("Sequence[object]", value))) if isinstance(value, Sequence) else str(value)


def _row(setting: Setting) -> str:
    kind = f"{setting.type}, {setting.unit}" if setting.unit else setting.type
    default = setting.shown_default or f"`{shown(setting.default)}`".replace("``", "none")
    flag = f"`{setting.flag}`" if setting.flag else ""
    return f"| `{setting.path}` | {kind} | {default} | `{setting.env}` | {flag} | {setting.doc} |"
