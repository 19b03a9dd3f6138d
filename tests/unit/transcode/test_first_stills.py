"""The stills of keyframes; tests/encoding/test_ready_at_once.py makes them with ffmpeg."""

from pathlib import Path

import pytest

from reelway import keys
from reelway.errors import MediaRejected
from tests.support.media import copied_source
from tests.support.samples import VIDEO_ID, source
from tests.unit.transcode.test_preparing import PreparerSetup

STILLS = (keys.poster(VIDEO_ID), keys.sprite(VIDEO_ID), keys.storyboard(VIDEO_ID))


@pytest.fixture
def setup(tmp_path: Path) -> PreparerSetup:
    setup = PreparerSetup(tmp_path)
    tiles = {f"tile-{number:05d}.jpg": b"\xff\xd8 %d" % number for number in range(99)}
    setup.copying(copied_source.files(gops=15) | tiles)
    return setup


def test_they_are_there_before_the_playlists_say_that_the_video_plays(setup: PreparerSetup) -> None:
    setup.prepare(of=source())
    order = setup.media.order
    assert all(order.index(key) < order.index(keys.master(VIDEO_ID)) for key in STILLS)
    assert setup.media.objects[STILLS[0]].cache_control == "public, max-age=60"


def test_those_of_a_later_step_stay(setup: PreparerSetup) -> None:
    for key in STILLS:
        setup.media.put(key, b"later", content_type="x/y")
    setup.prepare(of=source())
    assert {setup.media.read(key) for key in STILLS} == {b"later"}


def test_a_video_is_ready_without_those_that_cannot_be_made(
    setup: PreparerSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise MediaRejected("undecodable", "no picture")

    monkeypatch.setattr("transcode.first_stills.FirstStills.publish", refuse)
    setup.prepare(of=source())
    assert setup.state == "READY"
    assert setup.left_out == ["first stills: MediaRejected undecodable: no picture"]
    assert not any(setup.media.read(key) for key in STILLS)
