"""The page of a server that asks who calls: by the provider's sign-in, or a token that is pasted."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Request, expect

from tests.browser.conftest import opened
from tests.browser.page import READY_WITHIN_MS, VideoPage
from tests.support.media import corpus
from tests.support.system.token_stack import TokenStack

pytestmark = pytest.mark.needs("restart")

WITHIN_MS = 30_000  # the page and its libraries are loaded again, on a busy machine
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def page(chromium: Browser, tokens: TokenStack) -> Iterator[VideoPage]:
    """The page, with nobody signed in."""
    with opened(chromium, tokens.url) as page:
        yield page


@pytest.fixture(scope="module")
def adas_video(tokens: TokenStack) -> str:
    with tokens.client("ada") as client:
        return client.upload_until(corpus.file("carphone_pristine.mp4"), "READY")


def dialog(page: VideoPage) -> Locator:
    return page.browser.get_by_role("dialog", name="Sign in")


def sign_in(page: VideoPage, name: str) -> None:
    """By the provider, and back."""
    page.press("Sign in with")
    page.browser.get_by_label("Name").fill(name)
    page.press("Continue")
    expect(page.browser.locator("#owner")).to_have_text(name, timeout=WITHIN_MS)


def paste(page: VideoPage, token: str) -> None:
    if not page.browser.get_by_label("Token").is_visible():
        page.browser.get_by_text("Use a token").click()
    page.browser.get_by_label("Token").fill(token)
    page.press("Continue")


def signed_out(page: VideoPage) -> None:
    expect(dialog(page)).to_be_visible(timeout=WITHIN_MS)


def kept(page: VideoPage) -> dict[str, Any]:
    return dict(json.loads(page.browser.evaluate("sessionStorage.getItem('reelway-session')")))


def test_without_a_token_there_is_nothing_but_the_dialog(page: VideoPage) -> None:
    asked: list[str] = []
    page.browser.on("request", lambda request: asked.append(request.url))
    page.browser.reload()

    expect(dialog(page)).to_be_visible()
    expect(page.browser.locator("main")).to_be_hidden()
    for _ in range(2):  # browsers close a dialog at the second one
        page.browser.keyboard.press("Escape")
    expect(dialog(page)).to_be_visible()
    assert all(url == f"{page.url}/" or url.startswith(f"{page.url}/app/") for url in asked)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [{"width": 1280, "height": 900}, PHONE], ids=["desktop", "phone"])
def test_axe_finds_no_violation_in_the_dialog(page: VideoPage, scheme: Any, size: Any) -> None:
    page.browser.emulate_media(color_scheme=scheme)
    page.browser.set_viewport_size(size)
    page.browser.get_by_text("Use a token").click()
    paste(page, "nonsense")
    expect(page.problem).to_be_visible()

    found = Axe().run(page.browser)

    assert found.violations_count == 0, found.generate_report()
    assert page.browser.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_who_signs_in_uploads_watches_plays_and_deletes_and_nobody_else_sees_it(
    page: VideoPage, chromium: Browser, tokens: TokenStack
) -> None:
    page.expect_console_errors("410")  # of requests that are under way when the video is deleted
    sign_in(page, "ada")
    assert page.browser.url == f"{page.url}/"
    page.choose(corpus.file("bigbuckbunny.mp4"))
    page.expect_row("Ready", within_ms=READY_WITHIN_MS)
    page.press("Play:")
    page.wait_for_media("readyState >= 2")
    video_id = page.shown_video
    listed = f"#ready button[data-video-id='{video_id}']"
    expect(page.browser.locator(listed)).to_be_visible()

    with opened(chromium, tokens.url) as others:
        others.expect_console_errors("404")
        sign_in(others, "newcomer")
        others.open(f"#video={video_id}")
        expect(others.problem).to_contain_text(video_id)
        expect(others.browser.locator("#ready-empty")).to_be_visible()
        expect(others.browser.locator(listed)).to_have_count(0)

    page.browser.once("dialog", lambda dialog: dialog.accept())
    page.press("Delete this video")
    expect(page.browser.locator("#deleted")).to_contain_text("The video was deleted.")
    expect(page.browser.locator(listed)).to_have_count(0)


def test_the_token_goes_to_the_api_alone(page: VideoPage, tokens: TokenStack) -> None:
    sent: list[Request] = []
    page.browser.on("request", lambda request: sent.append(request))
    sign_in(page, "ada")
    page.choose(corpus.file("carphone_pristine.mp4"))
    page.expect_row("Ready", within_ms=READY_WITHIN_MS)

    token = kept(page)["token"]
    with_token = [request for request in sent if "authorization" in request.all_headers()]
    assert {f"/{request.url.removeprefix(tokens.url).split('/')[1]}" for request in with_token} >= {
        "/s3",
        "/video",
    }
    assert all(request.url.startswith(f"{tokens.url}/") for request in with_token)
    assert any(part for part in page.parts_stored)
    assert not [request.url for request in sent if token in request.url]
    assert not [socket.url for socket in page.sockets if token in socket.url]


def test_the_place_that_a_link_names_is_shown_after_signing_in(page: VideoPage, adas_video: str) -> None:
    page.open(f"?link#video={adas_video}")
    sign_in(page, "ada")

    page.wait_for_media("readyState >= 2")
    assert page.browser.url == f"{page.url}/#video={adas_video}"


def test_what_another_tab_has_begun_signs_nobody_in(page: VideoPage) -> None:
    page.press("Sign in with")
    page.browser.get_by_label("Name").fill("mallory")
    with page.browser.expect_request(lambda request: "code=" in request.url) as returning:
        page.press("Continue")
    link = returning.value.url
    expect(page.browser.locator("#owner")).to_have_text("mallory", timeout=WITHIN_MS)
    page.press("Sign out")
    signed_out(page)

    page.browser.goto(link)

    expect(page.problem).to_contain_text("it was not begun in this tab", timeout=WITHIN_MS)
    assert page.browser.url == f"{page.url}/"
    assert page.browser.evaluate("sessionStorage.length") == 0


def test_an_answer_with_another_state_signs_nobody_in(page: VideoPage) -> None:
    page.press("Sign in with")
    page.browser.get_by_label("Name").wait_for()

    page.browser.goto(f"{page.url}/?code=stolen&state=another")

    expect(page.problem).to_contain_text("Signing in did not work", timeout=WITHIN_MS)
    expect(page.browser.locator("main")).to_be_hidden()
    assert page.browser.url == f"{page.url}/"


def test_a_token_is_pasted_and_shows_what_it_allows(
    page: VideoPage, tokens: TokenStack, adas_video: str
) -> None:
    page.expect_console_errors("401")
    paste(page, "nonsense")
    expect(page.problem).to_contain_text("This is no token.")
    paste(page, tokens.token("ada", exp=1_700_000_000))
    expect(page.problem).to_contain_text("not valid here", timeout=WITHIN_MS)

    paste(page, tokens.token("ada", "videos:read"))

    expect(dialog(page)).to_be_hidden(timeout=WITHIN_MS)
    page.browser.locator(f"#ready button[data-video-id='{adas_video}']").click()
    page.wait_for_media("readyState >= 2")
    expect(page.browser.get_by_role("button", name="Delete this video")).to_be_hidden()
    expect(page.browser.locator("#files")).to_be_hidden()


def test_a_token_that_is_refused_is_asked_for_again_and_the_upload_goes_on(
    page: VideoPage, tokens: TokenStack
) -> None:
    page.expect_console_errors("401")
    paste(page, tokens.token("ada"))
    expect(dialog(page)).to_be_hidden(timeout=WITHIN_MS)
    ended = tokens.token("ada", exp=1_700_000_000)
    page.browser.evaluate(
        "token => sessionStorage.setItem('reelway-session', JSON.stringify({token}))", ended
    )
    page.browser.reload()
    expect(page.problem).to_contain_text("Your session has ended.", timeout=WITHIN_MS)

    page.choose(corpus.file("carphone_pristine.mp4"))
    paste(page, tokens.token("ada"))

    page.expect_row("Ready", within_ms=READY_WITHIN_MS)
    assert "ended" not in page.browser.locator("main").inner_text()


def test_a_session_is_renewed_unseen_and_asked_for_when_the_provider_ends_it(
    page: VideoPage, tokens: TokenStack
) -> None:
    page.expect_console_errors("401", "400")
    sign_in(page, "ada")
    first = kept(page)
    ended = json.dumps(first | {"token": tokens.provider.token("ada", exp=1_700_000_000)})
    page.browser.evaluate("session => sessionStorage.setItem('reelway-session', session)", ended)
    page.browser.reload()
    page.wait_for_script(
        "document.querySelector('#ready li') || !document.getElementById('ready-empty').hidden"
    )
    expect(dialog(page)).to_be_hidden(timeout=WITHIN_MS)
    second = kept(page)
    assert second["refreshToken"] != first["refreshToken"]

    tokens.provider.end_sessions()
    page.browser.evaluate("session => sessionStorage.setItem('reelway-session', session)", ended)
    page.browser.reload()

    expect(page.problem).to_contain_text("Your session has ended.", timeout=WITHIN_MS)
    sign_in(page, "ada")


def test_signing_out_leaves_nothing_behind(page: VideoPage, tokens: TokenStack) -> None:
    with page.browser.expect_request(f"{tokens.provider.url}/signed-out*"):
        sign_in(page, "ada")
        page.choose(corpus.file("carphone_pristine.mp4"))
        page.expect_row("Play", within_ms=READY_WITHIN_MS)
        page.press("Sign out")

    signed_out(page)
    assert page.browser.url == f"{page.url}/"
    assert page.browser.evaluate("sessionStorage.length") == 0
    sign_in(page, "bob")
    expect(page.row).to_have_count(0)
    page.press("Sign out")
    signed_out(page)
    sign_in(page, "ada")
    expect(page.row).to_have_count(1)


def test_what_a_token_does_not_allow_is_refused_with_the_scope_that_is_missing(
    page: VideoPage, tokens: TokenStack
) -> None:
    """As where the page cannot know what a token allows."""
    page.expect_console_errors("403")
    paste(page, tokens.token("ada", "videos:read"))
    expect(dialog(page)).to_be_hidden(timeout=WITHIN_MS)
    page.browser.evaluate("document.getElementById('upload').hidden = false")

    page.choose(corpus.file("carphone_pristine.mp4"))

    page.expect_row("This needs a token with the scope videos:upload.")
