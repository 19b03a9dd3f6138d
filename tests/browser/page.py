"""The page as a person sees it, and what a browser knows of it besides."""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import ConsoleMessage, Locator, Page, Request, Response, WebSocket, expect

# Writes down every text that the rows of the upload list have had, for as long as the page lives.
_RECORD = """
window.said = [];
const record = () => {
  for (const row of document.querySelectorAll('#jobs li')) {
    const text = row.querySelector('span').textContent;
    if (window.said.at(-1) !== text) window.said.push(text);
  }
};
new MutationObserver(record).observe(document, {subtree: true, childList: true, characterData: true});
"""
# Writes down when sockets are begun.
_SOCKETS = """
window.socketsBegun = [];
window.WebSocket = class extends WebSocket {
  constructor(...asked) {
    super(...asked);
    window.socketsBegun.push(performance.now());
  }
};
"""
_MEDIA = "document.getElementById('video')"
READY_WITHIN_MS = 120_000


class VideoPage:
    """One browser page on Reelway's page; times are in milliseconds, as Playwright has them."""

    def __init__(self, browser_page: Page, url: str) -> None:
        self.browser = browser_page
        self.url = url
        self.complaints: list[str] = []
        self.parts_stored: list[int] = []
        self.sockets: list[WebSocket] = []
        self._expected: tuple[str, ...] = ()
        browser_page.set_default_timeout(30_000)
        browser_page.add_init_script(_RECORD + _SOCKETS)
        browser_page.on("console", self._hear)
        browser_page.on("pageerror", lambda error: self.complaints.append(str(error)))
        browser_page.on("response", self._count_part)
        browser_page.on("websocket", lambda socket: self.sockets.append(socket))

    def open(self, fragment: str = "") -> None:
        self.browser.goto(f"{self.url}/{fragment}")

    def expect_complaints(self, *parts: str) -> None:
        """The browser itself writes of every request that fails; these are part of the test."""
        self._expected = parts

    def choose(self, *files: Path) -> None:
        self.browser.set_input_files("#files", [str(file) for file in files])

    @property
    def row(self) -> Locator:
        """The one upload in the list."""
        return self.browser.locator("#jobs li")

    @property
    def problem(self) -> Locator:
        """The sentence that stands where something cannot be shown."""
        return self.browser.get_by_role("alert").filter(visible=True)

    def expect_row(self, text: str, *, within_ms: int = 30_000) -> None:
        expect(self.row).to_contain_text(text, timeout=within_ms)

    def press(self, label: str) -> None:
        self.browser.get_by_role("button", name=label).first.click()

    @property
    def said(self) -> list[str]:
        """What the row has said since the page was loaded."""
        return list(self.browser.evaluate("window.said"))

    @property
    def states(self) -> list[str]:
        """The steps of the row, in order, without their percentages."""
        steps: list[str] = []
        for text in self.said:
            step = re.split("[:;…]", text)[0]
            if not steps or steps[-1] != step:
                steps.append(step)
        return steps

    @property
    def shown_video(self) -> str:
        """The id in the address."""
        fragment = urlsplit(self.browser.url).fragment
        return parse_qs(fragment).get("video", [""])[0]

    def media(self, expression: str) -> Any:
        """Of the player's media element: `currentTime`, `videoHeight` and so on."""
        return self.browser.evaluate(f"{_MEDIA}.{expression}")

    def wait_for_media(self, condition: str) -> None:
        """Polls from outside: the page forbids scripts that are made of text."""
        self._wait_for(lambda: bool(self.media(condition)))

    def wait_for_script(self, condition: str) -> None:
        self._wait_for(lambda: bool(self.browser.evaluate(condition)))

    def remembered(self) -> list[dict[str, Any]]:
        """The uploads that a reload will know of."""
        return list(json.loads(self.browser.evaluate("localStorage.getItem('reelway-uploads')") or "[]"))

    def remember(self, kept: dict[str, Any]) -> None:
        """Add one to the uploads that a reload will know of."""
        self.browser.evaluate(
            "kept => localStorage.setItem('reelway-uploads', kept)", json.dumps([*self.remembered(), kept])
        )

    def socket_times_ms(self) -> list[float]:
        """When each socket was begun."""
        return list(self.browser.evaluate("window.socketsBegun"))

    def wait_for_sockets(self, count: int) -> None:
        """So many sockets have been begun since the page was first opened."""
        self._wait_for(lambda: len(self.sockets) >= count)

    def wait_for_parts(self, count: int) -> None:
        """So many parts have been stored since the page was first opened."""
        self._wait_for(lambda: len(self.parts_stored) >= count)

    def wait_for_state(self, state: str) -> None:
        """It is what the row says now, of `states`."""
        self._wait_for(lambda: self.states[-1:] == [state])

    def _wait_for(self, condition: Callable[[], bool]) -> None:
        """Let the browser go on until something holds that its events have told."""
        deadline = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < deadline, condition
            self.browser.wait_for_timeout(20)

    def _hear(self, message: ConsoleMessage) -> None:
        text = f"{message.text} {message.location.get('url', '')}"
        if message.type in ("error", "warning") and not any(part in text for part in self._expected):
            self.complaints.append(text)

    def _count_part(self, response: Response) -> None:
        number = part_number(response.request)
        if number and response.ok:
            self.parts_stored.append(number)


def part_number(request: Request) -> int | None:
    """Of a request that sends a part to S3."""
    numbers = parse_qs(urlsplit(request.url).query).get("partNumber")
    return int(numbers[0]) if request.method == "PUT" and numbers else None
