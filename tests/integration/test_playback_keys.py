"""Another playback key: tokens of the former stay valid, until there is a third one."""

from collections.abc import Iterator

import pytest

from tests.integration.test_updates import update
from tests.support.media import corpus
from tests.support.system.client import Client, eventually
from tests.support.system.cloud import Cloud
from tests.support.system.signed_videos import SignedVideo, edge_values, upload_signed

pytestmark = pytest.mark.needs("restart")


@pytest.fixture
def clip(client: Client, cloud: Cloud) -> Iterator[SignedVideo]:
    signed = upload_signed(client, cloud, corpus.file("carphone_pristine.mp4"))
    try:
        yield signed
    finally:
        client.http.delete(f"/video/{signed.video_id}")
        update(cloud, PlaybackKeyVersion="1")


def keys(cloud: Cloud) -> set[str]:
    return {name for name in edge_values(cloud).all() if name.startswith("key:")}


def test_no_viewer_is_interrupted_by_another_key_and_two_changes_void_a_key(
    clip: SignedVideo, cloud: Cloud
) -> None:
    first = clip.token()
    assert keys(cloud) == {"key:1"}

    update(cloud, PlaybackKeyVersion="2")
    second = clip.token()
    assert (first.split(".")[1], second.split(".")[1]) == ("1", "2")
    assert keys(cloud) == {"key:1", "key:2"}
    assert eventually(lambda: clip.status(second, "master") == 200, within_s=10)
    assert clip.status(first, "master") == 200

    update(cloud, PlaybackKeyVersion="3")
    assert keys(cloud) == {"key:2", "key:3"}
    assert eventually(lambda: clip.status(first, "master") == 403, within_s=10)
    assert clip.status(second, "master") == 200
