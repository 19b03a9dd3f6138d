"""The page of a server that is read-only says so, and plays what a link names."""

from playwright.sync_api import expect

from tests.browser.page import VideoPage
from tests.e2e.test_read_only import closed
from tests.support.media import corpus
from tests.support.system.cloud import Cloud

SENTENCE = "This server is read-only"


def test_the_list_and_an_upload_are_refused_with_a_sentence_and_a_link_plays(
    page: VideoPage, cloud: Cloud, short_video: str
) -> None:
    page.expect_console_errors("403")
    with closed(cloud):
        page.open(f"?closed#video={short_video}")
        page.wait_for_media("readyState >= 2")
        expect(page.browser.locator("#ready-problem")).to_contain_text(SENTENCE)
        page.choose(corpus.file("demo.webm"))
        page.expect_row(SENTENCE)
        assert page.parts_stored == []
