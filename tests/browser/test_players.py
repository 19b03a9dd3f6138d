"""The players of other people, each as its documentation has it, on a page of another site."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.support.doubles import faulty_servers
from tests.support.samples import ROOT
from tests.support.system.client import Client

PLAYERS = ("hls.js", "Shaka", "video.js", "Vidstack")
_FOLDER = ROOT / "tests" / "players"
# The first frame is decoded two frames before it is shown, and some players count from there; 25 fps.
_FIRST_FRAME_BY_S = 2 / 25 + 0.002
_PLAYED_S = 4.5  # into the second segment


@pytest.fixture(scope="module")
def bundle() -> Path:
    """All of them in one script; npm's packages come by the lock, and none of their scripts is run."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    subprocess.run(["make", "--no-print-directory", "-C", str(_FOLDER)], check=True, env=environ)
    return _FOLDER / ".libraries" / "bundle" / "players.js"


@pytest.fixture
def elsewhere(chromium: Browser, bundle: Path, tmp_path: Path) -> Iterator[Page]:
    (tmp_path / "index.html").write_text(
        "<!doctype html><meta charset=utf-8><script src=players.js></script><body>"
    )
    (tmp_path / "players.js").write_bytes(bundle.read_bytes())
    with faulty_servers.site(tmp_path) as url:
        page = chromium.new_page()
        page.goto(url)
        yield page
        page.close()


def play(page: Page, player: str, url: str) -> dict[str, Any]:
    """Play into the second segment; what the page has noted."""
    page.evaluate("asked => window.startPlayer(...asked)", [player, url])
    page.wait_for_function(
        f"window.notes.problems.length || window.media?.currentTime > {_PLAYED_S}", timeout=60_000
    )
    notes: dict[str, Any] = page.evaluate("window.notes")
    return notes


@pytest.mark.parametrize("path", ["master.m3u8", "manifest.m3u8", "manifest.m3u8?rendition=360p"])
@pytest.mark.parametrize("player", PLAYERS)
def test_it_plays_by_the_address_alone(
    elsewhere: Page, client: Client, short_video: str, player: str, path: str
) -> None:
    """By itself, from the first frame on, and without an error, such as hls.js's `bufferSeekOverHole`."""
    notes = play(elsewhere, player, f"{client.base_url}/stream/{short_video}/{path}")

    assert notes["problems"] == []
    assert notes["firstFrame"] <= _FIRST_FRAME_BY_S
    # Players that seek to where their count begins, before they play; none jumps over a frame afterwards.
    assert all(jump <= _FIRST_FRAME_BY_S for jump in notes["jumps"])


def test_without_the_extension_video_js_knows_no_hls(
    elsewhere: Page, client: Client, short_video: str
) -> None:
    """The reason for it; the frozen path is as it was."""
    notes = play(elsewhere, "video.js", f"{client.base_url}/stream/{short_video}/master")

    assert "No compatible source was found" in notes["problems"][0]
