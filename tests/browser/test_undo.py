"""A video that was deleted on the page is brought back there."""

from playwright.sync_api import expect

from tests.browser.page import READY_WITHIN_MS, VideoPage
from tests.support.media import corpus
from tests.support.system.client import Client


def test_a_deletion_is_undone_and_the_video_plays_again(page: VideoPage, client: Client) -> None:
    page.choose(corpus.file("demo.webm"))
    page.wait_for_media("readyState >= 2")
    video_id = page.shown_video
    page.browser.once("dialog", lambda dialog: dialog.accept())
    page.press("Delete this video")
    expect(page.browser.locator("#deleted")).to_contain_text("The video was deleted.")
    assert client.get(f"/video/{video_id}").status_code == 410

    page.press("Undo")

    expect(page.browser.locator("#deleted")).to_be_hidden(timeout=READY_WITHIN_MS)
    page.wait_for_media("readyState >= 2")
    assert page.shown_video == video_id
    assert client.describe(video_id)["state"] == "READY"
