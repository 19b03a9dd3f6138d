"""A video encoded in chunks equals the same video encoded in one pass, packet by packet.

The tests' own transport stream reader reads the segments, m3u8 reads the playlists, and ffmpeg plays both.
"""

from collections.abc import Iterator, Mapping, Sequence
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

WHOLE_S = 1000  # a chunk length above that of every clip: one pass
# SSIM around joints, as measured: 0.980 or more for two encodings of one frame, 0.966 or less for neighbours.
MIN_SAME_FRAME_SSIM = 0.973
# The encoder of a chunk does not see the chunks beside it, which costs up to 0.0084 SSIM around a joint, as
# measured. A frame that is off by one costs three times as much.
MAX_LOSS = 0.012
AROUND_A_JOINT = 3  # frames that are compared on each side of a joint
VALUES_AROUND_A_JOINT = 8192  # samples of two channels: four AAC frames on each side
# Of the coding noise around a joint to that of a single pass, 2.8 at most as measured: the encoder has spent
# its bits differently before. Missing samples would add a hundred times as much.
MAX_NOISE_RATIO = 4
MAX_LIGHT_AUDIO_BPS = 70_000  # of 64 kbit/s on average; the encoder borrows some from what comes later


@dataclass(frozen=True, slots=True)
class Case:
    """A clip that becomes `chunks` chunks of at most `chunk_s`; `rate` and `size` as ffmpeg writes them."""

    chunks: int
    duration_s: float
    chunk_s: int = 4
    rate: str = "25"
    size: str = "640:360"
    audio: tuple[str, ...] = tuple(clips.AUDIO_TO_COPY)
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
    # Above 30 fps, rungs below 720p have every second frame, except for the top rung.
    Case(2, 8.32, rate="60000/1001", size="720:720", audio=tuple(clips.AUDIO_TO_ENCODE), container="mkv"),
    Case(2, 8.32, rate="50", size="854:480"),
    Case(3, 12.32, rate="30000/1001", audio=tuple(clips.OPUS), container="mkv"),
    Case(3, 12.32, rate="24", has_b_frames=False),
)


@dataclass(frozen=True, slots=True)
class Encoded:
    """A processed clip: what was published, and the transport streams in it by rendition."""

    outcome: Outcome
    published: Published
    streams: Mapping[str, list[TransportStream]]

    @classmethod
    def of(cls, outcome: Outcome) -> "Encoded":
        assert outcome.failure is None
        published = outcome.published()
        segments = {name: published.segments[f"manifest?rendition={name}"] for name in outcome.renditions}
        read = {name: transport_stream.read_all(parts.values()) for name, parts in segments.items()}
        return cls(outcome, published, read)

    def joined(self, rendition: str) -> TransportStream:
        return transport_stream.joined(self.streams[rendition])


@dataclass(frozen=True, slots=True)
class Joined:
    """A clip encoded in chunks, and the same clip encoded in one pass."""

    case: Case
    source: Path
    chunked: Encoded
    single: Encoded

    @property
    def names(self) -> tuple[str, ...]:
        return self.chunked.outcome.renditions

    @property
    def starts(self) -> list[int]:
        """The frame at which each chunk but the first begins."""
        assert self.chunked.outcome.plan
        return [chunk.start_frame or 0 for chunk in self.chunked.outcome.plan.chunks[1:]]

    def step(self, name: str) -> int:
        """How many frames of the source there are for each frame of the rendition; 1 for a passthrough."""
        assert self.chunked.outcome.plan
        steps = {rung.name: rung.frame_step for rung in self.chunked.outcome.plan.rungs}
        return steps.get(name, 1)

    def frame_ticks(self, name: str) -> Fraction:
        return TICKS_PER_S * self.step(name) / Fraction(self.case.rate)


class Passes:
    """Makes and processes each clip once per chunk length."""

    def __init__(self, player: Player, folder: Path) -> None:
        self._player, self._folder = player, folder
        self._encoded: dict[tuple[str, int], Encoded] = {}

    def source(self, case: Case) -> Path:
        path = self._folder / case.file_name
        if not path.exists():
            clips.moving(
                self._player.ffmpeg, path, duration_s=case.duration_s, rate=case.rate, size=case.size,
                audio=list(case.audio), has_b_frames=case.has_b_frames,
            )  # fmt: skip
        return path

    def encoded(self, case: Case, chunk_s: int) -> Encoded:
        key = case.file_name, chunk_s
        if key not in self._encoded:
            folder = self._folder / f"{case.file_name}-in-{chunk_s}"
            self._encoded[key] = Encoded.of(process(self.source(case), folder, chunk_s=chunk_s))
        return self._encoded[key]


@pytest.fixture(scope="module")
def on_path(player: Player) -> Iterator[None]:
    """The fixture `programs` with the scope of a module."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(player.folder))
        yield


@pytest.fixture(scope="module")
def passes(player: Player, on_path: None, tmp_path_factory: pytest.TempPathFactory) -> Passes:
    return Passes(player, tmp_path_factory.mktemp("joints"))


@pytest.fixture(scope="module", params=CASES, ids=str)
def joined(request: pytest.FixtureRequest, passes: Passes) -> Joined:
    case: Case = request.param
    return Joined(
        case, passes.source(case), passes.encoded(case, case.chunk_s), passes.encoded(case, WHOLE_S)
    )


def test_no_chunk_begins_at_a_keyframe_of_the_source(joined: Joined, player: Player) -> None:
    assert joined.single.outcome.plan
    assert len(joined.single.outcome.plan.chunks) == 1
    assert len(joined.starts) == joined.case.chunks - 1
    assert not set(joined.starts) & player.keyframes(str(joined.source))


def test_no_frame_is_lost_or_duplicated(joined: Joined, player: Player) -> None:
    frames = player.frame_count(str(joined.source))

    for name in joined.names:
        chunked, single = joined.chunked.joined(name), joined.single.joined(name)
        assert len(chunked.video_frames) == len(single.video_frames) == -(-frames // joined.step(name))
        assert len(chunked.audio_frames) == len(single.audio_frames) > 0


def test_every_video_frame_comes_one_frame_duration_after_the_one_before(joined: Joined) -> None:
    for name in joined.names:
        stream, frame = joined.chunked.joined(name), joined.frame_ticks(name)
        for gaps in (stream.pts_gaps, stream.dts_gaps):
            assert all(abs(gap - frame) < 1 for gap in gaps), gaps


def test_every_audio_frame_comes_1024_samples_after_the_one_before(joined: Joined) -> None:
    for name in joined.names:
        stream = joined.chunked.joined(name)
        samples = stream.audio_frames[0].ticks
        assert all(abs(gap - samples) <= 1 for gap in stream.audio_gaps), stream.audio_gaps


def test_video_and_audio_timestamps_are_those_of_a_single_pass(joined: Joined) -> None:
    for name in joined.names:
        chunked, single = joined.chunked.joined(name), joined.single.joined(name)
        assert chunked.frame_times == single.frame_times
        assert [frame.dts for frame in chunked.video_frames] == [frame.dts for frame in single.video_frames]
        apart = (abs(a.pts - b.pts) for a, b in zip(chunked.audio_frames, single.audio_frames, strict=True))
        assert max(apart) <= 1


def test_no_packet_is_missing_or_duplicated_across_segments(joined: Joined) -> None:
    for name in joined.names:
        assert joined.chunked.joined(name).errors == ()


def test_the_rung_whose_audio_is_encoded_again_has_the_audio_frames_of_the_others_in_every_segment(
    joined: Joined, player: Player
) -> None:
    *others, lightest = joined.names
    light = joined.chunked.streams[lightest]
    for name in others:
        for copied, encoded in zip(joined.chunked.streams[name], light, strict=True):
            pairs = zip(copied.audio_frames, encoded.audio_frames, strict=True)
            assert all(abs(a.pts - b.pts) <= 1 for a, b in pairs)

    urls = [str(joined.chunked.outcome.playlist(name)) for name in (others[0], lightest)]
    assert player.audio_bps(urls[1]) < min(MAX_LIGHT_AUDIO_BPS, player.audio_bps(urls[0]))


def test_audio_that_is_encoded_again_is_as_good_around_joints_as_in_a_single_pass(
    joined: Joined, player: Player
) -> None:
    first, *_, lightest = joined.names
    copied = player.samples(str(joined.single.outcome.playlist(first)))
    chunked, single = (
        player.samples(str(encoded.outcome.playlist(lightest))) for encoded in (joined.chunked, joined.single)
    )

    assert len(chunked) == len(single) == len(copied)
    worst = _max_difference(single, copied)
    values_per_s = len(copied) / joined.case.duration_s
    for start in joined.starts:
        middle = round(float(start / Fraction(joined.case.rate)) * values_per_s)
        around = slice(middle - VALUES_AROUND_A_JOINT, middle + VALUES_AROUND_A_JOINT)
        noise, usual = (_noise(encoded[around], copied[around]) for encoded in (chunked, single))
        assert noise < MAX_NOISE_RATIO * usual, start
        assert _max_difference(chunked[around], copied[around]) <= worst, "a click"


def _max_difference(samples: Sequence[float], others: Sequence[float]) -> float:
    return max(abs(a - b) for a, b in zip(samples, others, strict=True))


def _noise(samples: Sequence[float], others: Sequence[float]) -> float:
    """The power of the difference."""
    return sum((a - b) ** 2 for a, b in zip(samples, others, strict=True)) / len(samples)


def test_every_segment_of_every_rendition_begins_with_an_idr_picture_at_the_same_tick(joined: Joined) -> None:
    streams = joined.chunked.streams.values()
    firsts = [[stream.video_frames[0] for stream in rendition] for rendition in streams]

    assert all(frame.is_idr and frame.is_random_access for row in firsts for frame in row)
    assert len({tuple(frame.pts for frame in row) for row in firsts}) == 1


def test_the_published_video_breaks_no_rule(joined: Joined) -> None:
    assert playlist_rules.violations(joined.chunked.published) == []
    assert playlist_rules.violations(joined.single.published) == []


def test_m3u8_reads_the_same_out_of_the_playlists(joined: Joined) -> None:
    published = joined.chunked.published
    master = m3u8.loads(published.master)
    declared = {variant.uri: variant for variant in multivariant.variants(published.master)}

    assert master.is_variant
    assert [playlist.uri for playlist in master.playlists] == list(declared)
    assert set(declared) == set(published.playlists)
    assert {entry.uri for entry in master.iframe_playlists} == set(published.i_frames)
    for playlist in master.playlists:
        variant, info = declared[playlist.uri], playlist.stream_info
        assert (info.bandwidth, info.average_bandwidth) == (
            variant.bandwidth_bps,
            variant.average_bandwidth_bps,
        )
        assert info.resolution == (variant.width, variant.height)
        assert info.frame_rate == variant.frame_rate
        assert set(info.codecs.split(",")) == variant.codecs
    for uri, text in published.playlists.items():
        media = m3u8.loads(text)
        max_duration_s = max(segment.duration for segment in media.segments)
        assert (media.playlist_type, media.is_endlist, media.is_independent_segments) == ("vod", True, True)
        assert [segment.uri for segment in media.segments] == list(published.segments[uri])
        assert media.target_duration == int(max_duration_s + 0.5)
        assert not any(segment.discontinuity for segment in media.segments)


def test_ffmpeg_plays_every_frame_without_a_warning(joined: Joined, player: Player) -> None:
    for name in joined.names:
        played = player.frame_count(str(joined.chunked.outcome.playlist(name)))
        assert played == len(joined.single.joined(name).video_frames)


def test_the_frames_at_the_joints_are_those_of_a_single_pass(joined: Joined, player: Player) -> None:
    chunked, single = (
        str(encoded.outcome.playlist(joined.names[0])) for encoded in (joined.chunked, joined.single)
    )
    same = player.ssim_by_frame(chunked, single)
    neighbours = player.ssim_by_frame(single, single, prepared="trim=start_frame=1")

    assert len(same) == len(neighbours) + 1 == len(joined.single.joined(joined.names[0]).video_frames)
    for start in joined.starts:
        around = slice(start - AROUND_A_JOINT, start + AROUND_A_JOINT)
        assert min(same[around]) > MIN_SAME_FRAME_SSIM, start
        assert max(neighbours[around]) < MIN_SAME_FRAME_SSIM, (
            "neighbouring frames of the clip are too alike to be distinguished"
        )


def test_the_frames_at_the_joints_are_as_good_as_in_a_single_pass(joined: Joined, player: Player) -> None:
    name = joined.names[0]
    assert joined.step(name) == 1
    [small] = [v for v in multivariant.variants(joined.single.published.master) if v.uri.endswith(name)]
    scaled = f"scale={small.width}:{small.height}:flags=bicubic"
    chunked, single = (
        player.ssim_by_frame(str(encoded.outcome.playlist(name)), str(joined.source), prepared=scaled)
        for encoded in (joined.chunked, joined.single)
    )

    loss = [before - after for before, after in zip(single, chunked, strict=True)]
    assert len(loss) == len(joined.single.joined(name).video_frames)
    assert max(loss) < MAX_LOSS, loss.index(max(loss))


@pytest.mark.parametrize(
    ("audio", "container", "delay_s"),
    [(clips.AUDIO_TO_COPY, "mp4", 0.0), (clips.AUDIO_TO_ENCODE, "mkv", 0.12), (clips.OPUS, "mkv", -0.12)],
    ids=["copied", "encoded", "ahead"],
)
def test_audio_keeps_its_offset_from_the_video_in_every_chunk(
    player: Player, on_path: None, tmp_path: Path, audio: list[str], container: str, delay_s: float
) -> None:
    source = clips.marked(
        player.ffmpeg, tmp_path / f"marked.{container}", duration_s=24.32, audio_delay_s=delay_s, audio=audio
    )
    outcome = process(source, tmp_path, chunk_s=4)
    assert outcome.plan
    assert len(outcome.plan.chunks) == 6

    before, after = (
        [
            click_s - flash_s
            for click_s, flash_s in zip(player.clicks_s(url), player.flashes_s(url), strict=True)
        ]
        for url in (str(source), str(outcome.playlist(outcome.renditions[0])))
    )

    del before[-1], after[-1]  # the end of the file, which both lists end with
    assert before == pytest.approx([delay_s] * 8, abs=0.01)
    assert after == pytest.approx(before, abs=0.02)


def test_a_slide_with_a_burst_of_motion_breaks_only_the_rule_on_peaks(
    player: Player, on_path: None, tmp_path: Path
) -> None:
    outcome = process(clips.still_with_a_burst(player.ffmpeg, tmp_path / "still.mp4"), tmp_path, chunk_s=12)

    found = playlist_rules.violations(outcome.published())

    # A burst has more than twice the average rate of a slide; BANDWIDTH declares the measured peak.
    assert {sentence.partition(": ")[2].partition(" of ")[0] for sentence in found} == {"The peak"}


def test_the_cases_cover_one_to_eight_chunks() -> None:
    assert {case.chunks for case in CASES} >= set(range(1, 9))
    assert all(later > earlier for earlier, later in pairwise(case.chunks for case in CASES[:8]))
