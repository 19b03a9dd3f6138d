"""Which playback tokens of a video are void, as the distribution's function reads it at each request.

An entry `deny:{videoId}` has the Unix time until which tokens were issued that are void. It is made of the
video's record, whatever the message said: messages may come twice, late, and in any order. `swept` has the
time at which entries were last looked through for those that are not needed any more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from reelway.playback_tokens import MAX_LIFE_S
from reelway.ports.deleted import DeletedVideos
from reelway.ports.recalls import EdgeValues
from reelway.ports.videos import Videos

_PREFIX, _SWEPT = "deny:", "swept"
_SWEPT_EVERY_S = 86_400


@dataclass(frozen=True, slots=True)
class Recalling:
    videos: Videos
    deleted: DeletedVideos
    values: EdgeValues

    def see_to(self, video_ids: Sequence[str], *, now: int) -> Mapping[str, str]:
        """Have tokens refused as the records say; returns the entries that were put."""
        until = {_PREFIX + video_id: self._void_until(video_id) for video_id in video_ids}
        puts = {name: str(time) for name, time in until.items() if _is_needed(time, now)}
        removed = [name for name in until if name not in puts]
        is_due = now - int(self.values.get(_SWEPT) or 0) >= _SWEPT_EVERY_S
        self.values.change(puts | ({_SWEPT: str(now)} if is_due else {}), removed)
        if is_due:
            self._sweep(now)
        return puts

    def _sweep(self, now: int) -> None:
        """Remove the entries that refuse no token that would be valid without them.

        The store grows by messages alone, so that whoever takes one sees to it.
        """
        denied = {name: time for name, time in self.values.all().items() if name.startswith(_PREFIX)}
        self.values.change({}, [name for name, time in denied.items() if not _is_needed(int(time), now)])

    def _void_until(self, video_id: str) -> int:
        """0 for a video whose tokens are valid.

        Of a deleted one also those are void that are issued later, by whoever has the key: for as long as the
        last of the others would have been valid.
        """
        deleted = self.deleted.find(video_id)
        if deleted:
            return int(datetime.fromisoformat(deleted.deleted_at).timestamp()) + MAX_LIFE_S
        video = self.videos.find(video_id)
        return (video and video.recalled_at) or 0


def _is_needed(void_until: int, now: int) -> bool:
    return void_until + MAX_LIFE_S > now
