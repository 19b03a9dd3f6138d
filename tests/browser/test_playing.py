"""The player and the list of videos."""

import uuid
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from reelway.timestamps import utc_now
from tests.browser.page import READY_WITHIN_MS, VideoPage
from tests.support.media import corpus
from tests.support.samples import UNKNOWN_ID
from tests.support.system.client import Client, eventually
from tests.support.system.cloud import Cloud


def choose_quality(page: VideoPage, label: str) -> None:
    page.browser.get_by_role("button", name="quality").click()
    page.browser.get_by_role("menuitemradio", name=label).click()


def test_a_ready_video_is_chosen_by_its_poster(page: VideoPage, short_video: str) -> None:
    page.expect_console_errors("/poster")  # other tests may have listed videos without one
    entry = page.browser.locator(f"#ready button[data-video-id='{short_video}']")
    entries = page.browser.locator("#ready li")
    expect(entries.first).to_be_visible()
    while not entry.count():
        shown = entries.count()
        page.press("Show more")
        page.wait_for_script(f"document.querySelectorAll('#ready li').length > {shown}")
    entry.scroll_into_view_if_needed()
    expect(entry).to_contain_text("0:05")
    page.wait_for_script(f"document.querySelector(`[data-video-id='{short_video}'] img`).naturalWidth > 100")

    entry.click()

    assert page.shown_video == short_video
    page.wait_for_media("duration > 5")
    expect(page.browser.locator("#watch-heading")).to_be_focused()


def test_the_chosen_quality_is_played(page: VideoPage, short_video: str) -> None:
    page.open(f"#video={short_video}")
    page.wait_for_media("readyState >= 2")

    for height in (360, 720):
        choose_quality(page, f"{height}p")
        page.media("currentTime = 0")
        page.browser.locator("media-play-button").click()
        page.wait_for_media(f"videoHeight === {height}")
        page.media("pause()")


def test_hovering_over_the_time_range_shows_the_storyboard(page: VideoPage, short_video: str) -> None:
    page.open(f"#video={short_video}")
    page.wait_for_media("readyState >= 2")
    page.wait_for_media("textTracks[0]?.cues?.length > 0")

    page.browser.locator("media-time-range").hover(position={"x": 200, "y": 10})

    preview = page.browser.locator("media-preview-thumbnail")
    expect(preview).to_be_visible()
    assert f"/stream/{short_video}/storyboard.jpg" in str(preview.get_attribute("mediapreviewimage"))


def test_an_unknown_or_deleted_video_is_reported(page: VideoPage, client: Client) -> None:
    page.expect_console_errors("404", "410")
    deleted = client.upload(b"no video")
    assert client.http.delete(f"/video/{deleted}").status_code == 204

    page.open(f"#video={UNKNOWN_ID}")
    expect(page.problem).to_contain_text(UNKNOWN_ID)
    page.open(f"#video={deleted}")
    expect(page.problem).to_contain_text("was deleted")


def test_a_failed_video_shows_its_reason(page: VideoPage, failed_video: str) -> None:
    page.open(f"#video={failed_video}")

    expect(page.problem).to_contain_text("in no format that is read")


@pytest.fixture
def many_videos(cloud: Cloud, client: Client) -> Iterator[int]:
    """How many records of READY videos were written, and are on the list; they have no media."""
    ids = [str(uuid.uuid4()) for _ in range(40)]
    for video_id in ids:
        cloud.put_video(
            video_id,
            state="READY",
            rank=2,
            version=3,
            listing="ready",
            ladder="complete",
            durationS=5,
            externalId=ids[0],
        )
    eventually(lambda: len(client.get(f"/videos?externalId={ids[0]}").json()["videos"]) == len(ids))
    yield len(ids)
    for video_id in ids:
        cloud.forget_video(video_id)


def test_a_long_list_is_shown_page_by_page(many_videos: int, page: VideoPage) -> None:
    page.expect_console_errors("/poster")
    entries = page.browser.locator("#ready li")
    expect(entries).to_have_count(24)

    page.press("Show more")

    page.wait_for_script(f"document.querySelectorAll('#ready li').length >= {many_videos}")
    shown = [entry.get_attribute("data-video-id") for entry in entries.locator("button").all()]
    assert len(shown) == len(set(shown))


def test_qualities_that_become_ready_while_a_video_plays_are_offered(page: VideoPage) -> None:
    page.choose(corpus.file("bigbuckbunny.mp4"))
    page.expect_row("Play", within_ms=READY_WITHIN_MS)
    page.wait_for_media("readyState >= 2")
    page.browser.locator("media-play-button").click()
    page.wait_for_media("currentTime > 0.5")
    before = page.media("videoRenditions.length")

    page.press("Show all qualities")

    page.wait_for_media(f"videoRenditions.length > {before}")
    page.wait_for_media("currentTime > 0.5")
    expect(page.browser.get_by_role("button", name="Show all qualities")).to_be_hidden()


def test_nobody_polls_while_a_ladder_is_encoded(page: VideoPage, client: Client, cloud: Cloud) -> None:
    video_id, asked = str(uuid.uuid4()), list[str]()
    ready = {"state": "READY", "rank": 2, "version": 3, "listing": "ready", "createdAt": utc_now()}
    cloud.put_video(video_id, **ready, durationS=5, ladder="encoding")
    eventually(lambda: video_id in client.get("/videos?limit=5").text)
    page.expect_console_errors("/stream/")
    page.browser.on("request", lambda request: asked.append(request.url))

    def count() -> int:
        return sum(url.endswith(f"/video/{video_id}") for url in asked)

    known = len(page.sockets)
    page.browser.reload()
    page.wait_for_sockets(known + 1)
    page.browser.wait_for_timeout(1000)
    before = count()
    page.browser.wait_for_timeout(5000)
    assert count() == before

    cloud.put_video(video_id, **ready, durationS=5, ladder="complete")
    page.wait_for(lambda: count() > before)
    cloud.forget_video(video_id)
