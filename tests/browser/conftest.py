"""Fixtures for the page in headless Chromium, with a fresh profile for each test."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.page import VideoPage
from tests.support.system.client import Client

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Chromium for this package only: Playwright runs an event loop, and other tests need their own."""
    found = next((path for path in map(shutil.which, _NAMES) if path), None)
    if not found:
        pytest.skip("there is no Chromium on PATH, so the page was not tested (Debian: apt install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=_FLAGS)
        yield browser
        browser.close()


@contextmanager
def opened(chromium: Browser, url: str) -> Iterator[VideoPage]:
    """The page at `url`; in the end its console must have no unexpected error or warning."""
    context = chromium.new_context(viewport={"width": 1100, "height": 900}, locale="en-US")
    page = VideoPage(context.new_page(), url)
    page.open()
    yield page
    context.close()
    assert page.console_errors == []


@pytest.fixture
def page(chromium: Browser, client: Client) -> Iterator[VideoPage]:
    """The page of the running system, just opened."""
    client.capabilities.require("distribution", "custom_resource", "websockets")
    with opened(chromium, client.base_url) as page:
        yield page
