"""Removes segments that no playlist lists, a day after publishing has noted them down."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import takewhile

from reelway import keys
from reelway.hls.unused_segments import UNUSED_SEGMENTS, UnusedRendition
from reelway.ports.storage import Bucket
from reelway.timestamps import utc_now

# A player that has read a playlist plays by it to the end: the longest video has four hours.
_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class UnusedMedia:
    """The notes are objects in the uploads bucket; `ago` gives the ISO 8601 time that lies so far back."""

    uploads: Bucket
    media: Bucket
    ago: Callable[[timedelta], str] = utc_now

    def due(self) -> Iterator[str]:
        """The keys of notes that are a day old, from the oldest on."""
        first_kept = keys.unused_since(self.ago(_KEPT))
        return takewhile(lambda key: key < first_kept, self.uploads.keys(keys.UNUSED_PREFIX))

    def remove(self, key: str) -> bool:
        """Remove what the note names, then the note. Idempotent."""
        note = self.uploads.read(key)
        if note:
            unused = UNUSED_SEGMENTS.load(note)
            for rendition in unused.renditions:
                self._remove(unused.video_id, rendition)
        self.uploads.delete(key)
        return True

    def _remove(self, video_id: str, unused: UnusedRendition) -> None:
        """Nothing that is offered at present, whatever was published since."""
        is_offered = self._has(keys.master(video_id), f"rendition={unused.name}")
        if is_offered and self._has(keys.rendition(video_id, unused.name), unused.segment_ids):
            return
        self.media.delete_all(keys.segment(video_id, unused.segment_ids))
        if not is_offered:
            self.media.delete(keys.rendition(video_id, unused.name))
            self.media.delete(keys.i_frames(video_id, unused.name))

    def _has(self, playlist: str, text: str) -> bool:
        return text.encode() in (self.media.read(playlist) or b"")
