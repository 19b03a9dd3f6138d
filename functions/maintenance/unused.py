"""Removes segments that no playlist lists, a day after publishing has noted that there may be some.

They are those of a copy that a ladder has replaced, of renditions that were not worth publishing, of a ladder
that failed, and of runs before the last one.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import takewhile

from maintenance.published import published
from reelway import keys
from reelway.ports.storage import Bucket
from reelway.ports.videos import Videos
from reelway.timestamps import utc_now
from reelway.video import LadderState, State, Video

# A player that has read a playlist plays by it to the end: the longest video has four hours.
_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class UnusedMedia:
    """The notes are objects in the uploads bucket; `ago` gives the ISO 8601 time that lies so far back."""

    uploads: Bucket
    media: Bucket
    videos: Videos
    ago: Callable[[timedelta], str] = utc_now

    def due(self) -> Iterator[str]:
        """The keys of notes that are a day old, from the oldest on."""
        first_kept = keys.unused_since(self.ago(_KEPT))
        return takewhile(lambda key: key < first_kept, self.uploads.keys(keys.UNUSED_PREFIX))

    def remove(self, note: str) -> bool:
        """Remove what the video of the note has and does not list, or note it for another day.

        In this order: what is stored is listed first. A run that has stored any of it is still going on, and
        then nothing is removed, or has ended, and its playlists are those that are read.
        """
        video_id = keys.video_of_note(note)
        stored = [key for prefix in keys.playlists_and_segments(video_id) for key in self.media.keys(prefix)]
        video = self.videos.find(video_id)
        if video and self._is_settled(video):
            self._remove_unused(video_id, stored)
        elif video and video.state is State.READY:
            self.uploads.put(
                keys.unused_note(video_id, self.ago(timedelta())), b"", content_type="text/plain"
            )
        self.uploads.delete(note)
        return True

    def _is_settled(self, video: Video) -> bool:
        """READY for a day with what it has. What others have in storage is removed with all the rest."""
        is_complete = video.state is State.READY and video.ladder is not LadderState.ENCODING
        return is_complete and video.updated_at < self.ago(_KEPT)

    def _remove_unused(self, video_id: str, stored: Sequence[str]) -> None:
        """What is stored and no playlist refers to; nothing where somebody has removed a playlist by hand."""
        used = published(video_id, self.media)
        if used:
            self.media.delete_keys([key for key in stored if key not in used.playlists | used.segments])
