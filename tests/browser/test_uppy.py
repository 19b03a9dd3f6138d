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
