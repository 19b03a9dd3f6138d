"""Uploads on the page: from a file to a video that plays, across reloads, pauses and lost networks."""

import base64
from itertools import pairwise
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.page import READY_WITHIN_MS, VideoPage
from tests.support.media import corpus
from tests.support.system.client import Client, eventually

PART_BYTES = 8 * 2**20  # that the page sends in one part


def test_an_upload_is_watched_until_it_plays(page: VideoPage, client: Client) -> None:
    page.choose(corpus.file("bigbuckbunny.mp4"))
    page.expect_row("Play", within_ms=READY_WITHIN_MS)

    video_id = page.shown_video
    assert client.describe(video_id)["state"] == "READY"
    shown = page.states
    order = ["Uploading", "Uploaded", "Processing", "Ready to play"]
    assert [shown.index(step) for step in order] == sorted(shown.index(step) for step in order)
    page.browser.locator("media-play-button").click()
    page.wait_for_media("currentTime > 1")
    page.wait_for_media("ended")


def test_progress_of_processing_is_shown(page: VideoPage) -> None:
    page.choose(corpus.file("demo.webm"))
    page.expect_row("Ready", within_ms=READY_WITHIN_MS)

    shares = [int(text.split()[1]) for text in page.row_texts if text.startswith("Processing: ")]
    assert len(shares) > 1
    assert all(earlier <= later for earlier, later in pairwise(shares))


def test_a_reload_keeps_showing_a_video_that_is_processed(page: VideoPage) -> None:
    page.choose(corpus.file("cityCC0.mpg"))
    page.expect_row("Processing")

    page.browser.reload()
    page.expect_row("Ready", within_ms=READY_WITHIN_MS)
    shown = page.shown_video
    page.browser.reload()

    page.expect_row("Ready")
    assert page.shown_video == shown
    page.wait_for_media("duration > 7")


def test_a_large_upload_resumes_after_a_lost_network_and_a_reload(
    page: VideoPage, client: Client, large_file: Path
) -> None:
    assert large_file.stat().st_size > 200e6
    # Requests that are under way when the video is deleted get 410.
    page.expect_console_errors("ERR_INTERNET_DISCONNECTED", "[Uppy]", "410")
    page.choose(large_file)
    page.wait_for_parts(3)

    page.browser.context.set_offline(True)
    expect(page.row).to_have_class("offline")
    page.browser.context.set_offline(False)
    expect(page.row).not_to_have_class("offline")
    page.wait_for_parts(8)
    stored, sent = list(page.parts_stored), len(page.parts_sent)
    page.browser.reload()
    page.expect_row("Interrupted. Choose the same file again")
    page.choose(large_file)
    page.expect_row("Ready to play", within_ms=READY_WITHIN_MS)

    count = -(-large_file.stat().st_size // PART_BYTES)
    assert sorted(set(page.parts_sent)) == list(range(1, count + 1))
    # A part that was under way in the reload may have been stored without an answer, or be sent again.
    assert not set(stored) & set(page.parts_sent[sent:])
    video_id = page.shown_video
    assert client.describe(video_id)["sizeBytes"] == large_file.stat().st_size
    page.browser.locator("media-play-button").click()
    page.wait_for_media("currentTime > 1")

    page.browser.once("dialog", lambda dialog: dialog.accept())
    page.press("Delete this video")
    expect(page.row).to_have_count(0)
    assert client.get(f"/video/{video_id}").status_code == 410


def test_an_upload_is_paused_and_resumed(page: VideoPage, large_file: Path) -> None:
    page.choose(large_file)
    page.expect_row("Uploading: ")
    page.press("Pause")
    page.browser.wait_for_timeout(1000)  # until the parts under way are sent
    [text] = page.row.locator("span").first.all_inner_texts()
    page.browser.wait_for_timeout(1000)
    assert page.row.locator("span").first.all_inner_texts() == [text]

    page.press("Resume")
    eventually(lambda: page.row.locator("span").first.all_inner_texts() != [text])

    page.press("Cancel")
    expect(page.row).to_have_count(0)
    assert page.remembered() == []


def test_a_cancelled_upload_is_aborted(page: VideoPage, client: Client, large_file: Path) -> None:
    page.choose(large_file)
    page.expect_row("Uploading: ")
    [upload] = [kept["upload"] for kept in page.remembered()]

    page.browser.reload()
    page.press("Cancel")

    expect(page.row).to_have_count(0)
    path = f"/s3/multipart/{upload['uploadId']}?key={upload['key']}"
    eventually(lambda: client.get(path).status_code == 404)


def test_files_can_be_dropped_onto_the_page(page: VideoPage) -> None:
    content = corpus.file("carphone_pristine.mp4").read_bytes()
    dropped = page.browser.evaluate_handle(
        """text => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([Uint8Array.fromBase64(text)], 'dropped.mp4', {type: 'video/mp4'}));
          return transfer;
        }""",
        base64.b64encode(content).decode(),
    )

    page.browser.dispatch_event("#drop", "drop", {"dataTransfer": dropped})

    page.expect_row("dropped.mp4")
    page.expect_row("Ready", within_ms=READY_WITHIN_MS)
