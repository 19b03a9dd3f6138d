"""The stills of a copied source: of keyframes, so that they are there when the video is READY.

The tile of a time is the keyframe at or before it. 105 frames are decoded at most, however long the film is.
What the chunks leave replaces them when the ladder is complete.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from reelway import ffmpeg, keys
from reelway.hls.passthrough.gop_segments import Gop
from reelway.plan import stills
from reelway.plan.plan import Plan
from reelway.ports.storage import Bucket
from reelway.transport_stream import second_start
from transcode.passthrough import StreamCopy


@dataclass(frozen=True, slots=True)
class FirstStills:
    """`run` runs a command of ffmpeg."""

    plan: Plan
    media: Bucket
    run: Callable[[list[str]], None]

    def publish(self, copy: StreamCopy) -> None:
        """Put the poster and the storyboard into the media bucket, where no later step has.

        Raises StorageFailed, ProcessingInterrupted and MediaRejected.
        """
        plan, folder = self.plan, copy.folder
        gops = [gop for segment in copy.segments for gop in segment.gops]
        duration_s = sum(gop.duration_s for gop in gops)
        posters, tiles = (
            _at(gops, times_s(plan.stills, plan.grid, duration_s=duration_s))
            for times_s in (stills.poster_times_s, stills.tile_times_s)
        )
        numbers = {index: number for number, index in enumerate(sorted({*posters, *tiles}))}
        joined = folder / "keyframes.ts"
        joined.write_bytes(b"".join(_keyframe(folder / gops[index].name) for index in numbers))
        chosen = sorted({numbers[index] for index in posters})
        self.run(ffmpeg.keyframe_stills(plan.stills, joined, folder, posters=chosen))
        self._put_still(keys.poster(plan.video_id), ffmpeg.chunk_poster(folder))
        self._publish_storyboard(copy, [ffmpeg.keyframe_tile(folder, numbers[index]) for index in tiles])

    def _publish_storyboard(self, copy: StreamCopy, tiles: Sequence[Path]) -> None:
        """A long GOP has several tiles, all of one picture."""
        plan, joined, made = self.plan, copy.folder / "tiles.mjpeg", ffmpeg.sprite_file(copy.folder)
        if not all(tile.exists() for tile in tiles):
            return
        joined.write_bytes(b"".join(tile.read_bytes() for tile in tiles))
        self.run(ffmpeg.sprite(joined, rows=stills.rows_of(len(tiles)), output=made))
        shown_s = sum(segment.duration_s for segment in copy.segments)
        cues = stills.storyboard(plan.stills, plan.grid, tiles=len(tiles), duration_s=shown_s)
        if self._put_still(keys.sprite(plan.video_id), made):
            self._put(keys.storyboard(plan.video_id), cues.encode(), stills.VTT_CONTENT_TYPE)

    def _put_still(self, key: str, made: Path) -> bool:
        """Whether there is such a still: ffmpeg leaves none where it could decode nothing."""
        is_made = made.exists() and made.stat().st_size > 0
        if is_made:
            self._put(key, made.read_bytes(), stills.CONTENT_TYPE)
        return is_made

    def _put(self, key: str, body: bytes, content_type: str) -> None:
        cached = stills.FIRST_CACHE_CONTROL
        self.media.put_if_absent(key, body, content_type=content_type, cache_control=cached)


def _at(gops: Sequence[Gop], times_s: Sequence[float]) -> list[int]:
    """Which GOPs are shown at these times."""
    ends_s = list(accumulate(gop.duration_s for gop in gops))
    return [min(bisect_right(ends_s, time_s), len(gops) - 1) for time_s in times_s]


def _keyframe(file: Path) -> bytes:
    gop = file.read_bytes()
    return gop[: second_start(gop)]
