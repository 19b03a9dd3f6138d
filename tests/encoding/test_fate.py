"""What becomes of a file does not depend on how it is cut into chunks."""

import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from reelway.errors import MediaRejected
from reelway.plan.chunks import chunks_of
from reelway.plan.plan import Plan
from reelway.video import Failure, State
from tests.encoding import (
    broken_files,
    damaged_files,
    forbidden_targets,
    hostile_clocks,
    hostile_files,
    hostile_sizes,
)
from tests.encoding.forbidden_targets import ForbiddenTargets
from tests.encoding.hostile_files import Maker, MakerTools
from tests.encoding.sentences import faults_of
from tests.support.media import corpus
from tests.support.readers.hls_player import Player
from tests.support.samples import VIDEO_ID
from tests.support.system.pipeline import Pipeline

pytestmark = pytest.mark.usefixtures("programs")

_COUNTS = (1, 2, 4, 8)
_AT_ONCE = 2
_TABLES = (
    damaged_files.DAMAGED,
    broken_files.TRUNCATED,
    broken_files.CORRUPTED,
    hostile_files.REFERRING_VIDEOS,
    hostile_files.MARKED,
    hostile_sizes.HUGE_FRAMES,
    hostile_sizes.GROWING_FRAMES,
    hostile_sizes.BOMBS,
    hostile_clocks.ENDLESS_GAPS,
    hostile_clocks.STRANGE_CLOCKS,
    hostile_clocks.ABSURD_RATES,
    hostile_clocks.ABSURD_AUDIO,
    hostile_clocks.ABSENT_AUDIO,
)
# Playlists, images, audio and what is no media is refused by its plan, before there are chunks.
# A VOB whose clock is damaged goes on for hours: how long depends on where its reading begins.
_WITHOUT_A_CLOCK = {"a vob with corrupted frames"}
_CASES = [(name, maker) for table in _TABLES for name, maker in table.items() if name not in _WITHOUT_A_CLOCK]
# What those of our own making must come to; the others have their expectations in test_hostile.py.
_EXPECTED = {
    "a webm with false keyframes": "READY",
    "an mp4 that has lost its keyframe flags": "READY",
    "a ts without its first keyframe": "READY",
    "an mkv without its first keyframe": "READY",
    "a ts that starts without an idr": "READY",
    "fifteen frames, one of them damaged": "READY",
    "fifteen frames, three of them damaged": "undecodable",
    "a damaged stretch in the middle": "READY",
    "a long damaged stretch in the middle": "undecodable",
    "damage at the borders of chunks": "READY",
    "damage around the borders of chunks": "undecodable",
    "a damaged beginning": "READY",
    "a damaged end": "READY",
    "a damaged half": "truncated",
    "35 s declared, half a second held, in an mp4": "truncated",
    "35 s declared, half a second held, in an mkv": "truncated",
}


@pytest.fixture(scope="module")
def targets(player: Player, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForbiddenTargets]:
    folder = tmp_path_factory.mktemp("targets")
    video = corpus.derive("bikes.mp4", "-t", "2", "-an", ffmpeg=player.ffmpeg, output=folder / "other.ts")
    with forbidden_targets.serving(video) as targets:
        yield targets


@pytest.mark.parametrize(("name", "maker"), _CASES, ids=[name for name, _ in _CASES])
def test_one_two_four_and_eight_chunks_come_to_the_same_end(
    name: str, maker: Maker, player: Player, targets: ForbiddenTargets, tmp_path: Path
) -> None:
    (tmp_path / "made").mkdir()
    file = maker(MakerTools(player.ffmpeg, tmp_path / "made", targets))

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        fates = list(pool.map(lambda count: _fate(file, tmp_path / str(count), count), _COUNTS))

    assert len({code for code, _ in fates}) == 1, fates
    [code] = {code for code, _ in fates}
    assert code == _EXPECTED.get(name, code)
    assert [fault for _, said in fates for fault in faults_of(said)] == []


def _fate(file: bytes, folder: Path, count: int) -> tuple[str, str]:
    """READY or the failure's code, and its message, of a file that is cut into so many chunks."""
    pipeline = Pipeline(folder)
    planned = pipeline.plan(file)
    if planned:
        try:
            prepared = pipeline.prepare(_in_chunks(planned, count))
            pipeline.encode(prepared)
            pipeline.publish(prepared)
        except MediaRejected as rejection:
            pipeline.videos.fail(VIDEO_ID, Failure(rejection.code, rejection.detail))
    video = pipeline.videos.videos[VIDEO_ID]
    if video.state is State.READY:
        return "READY", ""
    assert video.failure
    return video.failure.code, video.failure.message


def _in_chunks(plan: Plan, count: int) -> Plan:
    """The same plan in `count` chunks of one segment, short as they are."""
    frames = plan.total_frames
    step = plan.grid.cut_step
    ends = {plan.first_frame + frames * n // count // step * step for n in range(1, count)}
    cuts = sorted(ends - {plan.first_frame})
    chunks = chunks_of(
        cuts,
        first_frame=plan.first_frame,
        frames=frames,
        chunk_frames=max(1, math.ceil(frames / count)),
        end_frame=plan.chunks[-1].end_frame,
    )
    return replace(plan, cuts=tuple(cuts), chunks=chunks, chunk_frames=max(1, math.ceil(frames / count)))
