"""Uppy as its users set it up: on a page of another origin, with only `companionEndpoint`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from local.settings import Settings
from tests.support.doubles import faulty_servers
from tests.support.media import corpus
from tests.support.system.client import Client, eventually
from tests.support.system.token_stack import TokenStack

_UPLOAD = """async ([endpoint, options]) => {
  const { Uppy, AwsS3 } = await import('/vendor.js');
  const uppy = new Uppy().use(AwsS3, { companionEndpoint: endpoint, ...options });
  const [file] = document.querySelector('input').files;
  const id = uppy.addFile({ name: file.name, type: file.type, data: file });
  const { successful, failed } = await uppy.upload();
  return { bodies: successful.map((file) => file.response.body), errors: failed.map(({ error }) => error) };
}"""


@pytest.fixture
def elsewhere(chromium: Browser, client: Client, settings: Settings, tmp_path: Path) -> Iterator[Page]:
    """A page of another origin, which the system allows, with Uppy from npm and a file field."""
    (tmp_path / "index.html").write_text("<!doctype html><input type=file>")
    (tmp_path / "vendor.js").write_text(client.get("/app/vendor.js").text)
    with faulty_servers.site(tmp_path, at=settings.origins[0]) as url:
        page = chromium.new_page()
        page.goto(url)
        yield page
        page.close()


def upload(page: Page, client: Client, file: Path, **options: Any) -> str:
    """Upload `file` with Uppy; the video's id."""
    page.set_input_files("input", file)
    done = page.evaluate(_UPLOAD, [client.base_url, options])
    assert done["errors"] == []
    [body] = done["bodies"]
    return str(body["key"]).removeprefix("uploads/")


def test_a_small_file_is_sent_to_s3_in_one_request(elsewhere: Page, client: Client) -> None:
    file = corpus.file("carphone_pristine.mp4")

    video_id = upload(elsewhere, client, file)

    # The record is written on the event that S3 sends.
    eventually(lambda: client.get(f"/video/{video_id}").status_code == 200)
    assert client.final_state(video_id) == "READY"
    assert client.describe(video_id)["sizeBytes"] == file.stat().st_size


def test_a_large_file_is_sent_to_s3_in_parts(elsewhere: Page, client: Client, large_file: Path) -> None:
    video_id = upload(elsewhere, client, large_file)

    assert client.describe(video_id)["sizeBytes"] == large_file.stat().st_size
    assert client.http.delete(f"/video/{video_id}").status_code == 204


# Uppy asks its companion without a header of the page's, so that the page adds it to what it fetches.
_UPLOAD_BY_GRANT = """async ([endpoint, grant]) => {
  const { Uppy, AwsS3 } = await import('/vendor.js');
  const send = window.fetch;
  window.fetch = (url, options = {}) => {
    if (!String(url).startsWith(endpoint)) return send(url, options);
    return send(url, { ...options, headers: { ...options.headers, 'uppy-auth-token': grant } });
  };
  const uppy = new Uppy().use(AwsS3, { companionEndpoint: endpoint });
  const [file] = document.querySelector('input').files;
  uppy.addFile({ name: file.name, type: file.type, data: file, meta: { size: file.size } });
  const { successful, failed } = await uppy.upload();
  window.fetch = send;
  return { bodies: successful.map((file) => file.response.body), errors: failed.map(({ error }) => error) };
}"""


@pytest.mark.needs("restart")
@pytest.mark.parametrize("is_large", [False, True])
def test_a_page_without_a_token_uploads_with_a_grant(
    tokens: TokenStack, elsewhere: Page, large_file: Path, *, is_large: bool
) -> None:
    file = large_file if is_large else corpus.file("carphone_pristine.mp4")
    size_bytes = file.stat().st_size
    with tokens.client("alice") as backend:
        granted = backend.http.post("/uploads", json={"maxBytes": size_bytes, "title": "Granted"}).json()
        elsewhere.set_input_files("input", file)

        done = elsewhere.evaluate(_UPLOAD_BY_GRANT, [tokens.url, granted["grant"]])

        assert done["errors"] == []
        [body] = done["bodies"]
        assert body["key"] == f"uploads/{granted['videoId']}"
        eventually(lambda: backend.get(f"/video/{granted['videoId']}").status_code == 200)
        described = backend.describe(granted["videoId"])
        said = (described["title"], described["owner"], described["sizeBytes"])
        assert said == ("Granted", "alice", size_bytes)
        again = elsewhere.evaluate(_UPLOAD_BY_GRANT, [tokens.url, granted["grant"]])
        assert len(again["errors"]) == 1
        assert backend.http.delete(f"/video/{granted['videoId']}").status_code == 204


_PLAY = """async (url) => {
  await import('/vendor.js');
  const video = document.createElement('hls-video');
  Object.assign(video, { muted: true, autoplay: true });
  document.body.append(video);
  video.src = url;
}"""


@pytest.mark.needs("restart")
def test_one_page_uploads_with_a_grant_and_plays_what_is_signed(tokens: TokenStack, elsewhere: Page) -> None:
    """All that the page has of the backend is the grant, and later a URL."""
    with tokens.client("alice") as backend, tokens.stranger() as stranger:
        granted = backend.http.post("/uploads", json={"playback": "signed"}).json()
        video_id = granted["videoId"]
        elsewhere.set_input_files("input", corpus.file("bigbuckbunny.mp4"))
        assert elsewhere.evaluate(_UPLOAD_BY_GRANT, [tokens.url, granted["grant"]])["errors"] == []
        with Client(tokens.url, token=granted["grant"]) as holder:
            eventually(lambda: holder.get(f"/video/{video_id}").status_code == 200)
            assert holder.watch(video_id).states[-1] == "READY"

        issued = backend.http.post(f"/video/{video_id}/playback-tokens").json()
        elsewhere.evaluate(_PLAY, tokens.url + issued["urls"]["master"])
        elsewhere.wait_for_function("document.querySelector('hls-video').currentTime > 0.5")
        assert stranger.get(f"/stream/{video_id}/master.m3u8").status_code == 404
        assert backend.http.delete(f"/video/{video_id}").status_code == 204
