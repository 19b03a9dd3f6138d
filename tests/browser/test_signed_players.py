"""Players of other people play a signed video by its address alone, on a page of another site."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Response

from tests.support.doubles import faulty_servers
from tests.support.media import corpus
from tests.support.samples import ROOT
from tests.support.system.client import Client
from tests.support.system.cloud import Cloud
from tests.support.system.signed_videos import SignedVideo, upload_signed

pytestmark = pytest.mark.needs("restart")

_FOLDER = ROOT / "tests" / "players"
_SCRIPTS = {
    "hls.js": "hls.js/dist/hls.min.js",
    "Shaka": "shaka-player/dist/shaka-player.compiled.js",
    "video.js": "video.js/dist/video.min.js",
}
_PAGE = """<!doctype html><meta charset=utf-8><script src=player.js></script>
<video id=video muted playsinline></video>
<script>
window.problems = [];
const video = document.getElementById('video');
const problem = (...what) => window.problems.push(what.join(' '));
const players = {
  'hls.js'(url) {
    const hls = new Hls();
    hls.on(Hls.Events.ERROR, (_, { details, response }) => problem(details, response?.code));
    hls.loadSource(url);
    hls.attachMedia(video);
    video.addEventListener('canplay', () => video.play(), { once: true });
  },
  async Shaka(url) {
    const player = new shaka.Player();
    await player.attach(video);
    player.addEventListener('error', ({ detail }) => problem(detail.code));
    await player.load(url, null, 'application/x-mpegurl');
    video.play();
  },
  'video.js'(url) {
    const player = videojs(video, { html5: { vhs: { overrideNative: true } } });
    player.on('error', () => problem(player.error().message));
    player.one('canplay', () => player.play());
    player.src({ src: url, type: 'application/x-mpegURL' });
    window.media = () => player.el().querySelector('video');
  },
};
window.media = () => video;
window.start = (name, url) => {
  Promise.resolve(players[name](url)).catch((error) => problem(error.message ?? error.code));
};
</script>
"""


@pytest.fixture(scope="module")
def libraries() -> Path:
    """npm's packages by the lock; none of their scripts is run."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    subprocess.run(["make", "--no-print-directory", "-C", str(_FOLDER)], check=True, env=environ)
    return _FOLDER / ".libraries" / "node_modules"


@pytest.fixture(scope="module")
def film(client: Client, cloud: Cloud) -> Iterator[SignedVideo]:
    signed = upload_signed(client, cloud, corpus.file("bigbuckbunny.mp4"))
    yield signed
    client.http.delete(f"/video/{signed.video_id}")


@pytest.fixture(params=_SCRIPTS)
def player(
    request: pytest.FixtureRequest, chromium: Browser, libraries: Path, tmp_path: Path
) -> Iterator[tuple[str, Page]]:
    (tmp_path / "index.html").write_text(_PAGE)
    (tmp_path / "player.js").write_bytes((libraries / _SCRIPTS[request.param]).read_bytes())
    with faulty_servers.site(tmp_path) as url:
        page = chromium.new_page()
        page.goto(url)
        yield request.param, page
        page.close()


def test_it_plays_and_asks_for_everything_with_the_token(player: tuple[str, Page], film: SignedVideo) -> None:
    (name, page), token = player, film.token()
    asked: list[Response] = []
    page.on("response", lambda answer: asked.append(answer))
    page.evaluate("asked => window.start(...asked)", [name, film.url(token)])
    page.wait_for_function("window.problems.length || window.media().currentTime > 4.5", timeout=60_000)
    assert page.evaluate("window.problems") == []
    of_the_film = [answer for answer in asked if film.client.base_url in answer.url]
    assert len([answer for answer in of_the_film if "/segment/s-" in answer.url]) >= 2
    assert {answer.url.startswith(film.url(token, "")) for answer in of_the_film} == {True}
    assert {answer.status for answer in of_the_film} <= {200, 206}


def test_without_a_token_it_shows_nothing(player: tuple[str, Page], film: SignedVideo) -> None:
    (name, page), expired = player, film.signed(issued=-60, expires=-1)
    page.evaluate("asked => window.start(...asked)", [name, film.url(expired)])
    page.wait_for_function("window.problems.length", timeout=60_000)
    assert page.evaluate("window.media().readyState") == 0
