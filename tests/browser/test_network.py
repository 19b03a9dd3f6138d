"""The page while the network or the server fails and recovers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import opened
from tests.browser.page import READY_WITHIN_MS, VideoPage
from tests.support.doubles.relay import Relay, relay
from tests.support.media import corpus
from tests.support.system.client import Client, eventually
from tests.support.system.cloud import Cloud

# The browser and Uppy log each request that fails.
ALLOWED = ("net::ERR_", "WebSocket connection to", "[Uppy]")


@pytest.fixture
def network(client: Client) -> Iterator[Relay]:
    with relay(client.base_url) as relayed:
        yield relayed


@pytest.fixture
def page(chromium: Browser, network: Relay) -> Iterator[VideoPage]:
    """The page, which reaches its server through `network`."""
    with opened(chromium, network.url) as page:
        page.expect_console_errors(*ALLOWED)
        yield page


def test_no_state_is_missed_when_sockets_are_cut(page: VideoPage, network: Relay) -> None:
    page.choose(corpus.file("demo.webm"))
    page.expect_row("Processing: ", within_ms=READY_WITHIN_MS)
    for known in (1, 2):
        network.cut()
        page.wait_for_sockets(known + 1)
        expect(page.row).not_to_have_class("offline")

    page.wait_for_state("Ready")
    order = ["Uploaded", "Processing", "Ready to play", "Ready"]
    assert [step for step in page.states if step in order][: len(order)] == order


def test_sockets_are_reopened_with_growing_delays(
    page: VideoPage, network: Relay, cloud: Cloud, processing_video: str
) -> None:
    page.remember({"id": "1", "name": "kept.mp4", "size": 1, "lastModified": 1, "videoId": processing_video})
    page.browser.reload()
    page.expect_row("Processing")
    attempts = page.socket_times_ms

    network.is_down = True
    network.cut()
    page.wait_for_sockets(6)
    gaps = [later - earlier for earlier, later in zip(attempts()[1:], attempts()[2:], strict=False)]
    assert gaps[-1] > 2 * gaps[0]

    network.is_down = False
    cloud.advance_video(processing_video, "FAILED")
    page.expect_row("could not be processed")


def test_an_upload_can_be_retried_by_hand_after_the_server_was_down(page: VideoPage, network: Relay) -> None:
    network.is_down = True
    network.cut()
    page.choose(corpus.file("carphone_pristine.mp4"))
    page.expect_row("The upload stopped. The server cannot be reached.")

    network.is_down = False
    page.press("Try again")

    page.expect_row("Ready", within_ms=READY_WITHIN_MS)


def test_an_upload_resumes_by_itself_after_the_server_was_down(
    page: VideoPage, network: Relay, large_file: Path
) -> None:
    page.choose(large_file)
    page.wait_for_parts(3)
    network.is_down = True
    network.cut()
    page.expect_row("The connection was lost; trying again")

    network.is_down = False
    page.wait_for_parts(8)

    assert sorted(page.parts_stored) == sorted(set(page.parts_stored))
    page.press("Cancel")
    expect(page.row).to_have_count(0)


def test_an_upload_cancelled_while_the_server_is_down_is_aborted(
    page: VideoPage, network: Relay, client: Client, large_file: Path
) -> None:
    page.expect_console_errors(*ALLOWED, "404")
    page.choose(large_file)
    page.wait_for_parts(2)
    [upload] = [kept["upload"] for kept in page.remembered()]
    network.is_down = True
    network.cut()
    page.expect_row("The connection was lost; trying again")
    network.is_down = False

    page.press("Cancel")

    expect(page.row).to_have_count(0)
    path = f"/s3/multipart/{upload['uploadId']}?key={upload['key']}"
    eventually(lambda: client.get(path).status_code == 404)


def test_an_upload_that_has_expired_is_started_again(page: VideoPage, client: Client, tmp_path: Path) -> None:
    file = tmp_path / "clip.mp4"
    file.write_bytes(corpus.file("carphone_pristine.mp4").read_bytes())
    modified = file.stat().st_mtime_ns // 1_000_000
    gone = {"uploadId": "gone", "key": "uploads/00000000-0000-4000-8000-000000000000"}
    page.expect_console_errors(*ALLOWED, "404")
    page.remember(
        {
            "id": "1",
            "name": file.name,
            "size": file.stat().st_size,
            "lastModified": modified,
            "upload": gone,
        }
    )
    page.browser.reload()
    page.expect_row("Interrupted")

    page.choose(file)

    page.expect_row("Ready", within_ms=READY_WITHIN_MS)
    assert len(page.remembered()) == 1
