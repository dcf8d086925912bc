"""Files are small, and named for the one thing they hold."""

from __future__ import annotations

from tests.rules.sources import name, page_files, python_files

MOST_LINES = 500
FORBIDDEN = {"utils", "util", "helpers", "helper", "common", "manager", "misc", "tools"}


def test_no_file_is_longer_than_500_lines() -> None:
    files = python_files("src", "tests", "scripts", "testbed", "bench") + page_files()
    long = {name(path): n for path in files if (n := len(path.read_text("utf-8").splitlines())) > MOST_LINES}
    assert not long, f"split these by what they hold: {long}"


def test_no_file_is_named_for_nothing() -> None:
    files = python_files("src", "tests", "scripts", "testbed", "bench") + page_files()
    found = [name(path) for path in files if path.stem.lower() in FORBIDDEN or path.parent.name.lower() in FORBIDDEN]
    assert not found, f"name these for what they hold: {found}"


def test_every_package_says_its_one_job() -> None:
    empty = [
        name(path) for path in python_files("src") if path.name == "__init__.py" and not path.read_text("utf-8").strip()
    ]
    assert not empty, f"a first line that says what the package is for: {empty}"
