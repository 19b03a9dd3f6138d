"""Playback tokens of a video: issued, and recalled."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from reelway.caller import Caller
from reelway.errors import bad_request, unknown_video
from reelway.lookup import known_or_deleted_video
from reelway.playback_tokens import MAX_LIFE_S, Key, signed, tokened
from reelway.ports.recalls import Recalls
from reelway.ports.videos import Videos
from reelway.video import Video

MIN_LIFE_S = 60
# Beyond the video's own length: for pauses, and for who goes back.
_MARGIN_S = 3600
# Of a video whose length is not known yet.
_LONG_S = 6 * 3600
# By the names in the answer.
_PLAYED = {
    "master": "master.m3u8",
    "manifest": "manifest.m3u8",
    "poster": "poster",
    "storyboard": "storyboard",
}


@dataclass(frozen=True, slots=True)
class Sharing:
    """`key` gives the key that signs, `now` Unix time."""

    videos: Videos
    recalls: Recalls
    key: Callable[[], Key]
    now: Callable[[], float] = time.time

    def issue(self, video_id: str, asked: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        """A token and what it opens, as JSON data.

        Raises RequestRefused: 400 `bad_expires_in`, 404 for an unknown video, 410 for a deleted one.
        """
        asked_s = _asked_life_s(asked)
        video = known_or_deleted_video(video_id, self.videos, caller)
        life_s = asked_s or _usual_life_s(video)
        # One that is issued right after a recall is not among those that it voids.
        issued = max(int(self.now()), (video.recalled_at or 0) + 1)
        token = signed(self.key(), video_id, issued=issued, expires=issued + life_s)
        return {
            "videoId": video_id,
            "token": token,
            "expires": datetime.fromtimestamp(issued + life_s, UTC).isoformat().replace("+00:00", "Z"),
            "expiresIn": life_s,
            "urls": {name: tokened(token, f"/stream/{video_id}/{path}") for name, path in _PLAYED.items()},
        }

    def recall(self, video_id: str, caller: Caller) -> None:
        """Void all tokens that were issued until now. Raises RequestRefused as `issue`."""
        known_or_deleted_video(video_id, self.videos, caller)
        if not self.recalls.recall(video_id, at=int(self.now())):
            raise unknown_video(video_id)


def _usual_life_s(video: Video) -> int:
    return min(MAX_LIFE_S, int(video.duration_s) + _MARGIN_S if video.duration_s else _LONG_S)


def _asked_life_s(asked: Mapping[str, Any]) -> int | None:
    """None where the client leaves it to us."""
    life_s = asked.get("expiresIn")
    if life_s is None:
        return None
    if not isinstance(life_s, int) or isinstance(life_s, bool) or not MIN_LIFE_S <= life_s <= MAX_LIFE_S:
        raise bad_request(
            "bad_expires_in", f"expiresIn is a whole number of seconds from {MIN_LIFE_S} to {MAX_LIFE_S}."
        )
    return life_s
