"""The page plays signed videos to those who may let others play them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.page import VideoPage
from tests.support.media import corpus
from tests.support.system.client import Client
from tests.support.system.cloud import Cloud
from tests.support.system.signed_videos import SignedVideo, upload_signed


@pytest.fixture(scope="module")
def film(client: Client, cloud: Cloud) -> Iterator[SignedVideo]:
    signed = upload_signed(client, cloud, corpus.file("bigbuckbunny.mp4"))
    yield signed
    client.http.delete(f"/video/{signed.video_id}")


def test_a_signed_video_has_its_poster_its_storyboard_and_plays(page: VideoPage, film: SignedVideo) -> None:
    page.expect_console_errors("/poster")  # other tests may have listed videos without one
    page.open(f"#video={film.video_id}")
    page.wait_for_media("readyState >= 2")
    page.wait_for_media("textTracks[0]?.cues?.length > 0")
    page.media("play()")
    page.wait_for_media("currentTime > 0.5")
    assert f"/stream/{film.video_id}/master.m3u8" in page.media("src")
    assert "/p/" in page.media("src")
    page.wait_for_script(
        f"document.querySelector(`[data-video-id='{film.video_id}'] img`).naturalWidth > 100"
    )


def test_a_token_that_is_refused_is_told(page: VideoPage, film: SignedVideo) -> None:
    page.expect_console_errors("playback-tokens", "/poster")
    page.browser.route(
        "**/playback-tokens",
        lambda route: route.fulfill(status=403, json={"code": "insufficient_scope", "detail": "No scope."}),
    )
    page.open(f"#video={film.video_id}")
    expect(page.problem).to_contain_text("No scope.")
