"""Accessibility: keyboard, screen reader, dark mode, and the width of a phone."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.page import READY_WITHIN_MS, VideoPage
from tests.support.media import corpus

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 740}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["desktop", "phone"])
def test_axe_finds_no_violation(
    page: VideoPage, short_video: str, failed_video: str, scheme: Any, size: Any
) -> None:
    page.browser.emulate_media(color_scheme=scheme)
    page.browser.set_viewport_size(size)
    page.remember({"id": "1", "name": "one.mp4", "size": 1, "lastModified": 1, "videoId": short_video})
    page.remember({"id": "2", "name": "two.mp4", "size": 1, "lastModified": 1, "videoId": failed_video})
    page.open(f"?{scheme}#video={short_video}")
    page.wait_for_media("readyState >= 2")
    expect(page.browser.locator("#jobs li")).to_contain_text(["in no format", "Ready"])

    found = Axe().run(page.browser)

    assert found.violations_count == 0, found.generate_report()
    assert page.browser.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_video_can_be_uploaded_and_played_by_keyboard(page: VideoPage) -> None:
    keyboard = page.browser.keyboard
    # Before any key is pressed: Playwright starts to listen with a delay.
    page.browser.on("filechooser", lambda chooser: chooser.set_files(corpus.file("bigbuckbunny.mp4")))
    page.browser.wait_for_load_state("networkidle")
    keyboard.press("Tab")
    expect(page.browser.locator("#files")).to_be_focused()
    keyboard.press("Enter")
    page.expect_row("Play", within_ms=READY_WITHIN_MS)

    keyboard.press("Tab")
    expect(page.row.get_by_role("button", name="Play: bigbuckbunny.mp4")).to_be_focused()
    keyboard.press("Enter")
    expect(page.browser.locator("#watch-heading")).to_be_focused()
    page.wait_for_media("readyState >= 2")
    page.browser.locator("media-play-button").focus()
    keyboard.press("Enter")
    page.wait_for_media("currentTime > 0.5")


def test_screen_readers_announce_steps_but_not_every_percent(page: VideoPage) -> None:
    page.browser.evaluate(
        """window.announced = [];
        new MutationObserver(() => announced.push(document.getElementById('announced').textContent))
            .observe(document.getElementById('announced'), {childList: true})"""
    )
    page.choose(corpus.file("demo.webm"))
    page.expect_row("Ready", within_ms=READY_WITHIN_MS)

    announced = page.browser.evaluate("announced")
    assert len([text for text in announced if "Processing" in text]) == 1
    assert any("Ready to play" in text for text in announced)
