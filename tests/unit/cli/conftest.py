from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.composed import composed as composed


@pytest.fixture(autouse=True)
def of_this_test_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting, folder or screen of the machine's person."""
    monkeypatch.setenv("QUARTERDECK_FOLDERS_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("QUARTERDECK_FOLDERS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("COLUMNS", "300")
