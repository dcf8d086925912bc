"""A kubeconfig that came with a directory: what opening it would run is shown and allowed first."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.browser.chromium import Browser
from tests.e2e.browser.serving import console, simulated

pytestmark = [pytest.mark.anyio, pytest.mark.browser, pytest.mark.real_time, pytest.mark.slow]


def with_plugin(simulated: Path, plugin: Path, shared: Path, *args: str) -> str:
    """Writes the first context to `shared`, its token given out by a plugin. Returns the context's name."""
    whole: dict[str, Any] = yaml.safe_load(simulated.read_text())
    context = whole["contexts"][0]
    user = next(user for user in whole["users"] if user["name"] == context["context"]["user"])
    answer = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "kind": "ExecCredential",
        "status": {"token": user["user"]["token"]},
    }
    ran = shlex.quote(str(plugin.with_suffix(".ran")))
    plugin.write_text(f"#!/bin/sh\necho \"$@\" >> {ran}\ncat <<'END'\n{yaml.safe_dump(answer)}END\n")
    plugin.chmod(0o755)
    user["user"] = {
        "exec": {
            "apiVersion": answer["apiVersion"],
            "command": str(plugin),
            "args": list(args),
            "interactiveMode": "Never",
        }
    }
    cluster = next(one for one in whole["clusters"] if one["name"] == context["context"]["cluster"])
    fresh = shared.with_suffix(".new")
    fresh.write_text(
        yaml.safe_dump(
            {"apiVersion": "v1", "kind": "Config", "clusters": [cluster], "users": [user], "contexts": [context]}
        )
    )
    fresh.rename(shared)
    return str(context["name"])


async def test_nothing_of_a_shared_file_runs_before_a_person_allowed_it(browser: Browser, tmp_path: Path) -> None:
    fleet, shared, plugin = tmp_path / "fleet", tmp_path / "shared", tmp_path / "login"
    ran = plugin.with_suffix(".ran")
    shared.mkdir()
    (tmp_path / "empty").write_text("apiVersion: v1\nkind: Config\n")
    async with simulated(fleet, "--clusters", "1", "--pods", "20"):
        name = with_plugin(fleet, plugin, shared / "team.yaml", "--for", "team")
        more = ("--set", f"kubeconfig.directories={shared}")
        async with console(tmp_path, tmp_path / "empty", *more) as url:
            page = await browser.open(url)
            row = f'.fl-row:has-text("{name}")'
            await page.see(f'{row}:has-text("Needs your consent")')
            await page.see('main:has-text("1 context to choose from")')
            await page.click(f'button[aria-label="Review {name}"]')
            await page.see(f'[role=dialog]:has-text("{plugin}"):has-text("--for"):has-text("team")')
            assert await page.serious() == []
            await page.click('[role=dialog] button:has-text("Do not open")')
            await page.see(f'{row}:has-text("Needs your consent")')
            assert not ran.exists()

            await page.click(f'button[aria-label="Review {name}"]')
            await page.click('[role=dialog] button:has-text("Consent and open")')
            await page.click(f'button[aria-label="View {name}"]')
            await page.see(f'main[aria-label="Pods of {name}"] .gr-r:not(.blank)')
            assert ran.read_text().splitlines() == ["--for team"]

            # Another command under the same name is another question.
            await page.click(f'.tab button[aria-label="Close {name}"]')
            with_plugin(fleet, plugin, shared / "team.yaml", "--for", "somebody else")
            await page.see(f'{row}:has-text("Needs your consent")', within=30)
            await page.click(f'button[aria-label="Review {name}"]')
            await page.see('[role=dialog] dd:has-text("somebody else")')
            await page.press("Escape")
            assert ran.read_text().splitlines() == ["--for team"]
            assert await page.complaints() == []
