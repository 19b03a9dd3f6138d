"""A standard source is published by passthrough before anything is encoded; encoded rungs align with it."""

from itertools import pairwise
from pathlib import Path

import pytest

from reelway import keys
from reelway.plan.plan import Plan
from reelway.video import LadderState, State
from tests.support.media import corpus
from tests.support.readers import playlist_rules, transport_stream
from tests.support.readers.hls_player import Player
from tests.support.readers.transport_stream import TransportStream
from tests.support.samples import VIDEO_ID
from tests.support.system.pipeline import Outcome, Pipeline, process

pytestmark = pytest.mark.usefixtures("programs")

URI = "manifest?rendition=720p"
FRAMES = 5 * 132
GOP_FRAMES = 132  # the whole clip is one GOP
TICKS_PER_FRAME = 3600  # 90 kHz at 25 fps
STILLS = (keys.poster(VIDEO_ID), keys.sprite(VIDEO_ID), keys.storyboard(VIDEO_ID))


@pytest.fixture(scope="module")
def standard(player: Player, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """26.4 s of film at 720p with stereo audio. Its GOPs of 5.28 s do not fit segments of 4 s."""
    folder = tmp_path_factory.mktemp("standard")
    clip = corpus.file("bigbuckbunny.mp4")
    (folder / "list").write_text(f"file '{clip}'\nduration 5.28\n" * 5)
    corpus.run(
        player.ffmpeg, "-f", "concat", "-safe", "0", "-i", folder / "list", "-c:v", "copy", "-af",
        "aresample=async=1:first_pts=0", "-ac", "2", "-c:a", "aac", folder / "standard.mp4",
    )  # fmt: skip
    return folder / "standard.mp4"


@pytest.fixture(scope="module")
def kept(player: Player, standard: Path, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The standard source, processed in three chunks, with a passthrough as the top rung."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(player.folder))
        return process(standard, tmp_path_factory.mktemp("kept"), chunk_s=10)


def read(outcome: Outcome, rendition: str) -> list[TransportStream]:
    published = outcome.published().segments[f"manifest?rendition={rendition}"]
    return transport_stream.read_all(published.values())


def test_a_standard_source_is_ready_by_passthrough_before_anything_is_encoded(
    player: Player, standard: Path, tmp_path: Path
) -> None:
    pipeline = Pipeline(tmp_path, chunk_s=10)
    plan = pipeline.plan(standard)
    assert plan
    pipeline.prepare(plan)

    outcome = pipeline.outcome(plan)
    assert (outcome.video.state, outcome.video.ladder) == (State.READY, LadderState.ENCODING)
    assert outcome.renditions == ("720p",)
    assert playlist_rules.violations(outcome.published()) == []
    assert player.frame_hashes(str(outcome.playlist("720p"))) == player.frame_hashes(str(standard))


def test_all_rungs_have_every_frame_and_segments_that_begin_at_the_keyframes_of_the_source(
    kept: Outcome,
) -> None:
    assert kept.plan
    assert kept.plan.keeps_source
    assert len(kept.plan.chunks) == 3
    # 540p would have 86 % of the bits of the source, whose encoder was a better one.
    assert kept.renditions == ("720p", "360p", "240p")
    starts = {}
    for name in kept.renditions:
        streams = read(kept, name)
        whole = transport_stream.joined(streams)
        assert len(whole.video_frames) == FRAMES
        assert set(whole.pts_gaps) == {TICKS_PER_FRAME}
        assert all(stream.video_frames[0].is_idr for stream in streams)
        starts[name] = [min(stream.frame_times) for stream in streams]
    assert [later - before for before, later in pairwise(starts["720p"])] == [
        GOP_FRAMES * TICKS_PER_FRAME
    ] * 4
    assert len(set(map(tuple, starts.values()))) == 1


def test_the_audio_has_the_same_times_in_the_passthrough_and_in_the_encoded_rungs(kept: Outcome) -> None:
    streams = {name: transport_stream.joined(read(kept, name)) for name in kept.renditions}
    times = {name: [round(frame.pts) for frame in whole.audio_frames] for name, whole in streams.items()}
    assert len(set(map(tuple, times.values()))) == 1
    assert len(times["720p"]) > 1200


def test_the_whole_ladder_breaks_no_rule(kept: Outcome) -> None:
    assert playlist_rules.violations(kept.published()) == []


def test_an_encoded_rung_has_an_idr_frame_at_least_every_two_seconds(kept: Outcome) -> None:
    whole = transport_stream.joined(read(kept, "360p"))
    idrs = [frame.pts for frame in whole.video_frames if frame.is_idr]
    assert max(later - before for before, later in pairwise(idrs)) <= 2 * 90_000


def test_a_ladder_that_fails_leaves_the_video_ready_with_the_passthrough(
    standard: Path, tmp_path: Path
) -> None:
    class Vanishing(Pipeline):
        def encode(self, plan: Plan) -> None:
            self.uploads.delete(keys.upload(VIDEO_ID))
            Pipeline.encode(self, plan)

    outcome = Vanishing(tmp_path, chunk_s=10).process(standard)

    assert (outcome.video.state, outcome.video.ladder) == (State.READY, LadderState.FAILED)
    assert outcome.renditions == ("720p",)
    assert outcome.failure
    assert outcome.failure.code == "upload_removed"
    assert playlist_rules.violations(outcome.published()) == []


def test_a_source_with_open_gops_is_encoded(player: Player, tmp_path: Path) -> None:
    opened = corpus.derive(
        "bigbuckbunny.mp4", "-c:v", "libx264", "-preset", "ultrafast", "-bf", "3", "-g", "25", "-x264-params",
        "open-gop=1", "-an", ffmpeg=player.ffmpeg, output=tmp_path / "open.mp4",
    )  # fmt: skip
    outcome = process(opened, tmp_path)

    assert outcome.renditions == ("720p", "540p", "360p", "240p")
    assert any("not closed" in note for note in outcome.notes)


def test_a_source_off_the_frame_grid_is_ready_at_once_and_replaced_by_an_encoded_rung(
    player: Player, tmp_path: Path
) -> None:
    uneven = corpus.derive(
        "bigbuckbunny.mp4", "-c:v", "copy", "-bsf:v", "setts=ts=TS+if(eq(mod(N\\,7)\\,3)\\,100\\,0)", "-an",
        ffmpeg=player.ffmpeg, output=tmp_path / "uneven.mp4",
    )  # fmt: skip
    pipeline = Pipeline(tmp_path)
    plan = pipeline.plan(uneven)
    assert plan
    prepared = pipeline.prepare(plan)

    assert pipeline.outcome(prepared).video.state is State.READY
    assert not prepared.keeps_source
    assert [rung.name for rung in prepared.rungs] == ["720p", "540p", "360p", "240p"]
    before = pipeline.outcome(prepared).published().segments
    pipeline.encode(prepared)
    pipeline.publish(prepared)
    after = pipeline.outcome(prepared)
    assert after.renditions == ("720p", "540p", "360p", "240p")
    assert not set(before[URI]) & set(after.published().segments[URI])
    assert playlist_rules.violations(after.published()) == []


def test_its_poster_and_its_storyboard_are_there_before_anything_is_encoded(
    player: Player, standard: Path, tmp_path: Path
) -> None:
    pipeline = Pipeline(tmp_path, chunk_s=10)
    plan = pipeline.plan(standard)
    assert plan
    plan = pipeline.prepare(plan)

    first = {key: pipeline.media.read(key) or b"" for key in STILLS}
    assert [note for note in pipeline.notes if "stills" in note] == []
    assert player.still_size(first[keys.poster(VIDEO_ID)]) == (1280, 720)
    assert player.still_size(first[keys.sprite(VIDEO_ID)]) == (1600, 180)
    cues = first[keys.storyboard(VIDEO_ID)].decode()
    assert cues.count(" --> ") == 14  # of 26.4 s, two seconds apart

    pipeline.encode(plan)
    pipeline.publish(plan)
    last = {key: pipeline.media.read(key) or b"" for key in STILLS}
    assert last[keys.sprite(VIDEO_ID)] != first[keys.sprite(VIDEO_ID)]
    both = [each[keys.storyboard(VIDEO_ID)].decode().split("\n\n") for each in (first, last)]
    assert both[0][:-2] == both[1][:-2]  # the end of the last tile is that of the longest rendition


def test_a_preparation_that_comes_late_leaves_the_stills_as_they_are(standard: Path, tmp_path: Path) -> None:
    pipeline = Pipeline(tmp_path, chunk_s=10)
    plan = pipeline.plan(standard)
    assert plan
    for key in STILLS:
        pipeline.media.put(key, b"of a later step", content_type="x/y")
    pipeline.prepare(plan)

    assert {pipeline.media.read(key) for key in STILLS} == {b"of a later step"}


def test_the_stills_of_a_single_long_gop_are_all_there(player: Player, tmp_path: Path) -> None:
    pipeline = Pipeline(tmp_path)
    plan = pipeline.plan(corpus.file("bigbuckbunny.mp4"))
    assert plan
    pipeline.prepare(plan)

    assert player.still_size(pipeline.media.read(keys.poster(VIDEO_ID)) or b"") == (1280, 720)
    assert player.still_size(pipeline.media.read(keys.sprite(VIDEO_ID)) or b"") == (1600, 90)
    assert (pipeline.media.read(keys.storyboard(VIDEO_ID)) or b"").count(b" --> ") == 3
