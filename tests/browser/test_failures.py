"""What the page shows for files that cannot become videos."""

from pathlib import Path

from tests.browser.page import READY_WITHIN_MS, VideoPage
from tests.support.media import corpus
from tests.support.system.client import eventually
from tests.support.system.cloud import Cloud


def test_a_file_that_is_not_a_video_fails_with_a_sentence(page: VideoPage, tmp_path: Path) -> None:
    text = tmp_path / "notes.mp4"
    text.write_text("this is a text and no video " * 100)

    page.choose(text)

    page.expect_row("The file is damaged or in no format that is read here.", within_ms=READY_WITHIN_MS)
    assert page.states[:2] == ["Uploading", "Uploaded"]
    page.browser.reload()
    page.expect_row("The file is damaged or in no format that is read here.")
    page.press("Hide")
    page.browser.reload()
    assert page.row.count() == 0


def test_an_empty_file_is_not_sent(page: VideoPage, tmp_path: Path) -> None:
    empty = tmp_path / "empty.mp4"
    empty.touch()

    page.choose(empty)

    page.expect_row("The upload stopped. The file is empty.")


def test_a_file_above_the_limit_is_refused_before_it_is_sent(page: VideoPage, tmp_path: Path) -> None:
    page.expect_console_errors("413")
    large = tmp_path / "large.mp4"
    with large.open("wb") as file:
        file.truncate(6 * 2**30)  # a sparse file, which takes no space on the disk

    page.choose(large)

    page.expect_row("files of 5368709120 at most are taken here")
    assert page.parts_stored == []


def test_a_video_that_failed_by_us_is_processed_again_without_its_file(page: VideoPage, cloud: Cloud) -> None:
    page.choose(corpus.file("demo.webm"))
    page.expect_row("Processing")
    [kept] = page.remembered()
    eventually(lambda: cloud.is_running(kept["videoId"]))
    cloud.states.stop_execution(executionArn=cloud.execution(kept["videoId"])["executionArn"])
    page.expect_row("Processing broke down; this is not the file's fault.")

    page.press("Try again")

    page.expect_row("Ready", within_ms=READY_WITHIN_MS)
