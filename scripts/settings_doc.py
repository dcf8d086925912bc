"""Writes docs/settings.md from the table of settings; a test fails where it lags behind."""

from __future__ import annotations

from pathlib import Path

from quarterdeck.settings.document import settings_document

TARGET = Path(__file__).resolve().parent.parent / "docs" / "settings.md"


def main() -> int:
    TARGET.write_text(settings_document(), "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
