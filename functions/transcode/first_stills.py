"""The stills of a copied source: of keyframes, so that they are there when the video is READY.

The tile of a time is the keyframe at or before it. 105 frames are decoded at most, however long the film is.
What the chunks leave replaces them when the ladder is complete.
"""

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
        posters = list({gop.name: gop for gop in posters}.values())
        joined, rows = folder / "keyframes.ts", stills.rows_of(len(tiles))
        joined.write_bytes(b"".join(_keyframe(folder / gop.name) for gop in [*posters, *tiles]))
        self.run(ffmpeg.keyframe_stills(plan.stills, joined, folder, posters=len(posters), rows=rows))
        shown_s = sum(segment.duration_s for segment in copy.segments)
        cues = stills.storyboard(plan.stills, plan.grid, tiles=len(tiles), duration_s=shown_s)
        self._put_still(keys.poster(plan.video_id), ffmpeg.chunk_poster(folder))
        if self._put_still(keys.sprite(plan.video_id), ffmpeg.sprite_file(folder)):
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


def _at(gops: Sequence[Gop], times_s: Sequence[float]) -> list[Gop]:
    """The GOPs that are shown at these times, which rise."""
    ends_s, index, found = list(accumulate(gop.duration_s for gop in gops)), 0, []
    for time_s in times_s:
        while index < len(gops) - 1 and ends_s[index] <= time_s:
            index += 1
        found.append(gops[index])
    return found


def _keyframe(file: Path) -> bytes:
    gop = file.read_bytes()
    return gop[: second_start(gop)]
