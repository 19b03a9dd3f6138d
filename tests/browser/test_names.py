"""Names of files are texts, whatever is in them: they run nothing, and look like what they are."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.page import VideoPage

SCRIPTS = [
    "<img src=x onerror=document.title='run'>.mp4",
    "\"onfocus=document.title='run' autofocus=\".mp4",
    "javascript:document.title='run'.mp4",
    "{{constructor.constructor('document.title=1')()}}.mp4",
]


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_name_runs_nothing(page: VideoPage, tmp_path: Path, name: str) -> None:
    title = page.browser.title()
    file = tmp_path / name
    file.write_bytes(b"no video " * 100)
    page.choose(file)

    expect(page.browser.locator("#jobs strong").first).to_have_text(name)
    page.expect_row("no format that is read here")
    assert page.browser.title() == title
    assert page.browser.locator("#jobs img, #jobs script, [autofocus]").count() == 0


@pytest.mark.parametrize("mark", ["\u202e", "\u2067", "\u200f", "\u061c", "\u200b", "\x7f"])
def test_marks_that_nobody_sees_are_shown(page: VideoPage, tmp_path: Path, mark: str) -> None:
    """As in harm[RLO]4pm.exe, which reads harmexe.mp4."""
    file = tmp_path / f"harm{mark}4pm.exe"
    file.write_bytes(b"no video " * 100)
    page.choose(file)

    expect(page.browser.locator("#jobs strong").first).to_have_text("harm\ufffd4pm.exe")
    assert mark not in page.browser.locator("#jobs").inner_html()


def test_a_link_to_a_video_runs_nothing(page: VideoPage) -> None:
    title = page.browser.title()
    page.expect_console_errors("404")
    page.open("#<img src=x onerror=document.title='run'>")
    page.browser.reload()

    expect(page.browser.locator("body")).to_be_visible()
    assert page.browser.title() == title
    assert page.browser.locator("img[src=x]").count() == 0
