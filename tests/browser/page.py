"""Drives the page as a person does, and reads what only the browser knows: console, requests, storage."""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import ConsoleMessage, Locator, Page, Request, Response, WebSocket, expect

# Records every text that rows of the upload list have shown since the page was loaded.
_RECORD = """
window.rowTexts = [];
const record = () => {
  for (const row of document.querySelectorAll('#jobs li')) {
    const text = row.querySelector('span').textContent;
    if (window.rowTexts.at(-1) !== text) window.rowTexts.push(text);
  }
};
new MutationObserver(record).observe(document, {subtree: true, childList: true, characterData: true});
"""
# Records when sockets are opened.
_SOCKETS = """
window.socketTimes = [];
window.WebSocket = class extends WebSocket {
  constructor(...args) {
    super(...args);
    window.socketTimes.push(performance.now());
  }
};
"""
_MEDIA = "document.getElementById('video')"
READY_WITHIN_MS = 120_000  # for clips of a minute on a busy machine


class VideoPage:
    """A browser tab with Reelway's page; times are in milliseconds, as in Playwright."""

    def __init__(self, browser_page: Page, url: str) -> None:
        self.browser = browser_page
        self.url = url
        self.console_errors: list[str] = []
        self.parts_sent: list[int] = []
        self.parts_stored: list[int] = []
        self.sockets: list[WebSocket] = []
        self._expected: tuple[str, ...] = ()
        browser_page.set_default_timeout(30_000)
        browser_page.add_init_script(_RECORD + _SOCKETS)
        browser_page.on("console", self._record_message)
        browser_page.on("pageerror", lambda error: self.console_errors.append(str(error)))
        browser_page.on("request", self._record_sent)
        browser_page.on("response", self._record_stored)
        browser_page.on("websocket", lambda socket: self.sockets.append(socket))

    def open(self, fragment: str = "") -> None:
        self.browser.goto(f"{self.url}/{fragment}")

    def expect_console_errors(self, *parts: str) -> None:
        """Messages with one of these texts are part of the test: browsers log every request that fails."""
        self._expected = parts

    def choose(self, *files: Path) -> None:
        self.browser.set_input_files("#files", [str(file) for file in files])

    @property
    def row(self) -> Locator:
        """The one upload in the list."""
        return self.browser.locator("#jobs li")

    @property
    def problem(self) -> Locator:
        """The sentence that is shown instead of something that cannot be."""
        return self.browser.get_by_role("alert").filter(visible=True)

    def expect_row(self, text: str, *, within_ms: int = 30_000) -> None:
        expect(self.row).to_contain_text(text, timeout=within_ms)

    def press(self, label: str) -> None:
        self.browser.get_by_role("button", name=label).first.click()

    @property
    def row_texts(self) -> list[str]:
        """All texts of the row since the page was loaded."""
        return list(self.browser.evaluate("window.rowTexts"))

    @property
    def states(self) -> list[str]:
        """The steps that the row has shown, in order, without percentages."""
        steps: list[str] = []
        for text in self.row_texts:
            step = re.split("[:;…]", text)[0]
            if not steps or steps[-1] != step:
                steps.append(step)
        return steps

    @property
    def shown_video(self) -> str:
        """The video's id in the fragment of the URL."""
        fragment = urlsplit(self.browser.url).fragment
        return parse_qs(fragment).get("video", [""])[0]

    def media(self, expression: str) -> Any:
        """The value of an expression on the player's media element, such as `currentTime`."""
        return self.browser.evaluate(f"{_MEDIA}.{expression}")

    def wait_for_media(self, condition: str) -> None:
        """Polls from outside, as the page's Content-Security-Policy forbids to evaluate strings in it."""
        self.wait_for(lambda: bool(self.media(condition)))

    def wait_for_script(self, condition: str) -> None:
        self.wait_for(lambda: bool(self.browser.evaluate(condition)))

    def remembered(self) -> list[dict[str, Any]]:
        """The uploads in local storage, which a reload will show."""
        return list(json.loads(self.browser.evaluate("localStorage.getItem('reelway-uploads')") or "[]"))

    def remember(self, kept: dict[str, Any]) -> None:
        """Add an upload to those in local storage."""
        self.browser.evaluate(
            "kept => localStorage.setItem('reelway-uploads', kept)", json.dumps([*self.remembered(), kept])
        )

    def socket_times_ms(self) -> list[float]:
        """When each socket was opened."""
        return list(self.browser.evaluate("window.socketTimes"))

    def wait_for_sockets(self, count: int) -> None:
        """Wait until so many sockets have been opened since the page was first opened."""
        self.wait_for(lambda: len(self.sockets) >= count)

    def wait_for_parts(self, count: int) -> None:
        """Wait until so many parts have been stored since the page was first opened."""
        self.wait_for(lambda: len(self.parts_stored) >= count)

    def wait_for_state(self, state: str) -> None:
        """Wait until the row shows this step, as in `states`."""
        self.wait_for(lambda: self.states[-1:] == [state])

    def wait_for(self, condition: Callable[[], bool]) -> None:
        """Process the browser's events until a condition on them holds."""
        deadline = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < deadline, condition
            self.browser.wait_for_timeout(20)

    def _record_message(self, message: ConsoleMessage) -> None:
        text = f"{message.text} {message.location.get('url', '')}"
        if message.type in ("error", "warning") and not any(part in text for part in self._expected):
            self.console_errors.append(text)

    def _record_sent(self, request: Request) -> None:
        number = part_number(request)
        if number:
            self.parts_sent.append(number)

    def _record_stored(self, response: Response) -> None:
        number = part_number(response.request)
        if number and response.ok:
            self.parts_stored.append(number)


def part_number(request: Request) -> int | None:
    """The part number of a request that sends a part to S3; None for any other."""
    numbers = parse_qs(urlsplit(request.url).query).get("partNumber")
    return int(numbers[0]) if request.method == "PUT" and numbers else None
