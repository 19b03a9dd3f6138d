import itertools
import json
import shutil
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from reelway import keys
from reelway.errors import MediaRejected, ProcessingInterrupted, ReelwayError, StorageFailed, VideoGone
from reelway.hls.renditions import SOURCE_REPORT
from reelway.plan.plan import Plan
from reelway.plan.plan_document import PLAN
from reelway.ports.encoder import Progress
from reelway.probe.source import Source
from reelway.video import LadderState, Loudness, State
from tests.support.doubles.fakes.encoder import FakeEncoder
from tests.support.doubles.fakes.storage import FakeBucket
from tests.support.doubles.fakes.videos import FakeVideos
from tests.support.media import copied_source
from tests.support.samples import AUDIO_STREAM, RUN_ID, TOKEN, VIDEO_ID, plan, source
from transcode import passthrough
from transcode.preparing import Preparer

OTHER = source(container="matroska,webm")  # no standard source
LOUDNESS = b"lavfi.r128.I=-23.000\nlavfi.r128.LRA=7.000\nlavfi.r128.true_peak=0.500\n"
AUDIO_FILES = {"audio.m4a": b"aac", "loudness.txt": b"lavfi.r128.I=-70.000\n" * 500 + LOUDNESS}
PREPARED, CHUNKS = keys.prepared_plan(VIDEO_ID), keys.chunk_list(VIDEO_ID)


@dataclass(slots=True)
class _Failing(FakeEncoder):
    """Fails those commands that copy to HLS, or all but those."""

    fails_copies: bool = True

    def run(self, command: Sequence[str], *, timeout_s: float) -> Generator[Progress, None, None]:
        failure = self.failure
        self.failure = failure if ("-xerror" in command) == self.fails_copies else None
        try:
            yield from FakeEncoder.run(self, command, timeout_s=timeout_s)
        finally:
            self.failure = failure


@dataclass(slots=True)
class _Growing(FakeEncoder):
    """Writes its files before it reports any frame; `reported` are those of `frames` that were asked for."""

    reported: list[int] = field(default_factory=list)

    def run(self, command: Sequence[str], *, timeout_s: float) -> Generator[Progress, None, None]:
        for name, body in self.files.items():
            (Path(command[-1]).parent / name).write_bytes(body)
        for frames in self.frames:
            self.reported.append(frames)
            yield Progress(frames)


@dataclass
class PreparerSetup:
    folder: Path
    encoder: FakeEncoder = field(default_factory=lambda: FakeEncoder(frames=(1, 2), files=AUDIO_FILES))
    uploads: FakeBucket = field(default_factory=FakeBucket)
    media: FakeBucket = field(default_factory=FakeBucket)
    videos: FakeVideos = field(default_factory=FakeVideos)
    notes: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    clock_s: Callable[[], float] = lambda: 0.0

    def prepare(
        self, planned: Plan | None = None, *, of: Source = OTHER, target_lufs: int | None = None
    ) -> Plan:
        self.uploads.put(keys.upload(VIDEO_ID), b"film", content_type="x/y")
        self.uploads.order.clear()
        etag = self.uploads.head(keys.upload(VIDEO_ID)).etag  # type: ignore[union-attr]
        self.videos.create(VIDEO_ID, size_bytes=4)
        self.videos.start(VIDEO_ID, run_id=RUN_ID, duration_s=30.0, total_frames=750)
        preparer = Preparer(
            self.uploads,
            self.media,
            self.videos,
            self.encoder,
            840,
            lambda what, why: self.notes.append(f"{what}: {why}"),
            lambda what, why: self.left_out.append(f"{what}: {why}"),
            self.clock_s,
        )
        new = replace(plan(of, etag=etag), loudness_target_lufs=target_lufs)
        return preparer.prepare(planned or new, self.folder)

    @property
    def state(self) -> State:
        return self.videos.videos[VIDEO_ID].state

    def copying(self, files: Mapping[str, bytes]) -> None:
        self.encoder.files = files


@pytest.fixture
def setup(tmp_path: Path) -> PreparerSetup:
    return PreparerSetup(tmp_path)


def test_of_a_seekable_file_the_audio_is_made_and_the_plan_written(setup: PreparerSetup) -> None:
    prepared = setup.prepare()
    assert setup.uploads.order == [keys.audio(VIDEO_ID), PREPARED, CHUNKS]
    assert setup.uploads.read(keys.audio(VIDEO_ID)) == b"aac"
    assert PLAN.load(setup.uploads.read(PREPARED) or b"") == prepared
    assert json.loads(setup.uploads.read(CHUNKS) or b"") == [0, 1, 2, 3]
    assert setup.state is State.PROCESSING


def test_the_loudness_of_audio_that_was_encoded_travels_in_the_plan(setup: PreparerSetup) -> None:
    assert setup.prepare().loudness == Loudness(-23.0, 7.0, -6.0)
    stored = PLAN.load(setup.uploads.read(PREPARED) or b"")
    assert stored.loudness == Loudness(-23.0, 7.0, -6.0)


def test_audio_that_is_copied_is_not_measured(setup: PreparerSetup) -> None:
    unfinished = replace(source(codec="hevc"), is_indexed=False)
    prepared = setup.prepare(of=unfinished)  # it is remuxed, and its audio copied into a file of its own
    assert prepared.keeps_audio
    assert setup.uploads.order[:2] == [keys.audio(VIDEO_ID), keys.remuxed_source(VIDEO_ID)]
    assert prepared.loudness is None


def test_a_silent_seekable_file_needs_no_command(setup: PreparerSetup) -> None:
    setup.prepare(of=source(container="matroska,webm", audio=None))
    assert setup.uploads.order == [PREPARED, CHUNKS]
    assert setup.encoder.commands == []


def test_a_file_that_does_not_seek_is_remuxed_too(setup: PreparerSetup) -> None:
    setup.prepare(of=source(container="mpegts"))
    assert setup.uploads.order[:2] == [keys.audio(VIDEO_ID), keys.remuxed_source(VIDEO_ID)]
    assert setup.uploads.read(keys.remuxed_source(VIDEO_ID)) == b"made by source"


def test_all_commands_share_one_deadline(setup: PreparerSetup) -> None:
    setup.clock_s = itertools.count(0, 10).__next__
    setup.prepare(of=source(container="mpegts"))
    first, second = setup.encoder.timeouts_s
    assert 0 < second < first < 840


def test_nothing_is_stored_of_what_could_not_be_decoded(setup: PreparerSetup) -> None:
    setup.encoder.failure = MediaRejected("undecodable", "broken")
    (setup.folder / "audio-packets.txt").write_text("#tb 0: 1/48000\n0, 0, 0, 1024, 300, 0x0\n")
    with pytest.raises(MediaRejected):
        setup.prepare()
    assert setup.uploads.order == []


def test_audio_of_which_too_much_is_damaged_is_refused(setup: PreparerSetup) -> None:
    packets = "#tb 0: 1/48000\n" + "0, 0, 0, 1024, 300, 0x0\n" * 100
    setup.encoder.files = {**AUDIO_FILES, "audio-packets.txt": packets.encode()}
    setup.encoder.end = Progress(audio_errors=5)
    setup.prepare()
    setup.encoder.end = Progress(audio_errors=6)
    with pytest.raises(MediaRejected, match=r"undecodable: The audio is damaged\."):
        setup.prepare()


def test_nothing_is_prepared_for_a_video_that_was_deleted(setup: PreparerSetup) -> None:
    setup.prepare()
    setup.videos.delete(VIDEO_ID)
    with pytest.raises(VideoGone):
        setup.prepare()
    assert setup.uploads.order == []


def test_publishing_a_copy_ends_within_half_a_minute_when_its_video_is_deleted(
    setup: PreparerSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Storing the segments of a long film takes minutes, in which ffmpeg reports nothing."""
    monkeypatch.setattr(passthrough, "_UPLOADS_AT_ONCE", 1)
    setup.copying(copied_source.files(gops=15))
    time_s = 1000.0
    put = FakeBucket.put

    def put_slowly(bucket: FakeBucket, key: str, body: bytes, **headers: Any) -> None:
        nonlocal time_s
        put(bucket, key, body, **headers)
        if bucket is setup.media:
            time_s += 15
            setup.videos.delete(VIDEO_ID)

    monkeypatch.setattr(FakeBucket, "put", put_slowly)
    setup.clock_s = lambda: time_s
    with pytest.raises(VideoGone):
        setup.prepare(of=source())
    assert len(setup.media.order) == 2


def test_it_is_noted_that_a_published_copy_or_what_follows_it_may_become_unused(setup: PreparerSetup) -> None:
    setup.copying(copied_source.files(gops=15))
    setup.prepare(of=source())
    [note] = setup.uploads.keys(keys.UNUSED_PREFIX)
    assert keys.video_of_note(note) == VIDEO_ID


def test_a_copy_lasts_as_long_as_its_audio(tmp_path: Path) -> None:
    files = copied_source.files(gops=15)
    *_, last = files["packets.txt"].decode().splitlines()
    stream, dts, pts, *others = last.split(",")
    later = ",".join([stream, f" {int(dts) + 1024}", f" {int(pts) + 1024}", *others])
    longer = files | {"packets.txt": files["packets.txt"] + f"\n{later}\n".encode()}
    assert _copied_s(tmp_path, longer) - _copied_s(tmp_path, files) == pytest.approx(1024 / 48_000)


def _copied_s(folder: Path, files: Mapping[str, bytes]) -> float:
    """How long the copy is that a new preparer publishes."""
    setup = PreparerSetup(folder)
    setup.copying(files)
    setup.prepare(of=source())
    report = SOURCE_REPORT.load(setup.uploads.read(keys.source_report(VIDEO_ID)) or b"")
    return sum(segment.duration_s for segment in report.segments)


@pytest.mark.parametrize("listed", [None, "#tb 0: 1/48000\n"])
def test_an_audio_stream_without_packets_is_passed_over(setup: PreparerSetup, listed: str | None) -> None:
    setup.encoder.failure = MediaRejected("undecodable", "nothing to write")
    if listed:
        (setup.folder / "audio-packets.txt").write_text(listed)
    assert setup.prepare().source.audio is None
    assert setup.uploads.order == [PREPARED, CHUNKS]
    assert setup.notes == ["silent: the audio stream is empty"]


@pytest.mark.parametrize("etag", ["other"])
def test_a_file_that_was_replaced_after_the_probe_is_refused(setup: PreparerSetup, etag: str) -> None:
    with pytest.raises(MediaRejected, match="upload_replaced"):
        setup.prepare(plan(etag=etag))
    assert setup.encoder.commands == []


@pytest.mark.parametrize("of", [source(), OTHER], ids=["a standard source", "another"])
def test_a_file_that_is_replaced_while_it_is_read_is_refused(
    setup: PreparerSetup, monkeypatch: pytest.MonkeyPatch, of: Source
) -> None:
    if of != OTHER:
        setup.copying(copied_source.files(gops=15))
    run = FakeEncoder.run

    def replacing(
        self: FakeEncoder, command: Sequence[str], *, timeout_s: float
    ) -> Generator[Progress, None, None]:
        yield from run(self, command, timeout_s=timeout_s)
        setup.uploads.put(keys.upload(VIDEO_ID), b"another", content_type="x/y")

    monkeypatch.setattr(FakeEncoder, "run", replacing)
    with pytest.raises(MediaRejected, match="upload_replaced"):
        setup.prepare(of=of)
    assert setup.media.order == []
    assert setup.uploads.read(PREPARED) is None


def test_a_standard_source_is_ready_with_its_own_stream_before_anything_is_encoded(
    setup: PreparerSetup,
) -> None:
    setup.copying(copied_source.files(gops=15))
    prepared = setup.prepare(of=source())
    video = setup.videos.videos[VIDEO_ID]
    assert (video.state, video.ladder) == (State.READY, LadderState.ENCODING)
    [rendition] = video.renditions
    assert (rendition.name, rendition.codecs) == ("720p", "avc1.4d401f,mp4a.40.2")
    assert setup.media.order[-4:] == [
        keys.rendition(VIDEO_ID, "720p"),
        keys.i_frames(VIDEO_ID, "720p"),
        keys.master(VIDEO_ID),
        keys.manifest(VIDEO_ID),
    ]
    assert len(setup.encoder.commands) == 2  # the copy, and its stills, of which this encoder makes none
    assert setup.left_out == []
    assert (prepared.keeps_source, prepared.cuts) == (True, (100, 200, 300, 400, 500, 600, 700))
    assert [rung.name for rung in prepared.rungs] == ["540p", "360p", "240p"]
    assert setup.uploads.read(keys.audio(VIDEO_ID)) == b"audio"
    stored = setup.uploads.read(keys.source_report(VIDEO_ID)) or b""
    assert SOURCE_REPORT.load(stored).rendition == rendition


def test_a_copys_segments_are_the_bytes_of_its_gops(setup: PreparerSetup) -> None:
    files = copied_source.files(gops=15)
    setup.copying(files)
    setup.prepare(of=source())
    found = setup.media.read(keys.segment(VIDEO_ID, keys.segment_id(TOKEN, "720p", None, 1)))
    assert found == files["source-00002.ts"] + files["source-00003.ts"]


def test_a_copy_that_the_rungs_cannot_follow_is_published_and_replaced_later(setup: PreparerSetup) -> None:
    setup.copying(copied_source.files(gops=15, skip=[70]))
    prepared = setup.prepare(of=source())
    assert setup.state is State.READY
    assert not prepared.keeps_source
    assert [rung.name for rung in prepared.rungs] == ["720p", "540p", "360p", "240p"]
    assert "equally far apart" in setup.notes[0]


@pytest.mark.parametrize("target_lufs", [None, -23])
def test_a_copy_is_replaced_where_its_audio_is_not_that_of_the_rungs(
    setup: PreparerSetup, target_lufs: int | None
) -> None:
    setup.copying(copied_source.files(gops=15) | AUDIO_FILES)
    of = source() if target_lufs else source(audio=replace(AUDIO_STREAM, channels=6))
    prepared = setup.prepare(of=of, target_lufs=target_lufs)
    assert setup.state is State.READY
    assert setup.notes == ["published, to be replaced: its audio is not that of the other rungs"]
    assert setup.videos.videos[VIDEO_ID].loudness is None
    assert not prepared.keeps_source
    assert prepared.loudness == Loudness(-23.0, 7.0, -6.0)
    assert any("loudnorm" in word for word in setup.encoder.commands[-1]) == bool(target_lufs)


def test_a_copy_that_would_be_the_only_rung_is_replaced_too(setup: PreparerSetup) -> None:
    setup.copying(copied_source.files(gops=15))
    prepared = setup.prepare(of=source(width=176, height=144))
    assert setup.state is State.READY
    assert [rung.name for rung in prepared.rungs] == ["144p"]


@pytest.mark.parametrize(
    "files",
    [
        copied_source.files(gops=15, first_slice=copied_source.NOT_IDR),
        copied_source.files(gops=15, gop_s=6.5),
    ],
)
def test_a_copy_with_a_defect_is_not_published(setup: PreparerSetup, files: dict[str, bytes]) -> None:
    setup.copying(files)
    prepared = setup.prepare(of=source())
    assert setup.state is State.PROCESSING
    assert setup.media.order == []
    assert len(prepared.rungs) == 4
    assert setup.notes[0].startswith("not standard: ")


def test_a_copy_is_given_up_when_a_defect_is_found(setup: PreparerSetup) -> None:
    encoder = _Growing(files=copied_source.files(gops=2, gop_s=8.0), frames=(100, 400, 800))
    setup.encoder = encoder
    setup.prepare(of=source())
    assert encoder.reported == [100]
    assert setup.notes == ["not standard: keyframes are 8.0 s apart or more"]


def test_a_copy_is_looked_at_while_it_grows_and_published_when_it_is_whole(setup: PreparerSetup) -> None:
    # In an hour a rate may run away from the clock; only what came since the last keyframe counts.
    setup.encoder = _Growing(files=copied_source.files(gops=15), frames=(9_000, 9_050))
    prepared = setup.prepare(of=source())
    assert setup.state is State.READY
    assert prepared.cuts == (100, 200, 300, 400, 500, 600, 700)


def test_a_source_that_cannot_be_copied_is_encoded(setup: PreparerSetup) -> None:
    failure: ReelwayError = MediaRejected("undecodable", "invalid NAL unit")
    setup.encoder = _Failing(files={"audio.m4a": b"aac"}, failure=failure)
    setup.prepare(of=source())
    assert setup.state is State.PROCESSING
    assert setup.uploads.order == [PREPARED, CHUNKS]


def test_a_video_is_not_ready_before_its_playlists_are_stored(setup: PreparerSetup) -> None:
    setup.copying(copied_source.files(gops=15))
    setup.media.refuses = True
    with pytest.raises(StorageFailed):
        setup.prepare(of=source())
    assert setup.state is State.PROCESSING


def test_preparing_again_does_the_same(setup: PreparerSetup) -> None:
    setup.copying(copied_source.files(gops=15))
    first, objects = setup.prepare(of=source()), dict(setup.media.objects)
    assert setup.prepare(of=source()) == first
    assert setup.media.objects == objects


def test_one_that_prepares_late_takes_no_rendition_off_the_playlists(setup: PreparerSetup) -> None:
    setup.copying(copied_source.files(gops=15))
    setup.prepare(of=source())
    for name in ("master", "manifest"):
        setup.media.put(f"stream/{VIDEO_ID}/{name}", b"of all renditions", content_type="x/y")

    setup.prepare(of=source())
    assert setup.media.read(keys.master(VIDEO_ID)) == b"of all renditions"
    assert setup.media.read(keys.manifest(VIDEO_ID)) == b"of all renditions"


@pytest.mark.parametrize("growing", [False, True])
def test_nothing_is_published_of_a_copy_that_the_disk_had_no_room_for(
    setup: PreparerSetup, monkeypatch: pytest.MonkeyPatch, growing: bool
) -> None:
    files = copied_source.files(
        gops=15, first_slice=copied_source.NOT_IDR
    )  # as what was not written seems to be
    setup.encoder = _Growing(files=files, frames=(100,)) if growing else FakeEncoder(files=files)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=4096))
    with pytest.raises(ProcessingInterrupted, match="disk_full"):
        setup.prepare(of=source())
    assert setup.state is State.PROCESSING
    assert setup.media.order == []
