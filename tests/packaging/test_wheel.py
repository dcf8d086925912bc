"""The wheel stands alone: installed into an empty venv, without Node, it serves its page."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.real_time, pytest.mark.keeps, pytest.mark.timeout(300)]


def _uv(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    beside = Path(sys.executable).parent / "uv"
    uv = str(beside) if beside.exists() else shutil.which("uv")
    assert uv is not None, "uv is missing: run `make setup`"
    return subprocess.run([uv, *arguments], cwd=cwd, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    assert (ROOT / "src/quarterdeck/web/index.html").exists(), "run `make frontend`"
    out = tmp_path_factory.mktemp("dist")
    done = _uv("build", "--wheel", "--out-dir", str(out), "--python", sys.executable)
    assert done.returncode == 0, done.stderr
    return next(out.glob("quarterdeck-*.whl"))


@pytest.fixture(scope="module")
def scripts(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the commands of an empty venv with nothing but the wheel stand."""
    venv = tmp_path_factory.mktemp("venv") / "v"
    assert _uv("venv", "--python", sys.executable, str(venv)).returncode == 0
    done = _uv("pip", "install", "--python", str(venv / "bin" / "python"), str(wheel))
    assert done.returncode == 0, done.stderr
    return venv / "bin"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A person without kubeconfigs, settings, Node or this checkout."""
    kubeconfig = tmp_path / "none"
    kubeconfig.write_text("apiVersion: v1\nkind: Config\n")
    return {
        "HOME": str(tmp_path),
        "XDG_RUNTIME_DIR": str(tmp_path),
        "KUBECONFIG": str(kubeconfig),
        "PATH": str(tmp_path),
        "LANG": os.environ.get("LANG", "C.UTF-8"),
        "PYTHONUNBUFFERED": "1",
    }


def test_the_wheel_holds_the_page_and_no_test(wheel: Path) -> None:
    names = ZipFile(wheel).namelist()
    assert "quarterdeck/web/index.html" in names
    assert any(name.startswith("quarterdeck/web/assets/") and name.endswith(".js") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "testbed/", "frontend/"))]


def test_without_the_page_no_wheel_is_built(tmp_path: Path) -> None:
    for name in ("pyproject.toml", "README.md", "LICENSE", "hatch_build.py"):
        shutil.copy(ROOT / name, tmp_path / name)
    for package in ("quarterdeck", "simfleet"):
        shutil.copytree(ROOT / "src" / package, tmp_path / "src" / package, ignore=shutil.ignore_patterns("web"))
    done = _uv("build", "--wheel", "--python", sys.executable, cwd=tmp_path)
    assert done.returncode != 0
    assert "Run `make frontend` first" in done.stderr


def test_commands_run_from_the_wheel(scripts: Path, environment: dict[str, str], tmp_path: Path) -> None:
    for command, expected in (("--version", "0.1.0"), ("settings", "selection.mode")):
        done = subprocess.run(
            [str(scripts / "quarterdeck"), command],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        assert expected in done.stdout


@pytest.fixture
def port(scripts: Path, environment: dict[str, str], tmp_path: Path) -> Iterator[int]:
    """Of a console that runs from the wheel."""
    with subprocess.Popen(
        [str(scripts / "quarterdeck"), "--port", "0", "--no-browser"],
        env=environment,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            seen: list[str] = []
            for line in process.stdout:
                seen.append(line)
                if found := re.search(r"http://127\.0\.0\.1:(\d+)", line):
                    yield int(found[1])
                    break
            else:
                pytest.fail(f"it ended without an address: {''.join(seen)}")
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=20)


def test_the_console_serves_its_page_from_the_wheel(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", "/")
        page = connection.getresponse().read().decode()
        asset = re.search(r'src="(/assets/[^"]+\.js)"', page)
        assert asset is not None, page
        connection.request("GET", asset[1])
        script = connection.getresponse()
        assert script.status == 200
        assert script.getheader("Content-Type", "").startswith("text/javascript")
        assert len(script.read()) > 10_000
    finally:
        connection.close()
