"""The example page of the README on a site of another origin: upload, watch, play."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from local.settings import Settings
from tests.browser.page import READY_WITHIN_MS
from tests.support.doubles import faulty_servers
from tests.support.media import corpus
from tests.support.readers import markdown
from tests.support.samples import ROOT
from tests.support.system.client import Client

_BASE = "http://127.0.0.1:8080"
_HLS = ROOT / "web" / ".libraries" / "node_modules" / "hls.js" / "dist" / "hls.mjs"


@pytest.fixture
def embedding(chromium: Browser, client: Client, settings: Settings, tmp_path: Path) -> Iterator[Page]:
    """The README's page with the address of this system, which allows its origin. It must raise no error."""
    [block] = markdown.Page(ROOT / "README.md").blocks("html runs")
    assert block.text.count(_BASE) == 1
    (tmp_path / "index.html").write_text("<!doctype html>" + block.text.replace(_BASE, client.base_url))
    (tmp_path / "hls.mjs").write_bytes(_HLS.read_bytes())
    errors: list[str] = []
    with faulty_servers.site(tmp_path, at=settings.origins[0]) as url:
        page = chromium.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(url)
        yield page
        page.close()
    assert errors == []


def test_it_uploads_watches_and_plays(embedding: Page) -> None:
    embedding.set_input_files("input", corpus.file("bigbuckbunny.mp4"))

    expect(embedding.locator("output")).to_have_text("READY", timeout=READY_WITHIN_MS)
    embedding.wait_for_function("document.querySelector('video').readyState >= 2")
    embedding.evaluate("document.querySelector('video').play()")
    embedding.wait_for_function("document.querySelector('video').currentTime > 0.5")


def test_it_shows_that_a_file_is_not_a_video(embedding: Page, tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("this is no video " * 100)

    embedding.set_input_files("input", text)

    expect(embedding.locator("output")).to_have_text("FAILED", timeout=READY_WITHIN_MS)


def test_it_shows_why_a_file_is_refused(embedding: Page, tmp_path: Path) -> None:
    empty = tmp_path / "empty.mp4"
    empty.write_bytes(b"")

    embedding.set_input_files("input", empty)

    expect(embedding.locator("output")).to_contain_text("empty")
