"""The page's files: who gets them, and how long a browser may keep them."""

from __future__ import annotations

from pathlib import Path

import pytest

from quarterdeck.api.page import Page
from tests.unit.api.asgi import serving

pytestmark = pytest.mark.anyio
NAVIGATION = {"sec_fetch_site": "none", "sec_fetch_mode": "navigate", "sec_fetch_dest": "document"}


@pytest.fixture
def built(tmp_path: Path) -> Page:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "index-B2c4D6e8.js").write_text("1")
    (tmp_path / "assets" / "plain.js").write_text("2")
    (tmp_path / "index.html").write_text("<!doctype html><title>Q</title>")
    (tmp_path / "icon.svg").write_text("<svg/>")
    return Page(tmp_path)


async def test_hashed_files_are_kept_for_ever_and_the_page_never(built: Page) -> None:
    async with serving(page=built) as browser:
        script = await browser.get("/assets/index-B2c4D6e8.js", token=None)
        assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert script.headers["content-type"] == "text/javascript; charset=utf-8"
        for path in ("/", "/index.html", "/assets/plain.js", "/icon.svg"):
            assert (await browser.get(path, token=None)).headers["cache-control"] == "no-cache"


async def test_what_has_not_changed_is_not_sent_again(built: Page) -> None:
    async with serving(page=built) as browser:
        first = await browser.get("/", token=None)
        again = await browser.get("/", token=None, if_none_match=first.headers["etag"])
        assert (again.status, again.body) == (304, b"")
        # A browser would put it in the place of the page's own, and then run nothing of the page.
        assert "content-security-policy" in first.headers
        assert "content-security-policy" not in again.headers


async def test_every_address_a_person_navigates_to_is_the_page(built: Page) -> None:
    async with serving(page=built) as browser:
        for path in ("/clusters/abc/pods", "/fleet", "/diagnostics/selection"):
            answer = await browser.get(path, token=None, **NAVIGATION)
            assert (answer.status, answer.body) == (200, b"<!doctype html><title>Q</title>")
            assert (await browser.get(path, token=None, accept="text/html,*/*")).status == 200


async def test_what_a_script_asks_for_in_vain_is_not_the_page(built: Page) -> None:
    async with serving(page=built) as browser:
        for path in ("/fleet", "/missing.js", "/assets/missing-B2c4D6e8.js", "/../secret", "/assets/../../x"):
            answer = await browser.get(path, token=None)
            assert (answer.status, answer.json()["type"]) == (404, "urn:quarterdeck:problem:not-found")
        assert (await browser.get("/assets/missing.js", token=None, **NAVIGATION)).status == 404
        assert (await browser.get("/api/v1/missing", **NAVIGATION)).status == 404


@pytest.fixture
def unbuilt(tmp_path: Path) -> Page:
    return Page(tmp_path / "nowhere")


async def test_a_page_that_is_not_built_says_how(unbuilt: Page) -> None:
    async with serving(page=unbuilt) as browser:
        answer = await browser.get("/", token=None)
        assert answer.status == 200
        assert b"make frontend" in answer.body
