"""A signed video plays with a token of its own, in the path, and with nothing else."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.test_upload import assert_problem
from tests.support.media import corpus
from tests.support.readers.hls_player import Player
from tests.support.readers.markdown import Page
from tests.support.samples import ROOT
from tests.support.system.client import Client, eventually
from tests.support.system.cloud import Cloud
from tests.support.system.signed_videos import SignedVideo, upload_signed

pytestmark = pytest.mark.needs("restart")  # other emulators have no key value store


@pytest.fixture(scope="module")
def film(client: Client, cloud: Cloud) -> Iterator[SignedVideo]:
    """Two segments in each rendition."""
    signed = upload_signed(client, cloud, corpus.file("bigbuckbunny.mp4"))
    yield signed
    client.http.delete(f"/video/{signed.video_id}")


@pytest.fixture(scope="module")
def names(film: SignedVideo) -> list[str]:
    found = film.names(film.token())
    assert {name.partition("?")[0].partition("/")[0] for name in found} == {
        *("master", "manifest", "iframes", "segment", "poster", "storyboard", "storyboard.jpg")
    }
    return found


def segments(names: list[str]) -> list[str]:
    return [name for name in names if name.startswith("segment/")]


def test_everything_of_it_is_served_with_a_token(film: SignedVideo, names: list[str]) -> None:
    token = film.token()
    assert {name: film.status(token, name) for name in names} == dict.fromkeys(names, 200)
    assert all(name.startswith("segment/s-") for name in segments(names))


def test_nothing_of_it_is_served_without_one(film: SignedVideo, names: list[str]) -> None:
    for name in names:
        for headers in ({}, {"x_reelway_playback": film.video_id}):
            answer = film.client.get(f"/stream/{film.video_id}/{name}", **headers)
            assert_problem(answer, 404, "unknown_video")


def test_nothing_of_it_is_served_with_a_token_that_is_not_valid(film: SignedVideo, names: list[str]) -> None:
    valid = film.signed(issued=-5, expires=60)
    assert film.status(valid, "master") == 200
    bad = {
        "expired": film.signed(issued=-60, expires=-1),
        "cut": valid[:-1],
        "changed": valid[:-1] + ("A" if valid[-1] != "A" else "B"),
        "another video's": film.signed(
            issued=-5, expires=60, video_id="00000000-0000-4000-8000-000000000000"
        ),
        "for too long": film.signed(issued=-5, expires=700_000),
        "of the future": film.signed(issued=3_600, expires=7_200),
    }
    for why, token in bad.items():
        assert {(why, name): film.status(token, name) for name in names} == {
            (why, name): 403 for name in names
        }


def test_ffmpeg_plays_it(film: SignedVideo, player: Player) -> None:
    token = film.token()
    assert player.frame_count(film.url(token)) > 100
    assert player.frame_count(film.url(token, "manifest")) > 100


def test_a_token_in_the_query_leads_to_where_the_player_has_it_with_everything(film: SignedVideo) -> None:
    token = film.token()
    for name in ("master", "manifest"):
        path = f"/stream/{film.video_id}/{name}"
        answer = film.client.http.get(path, params={"token": token}, follow_redirects=True)
        assert answer.status_code == 200
        assert answer.url.path == f"/p/{token}{path}"
        refused = film.client.http.get(path, params={"token": token[:-1]})
        assert_problem(refused, 403, "bad_playback_token")


def test_no_function_serves_a_segment(film: SignedVideo, names: list[str]) -> None:
    """It comes from the bucket, as one of a public video does."""
    token = film.token()
    assert film.client.get(film.path(token, "master")).status_code == 200
    for name in segments(names):
        assert film.status(token, name) == 200
    logged = film.cloud.client("logs").filter_log_events(
        logGroupName=film.cloud.outputs["LogGroupName"], filterPattern=f'"/stream/{film.video_id}/segment/"'
    )
    assert logged["events"] == []


def test_a_range_of_a_segment_is_served(film: SignedVideo, names: list[str]) -> None:
    answer = film.client.get(film.path(film.token(), segments(names)[0]), Range="bytes=0-187")
    assert (answer.status_code, len(answer.content)) == (206, 188)


def test_a_backend_signs_a_token_as_the_documentation_says(film: SignedVideo) -> None:
    [block] = Page(ROOT / "docs" / "api.md").blocks("python signs")
    program: dict[str, Any] = {}
    exec(block.text, program)  # noqa: S102  our own documentation
    kid, key = film.key
    assert film.client.get(program["playback_path"](key, kid, film.video_id, 60)).status_code == 200
    assert film.client.get(program["playback_path"](key + "x", kid, film.video_id, 60)).status_code == 403


def test_a_recall_voids_what_was_issued_and_nothing_later(film: SignedVideo, names: list[str]) -> None:
    early, segment = film.token(), segments(names)[0]
    assert film.status(early, segment) == 200
    assert film.client.http.delete(f"/video/{film.video_id}/playback-tokens").status_code == 204
    eventually(lambda: film.status(early, segment) == 403, within_s=10)
    late = film.token()
    assert {film.status(late, name) for name in names} == {200}
    assert film.status(early, "master") == 403


def test_deleting_voids_all_tokens_and_restoring_undoes_it(client: Client, cloud: Cloud) -> None:
    clip = upload_signed(client, cloud, corpus.file("carphone_pristine.mp4"))
    early, path = clip.token(), f"/video/{clip.video_id}"
    segment = segments(clip.names(early))[0]
    client.http.delete(f"{path}/playback-tokens")
    eventually(lambda: clip.status(early, segment) == 403, within_s=10)
    late = clip.token()

    assert client.http.delete(path).status_code == 204
    eventually(lambda: clip.status(late, segment) == 403, within_s=10)
    assert clip.status(clip.signed(issued=0, expires=60), segment) == 403

    assert client.http.post(f"{path}/restore").status_code == 202
    eventually(lambda: clip.status(late, segment) == 200)
    assert clip.status(late, "master") == 200
    assert clip.status(early, segment) == 403
    client.http.delete(path)


def test_a_public_video_plays_with_a_token_as_without(client: Client, short_video: str) -> None:
    urls = client.http.post(f"/video/{short_video}/playback-tokens").json()["urls"]
    assert {client.get(path).status_code for path in urls.values()} == {200}
    assert client.get(f"/stream/{short_video}/master").status_code == 200


@pytest.mark.parametrize("asked", [{"expiresIn": 59}, {"expiresIn": 604_801}, {"expiresIn": "600"}])
def test_a_time_that_no_token_can_have_is_refused(film: SignedVideo, asked: dict[str, Any]) -> None:
    answer = film.client.http.post(f"/video/{film.video_id}/playback-tokens", json=asked)
    assert_problem(answer, 400, "bad_expires_in")
    assert "expiresIn" in answer.json()["detail"]
