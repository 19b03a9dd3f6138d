"""A video cut into chunks is the video in one pass: every packet counted by a reader of our own.

A second reader, m3u8, reads all playlists, and ffmpeg plays them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import m3u8
import pytest

from tests.encoding import clips
from tests.support.readers import playlist_rules, transport_stream
from tests.support.readers.hls_player import Player
from tests.support.readers.playlist_rules import Published, multivariant
from tests.support.readers.transport_stream import TICKS_PER_S, TransportStream
from tests.support.system.pipeline import Outcome, process

WHOLE_S = 1000
# SSIM around joints: of two encodings of one picture 0.980 and more, of neighbouring pictures 0.966 and less.
SAME_PICTURE = 0.973
# An encoder that starts anew knows neither what came before a joint nor what comes behind it. That cost up to
# 0.0084 in the pictures around it; the picture next to the right one would cost three times as much.
MAX_LOSS = 0.012
AROUND_A_JOINT = 3


@dataclass(frozen=True, slots=True)
class Case:
    """A clip that becomes `chunks` chunks of `chunk_s`; `rate` in ffmpeg's words."""

    chunks: int
    duration_s: float
    chunk_s: int = 4
    rate: str = "25"
    size: str = "640:360"
    sound: tuple[str, ...] = tuple(clips.SOUND_TO_COPY)
    container: str = "mp4"
    has_b_frames: bool = True

    def __str__(self) -> str:
        return f"{self.chunks} at {self.rate} fps"

    @property
    def file_name(self) -> str:
        return f"{self.duration_s}-{self.rate.replace('/', '_')}.{self.container}"


CASES = (
    Case(1, 4.32),
    Case(2, 32.32, chunk_s=16),
    Case(3, 32.32, chunk_s=12),
    Case(4, 32.32, chunk_s=8),
    Case(5, 20.32),
    Case(6, 24.32),
    Case(7, 28.32),
    Case(8, 32.32),
    # Rungs below 720 have half the frames.
    Case(2, 8.32, rate="60000/1001", size="720:720", sound=tuple(clips.SOUND_TO_ENCODE), container="mkv"),
    Case(3, 12.32, rate="30000/1001", sound=tuple(clips.OPUS), container="mkv"),
    Case(3, 12.32, rate="24", has_b_frames=False),
)


@dataclass(frozen=True, slots=True)
class Made:
    """What came of a clip, as published and as read."""

    outcome: Outcome
    published: Published
    streams: Mapping[str, list[TransportStream]]

    @classmethod
    def of(cls, outcome: Outcome) -> "Made":
        assert outcome.failure is None
        published = outcome.published()
        segments = {name: published.segments[f"manifest?rendition={name}"] for name in outcome.renditions}
        read = {name: transport_stream.read_all(parts.values()) for name, parts in segments.items()}
        return cls(outcome, published, read)

    def joined(self, rendition: str) -> TransportStream:
        return transport_stream.joined(self.streams[rendition])


@dataclass(frozen=True, slots=True)
class Joined:
    """A clip in chunks, and in a single pass."""

    case: Case
    source: Path
    chunked: Made
    single: Made

    @property
    def names(self) -> tuple[str, ...]:
        return self.chunked.outcome.renditions

    @property
    def starts(self) -> list[int]:
        """The frames at which all chunks but the first begin."""
        assert self.chunked.outcome.plan
        return [chunk.start_frame or 0 for chunk in self.chunked.outcome.plan.chunks[1:]]

    def step(self, name: str) -> int:
        """Frames of the source for each one of the rendition; all, where that is the source's own stream."""
        assert self.chunked.outcome.plan
        steps = {rung.name: rung.frame_step for rung in self.chunked.outcome.plan.rungs}
        return steps.get(name, 1)

    def frame_ticks(self, name: str) -> Fraction:
        return TICKS_PER_S * self.step(name) / Fraction(self.case.rate)


class Passes:
    """Makes clips and processes them, each once."""

    def __init__(self, player: Player, folder: Path) -> None:
        self._player, self._folder = player, folder
        self._made: dict[tuple[str, int], Made] = {}

    def source(self, case: Case) -> Path:
        path = self._folder / case.file_name
        if not path.exists():
            clips.moving(
                self._player.ffmpeg, path, duration_s=case.duration_s, rate=case.rate, size=case.size,
                sound=list(case.sound), has_b_frames=case.has_b_frames,
            )  # fmt: skip
        return path

    def made(self, case: Case, chunk_s: int) -> Made:
        key = case.file_name, chunk_s
        if key not in self._made:
            folder = self._folder / f"{case.file_name}-in-{chunk_s}"
            self._made[key] = Made.of(process(self.source(case), folder, chunk_s=chunk_s))
        return self._made[key]


@pytest.fixture(scope="module")
def on_path(player: Player) -> Iterator[None]:
    """`programs` for a whole module."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(player.folder))
        yield


@pytest.fixture(scope="module")
def passes(player: Player, on_path: None, tmp_path_factory: pytest.TempPathFactory) -> Passes:
    return Passes(player, tmp_path_factory.mktemp("joints"))


@pytest.fixture(scope="module", params=CASES, ids=str)
def joined(request: pytest.FixtureRequest, passes: Passes) -> Joined:
    case: Case = request.param
    return Joined(case, passes.source(case), passes.made(case, case.chunk_s), passes.made(case, WHOLE_S))


def test_chunks_begin_where_the_source_has_no_keyframe(joined: Joined, player: Player) -> None:
    assert joined.single.outcome.plan
    assert len(joined.single.outcome.plan.chunks) == 1
    assert len(joined.starts) == joined.case.chunks - 1
    assert not set(joined.starts) & player.key_frames(str(joined.source))


def test_no_frame_is_lost_or_doubled(joined: Joined, player: Player) -> None:
    frames = player.frame_count(str(joined.source))

    for name in joined.names:
        chunked, single = joined.chunked.joined(name), joined.single.joined(name)
        assert len(chunked.pictures) == len(single.pictures) == -(-frames // joined.step(name))
        assert len(chunked.sounds) == len(single.sounds) > 0


def test_every_picture_comes_one_frame_after_the_one_before(joined: Joined) -> None:
    for name in joined.names:
        stream, frame = joined.chunked.joined(name), joined.frame_ticks(name)
        for gaps in (stream.pts_gaps, stream.dts_gaps):
            assert all(abs(gap - frame) < 1 for gap in gaps), gaps


def test_every_sound_frame_comes_1024_samples_after_the_one_before(joined: Joined) -> None:
    for name in joined.names:
        stream = joined.chunked.joined(name)
        samples = stream.sounds[0].ticks
        assert all(abs(gap - samples) <= 1 for gap in stream.sound_gaps), stream.sound_gaps


def test_pictures_and_sound_come_when_they_do_in_a_single_pass(joined: Joined) -> None:
    for name in joined.names:
        chunked, single = joined.chunked.joined(name), joined.single.joined(name)
        assert chunked.picture_times == single.picture_times
        assert [picture.dts for picture in chunked.pictures] == [picture.dts for picture in single.pictures]
        apart = (abs(a.pts - b.pts) for a, b in zip(chunked.sounds, single.sounds, strict=True))
        assert max(apart) <= 1


def test_no_packet_is_missing_or_doubled_across_segments(joined: Joined) -> None:
    for name in joined.names:
        assert joined.chunked.joined(name).errors == ()


def test_every_segment_of_every_rendition_begins_with_an_idr_picture_at_the_same_tick(joined: Joined) -> None:
    streams = joined.chunked.streams.values()
    firsts = [[stream.pictures[0] for stream in rendition] for rendition in streams]

    assert all(picture.is_idr and picture.is_random_access for row in firsts for picture in row)
    assert len({tuple(picture.pts for picture in row) for row in firsts}) == 1


def test_the_published_video_breaks_no_rule(joined: Joined) -> None:
    assert playlist_rules.violations(joined.chunked.published) == []
    assert playlist_rules.violations(joined.single.published) == []


def test_a_second_reader_finds_the_same_in_the_playlists(joined: Joined) -> None:
    published = joined.chunked.published
    master = m3u8.loads(published.master)
    told = {variant.uri: variant for variant in multivariant.variants(published.master)}

    assert master.is_variant
    assert [playlist.uri for playlist in master.playlists] == list(published.playlists) == list(told)
    for playlist in master.playlists:
        variant, info = told[playlist.uri], playlist.stream_info
        assert (info.bandwidth, info.average_bandwidth) == (
            variant.bandwidth_bps,
            variant.average_bandwidth_bps,
        )
        assert info.resolution == (variant.width, variant.height)
        assert info.frame_rate == variant.frame_rate
        assert set(info.codecs.split(",")) == variant.codecs
    for uri, text in published.playlists.items():
        media = m3u8.loads(text)
        longest_s = max(segment.duration for segment in media.segments)
        assert (media.playlist_type, media.is_endlist, media.is_independent_segments) == ("vod", True, True)
        assert [segment.uri for segment in media.segments] == list(published.segments[uri])
        assert media.target_duration == int(longest_s + 0.5)
        assert not any(segment.discontinuity for segment in media.segments)


def test_a_player_gets_every_frame_without_a_complaint(joined: Joined, player: Player) -> None:
    for name in joined.names:
        played = player.frame_count(str(joined.chunked.outcome.playlist(name)))
        assert played == len(joined.single.joined(name).pictures)


def test_the_pictures_at_the_joints_are_those_of_a_single_pass(joined: Joined, player: Player) -> None:
    chunked, single = (
        str(made.outcome.playlist(joined.names[0])) for made in (joined.chunked, joined.single)
    )
    same = player.likeness(chunked, single)
    neighbours = player.likeness(single, single, prepared="trim=start_frame=1")

    assert len(same) == len(neighbours) + 1 == len(joined.single.joined(joined.names[0]).pictures)
    for start in joined.starts:
        around = slice(start - AROUND_A_JOINT, start + AROUND_A_JOINT)
        assert min(same[around]) > SAME_PICTURE, start
        assert max(neighbours[around]) < SAME_PICTURE, "the clip is too slow to tell neighbours apart"


def test_the_pictures_at_the_joints_are_as_good_as_in_a_single_pass(joined: Joined, player: Player) -> None:
    name = joined.names[0]
    assert joined.step(name) == 1
    [small] = [v for v in multivariant.variants(joined.single.published.master) if v.uri.endswith(name)]
    scaled = f"scale={small.width}:{small.height}:flags=bicubic"
    chunked, single = (
        player.likeness(str(made.outcome.playlist(name)), str(joined.source), prepared=scaled)
        for made in (joined.chunked, joined.single)
    )

    loss = [before - after for before, after in zip(single, chunked, strict=True)]
    assert len(loss) == len(joined.single.joined(name).pictures)
    assert max(loss) < MAX_LOSS, loss.index(max(loss))


@pytest.mark.parametrize(
    ("sound", "container", "delay_s"),
    [(clips.SOUND_TO_COPY, "mp4", 0.0), (clips.SOUND_TO_ENCODE, "mkv", 0.12), (clips.OPUS, "mkv", -0.12)],
    ids=["copied", "encoded", "ahead"],
)
def test_sound_and_picture_keep_the_sources_distance_in_every_chunk(
    player: Player, on_path: None, tmp_path: Path, sound: list[str], container: str, delay_s: float
) -> None:
    source = clips.marked(
        player.ffmpeg, tmp_path / f"marked.{container}", duration_s=24.32, sound_delay_s=delay_s, sound=sound
    )
    outcome = process(source, tmp_path, chunk_s=4)
    assert outcome.plan
    assert len(outcome.plan.chunks) == 6

    before, after = (
        [heard - seen for heard, seen in zip(player.clicks_s(url), player.flashes_s(url), strict=True)]
        for url in (str(source), str(outcome.playlist(outcome.renditions[0])))
    )

    del before[-1], after[-1]  # the end of the file
    assert before == pytest.approx([delay_s] * 8, abs=0.01)
    assert after == pytest.approx(before, abs=0.02)


def test_a_still_video_with_a_burst_of_motion_breaks_no_rule_but_that_on_peaks(
    player: Player, on_path: None, tmp_path: Path
) -> None:
    outcome = process(clips.still_with_a_burst(player.ffmpeg, tmp_path / "still.mp4"), tmp_path, chunk_s=12)

    found = playlist_rules.violations(outcome.published())

    # What is never shown cannot be padded into an average; the playlist tells the peak as it is.
    assert {sentence.partition(": ")[2].partition(" of ")[0] for sentence in found} == {"The peak"}


def test_all_numbers_of_chunks_are_tried() -> None:
    assert {case.chunks for case in CASES} >= set(range(1, 9))
    assert all(later > earlier for earlier, later in pairwise(case.chunks for case in CASES[:8]))
