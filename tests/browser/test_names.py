"""Names of files are texts, whatever is in them: they run nothing, and look like what they are."""

from pathlib import Path

import pytest
from playwright.sync_api import Dialog, expect

from tests.browser.page import VideoPage
from tests.support.system.client import Client, eventually

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


@pytest.mark.parametrize("title", ["harm\u202e4pm.exe", "<img src=x onerror=document.title='run'>"])
def test_a_videos_title_is_shown_as_a_text_wherever_it_is(
    page: VideoPage, client: Client, title: str, short_video: str
) -> None:
    seen = title.replace("\u202e", "\ufffd")
    assert client.http.patch(f"/video/{short_video}", json={"title": title}).status_code == 200
    asked: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.browser.on("dialog", dismiss)
    page.open(f"#video={short_video}")
    page.wait_for_media("readyState >= 2")

    expect(page.browser.locator("#watch-title")).to_have_text(seen)
    assert page.browser.title() == f"{seen} · Reelway"
    page.press("Delete this video")
    assert asked == [f"Delete the video “{seen}”?"]
    assert page.browser.locator("img[src=x]").count() == 0
    client.http.patch(f"/video/{short_video}", json={"title": None})


def test_tiles_tell_titles_and_what_became_of_videos(page: VideoPage, client: Client) -> None:
    """Also of those that another browser has uploaded, and that have failed."""
    files = {"file": ("harm\u202e4pm.exe", b"no video")}
    video_id = client.http.post("/upload", files=files).json()["videoId"]
    assert client.final_state(video_id) == "FAILED"
    tile = page.browser.locator(f"#ready button[data-video-id='{video_id}']")
    eventually(lambda: client.get("/videos?limit=1").json()["videos"][0]["videoId"] == video_id)
    page.open()

    expect(tile.locator("strong")).to_have_text("harm\ufffd4pm.exe")
    expect(tile.locator("small")).to_contain_text("Failed: ")
    tile.click()
    expect(page.problem).to_contain_text("no format that is read here")


def test_a_page_of_the_list_costs_one_request(page: VideoPage, client: Client) -> None:
    asked: list[str] = []
    expect(page.browser.locator("#ready li").first).to_be_visible()  # of the page that the fixture opened
    page.browser.on("request", lambda request: asked.append(request.url))
    page.open()
    expect(page.browser.locator("#ready li").first).to_be_visible()
    page.browser.wait_for_timeout(500)
    assert [url for url in asked if "/video" in url] == [f"{page.url}/videos?limit=24"]


def test_a_link_to_a_video_runs_nothing(page: VideoPage) -> None:
    title = page.browser.title()
    page.expect_console_errors("404")
    page.open("#<img src=x onerror=document.title='run'>")
    page.browser.reload()

    expect(page.browser.locator("body")).to_be_visible()
    assert page.browser.title() == title
    assert page.browser.locator("img[src=x]").count() == 0
