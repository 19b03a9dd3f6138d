import itertools
from pathlib import Path

import pytest

from reelway import keys
from reelway.errors import MediaRejected
from reelway.plan import Plan
from tests.fakes import FakeBucket, FakeEncoder
from tests.samples import VIDEO_ID, plan, source
from transcode.preparing import prepare


def prepared(planned: Plan, folder: Path) -> tuple[FakeBucket, FakeEncoder]:
    uploads, encoder = FakeBucket(), FakeEncoder(frames=(1, 2))
    prepare(planned, folder, uploads=uploads, encoder=encoder, timeout_s=60)
    return uploads, encoder


def test_the_sound_of_a_seekable_file_is_all_there_is_to_prepare(tmp_path: Path) -> None:
    uploads, encoder = prepared(plan(), tmp_path)
    assert uploads.order == [keys.audio(VIDEO_ID)]
    assert uploads.read(keys.audio(VIDEO_ID)) == b"made by audio.m4a"
    assert len(encoder.commands) == 1
    assert uploads.url(keys.upload(VIDEO_ID)) in encoder.commands[0]


def test_a_silent_seekable_file_needs_nothing(tmp_path: Path) -> None:
    uploads, encoder = prepared(plan(source(audio=None)), tmp_path)
    assert uploads.order == []
    assert encoder.commands == []


def test_a_file_that_does_not_seek_is_remuxed_too(tmp_path: Path) -> None:
    uploads, _ = prepared(plan(source(container="mpegts")), tmp_path)
    assert uploads.order == [keys.remuxed_source(VIDEO_ID), keys.audio(VIDEO_ID)]
    assert uploads.read(keys.remuxed_source(VIDEO_ID)) == b"made by source"


def test_all_commands_share_one_deadline(tmp_path: Path) -> None:
    encoder = FakeEncoder()
    prepare(
        plan(source(container="mpegts")),
        tmp_path,
        uploads=FakeBucket(),
        encoder=encoder,
        timeout_s=840,
        clock_s=itertools.count(0, 100).__next__,
    )
    assert encoder.timeouts_s == [740, 640]


def test_nothing_is_stored_of_what_could_not_be_decoded(tmp_path: Path) -> None:
    uploads = FakeBucket()
    with pytest.raises(MediaRejected):
        prepare(
            plan(),
            tmp_path,
            uploads=uploads,
            encoder=FakeEncoder(failure=MediaRejected("undecodable", "broken")),
            timeout_s=60,
        )
    assert uploads.order == []
