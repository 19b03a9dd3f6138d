"""Upload grants: a backend lets a browser or a phone upload one video, once, no larger than it says."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from reelway import naming, tokens
from reelway.caller import Caller
from reelway.details import Details
from reelway.errors import AnswerCode, bad_request
from reelway.ports.pending import PendingUploads
from reelway.tokens import TokenKey
from reelway.video import Playback, new_video_id

MIN_LIFE_S, MAX_LIFE_S, _USUAL_LIFE_S = 60, 6 * 3600, 3600
# The row outlives the grant, which is taken for a while by who has seen it before.
_KEPT_ON = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Granting:
    """What a grant allows stands in the row of the pending upload; the grant itself only names the video.

    `key()` is the key that signs; files of `max_bytes` and `max_duration_s` are taken at most. `playback` is
    who may play the video where that is not said.
    """

    pending: PendingUploads
    key: Callable[[], TokenKey]
    max_bytes: int
    max_duration_s: int
    playback: Playback = Playback.PUBLIC
    now_s: Callable[[], float] = time.time

    def grant(self, asked: Mapping[str, Any], caller: Caller) -> dict[str, str]:
        """Raises RequestRefused 400, which names the field; null is as not given."""
        life_s = _number(asked, "expiresIn", "bad_expires_in", MIN_LIFE_S, MAX_LIFE_S) or _USUAL_LIFE_S
        now_s = int(self.now_s())
        expires = datetime.fromtimestamp(now_s + life_s, UTC).isoformat().replace("+00:00", "Z")
        details = Details(
            caller.owner,
            max_bytes=_number(asked, "maxBytes", "bad_max_bytes", 1, self.max_bytes),
            max_duration_s=_number(asked, "maxDurationSeconds", "bad_max_duration", 1, self.max_duration_s),
            granted_until=expires,
            **{"playback": self.playback, **naming.stated(asked)},
        )
        video_id, key = new_video_id(), self.key()
        self.pending.expect(video_id, within=timedelta(seconds=life_s) + _KEPT_ON, details=details)
        grant = tokens.upload_grant(video_id, caller.owner, key, now_s=now_s, lasts_s=life_s)
        return {"videoId": video_id, "grant": grant, "expires": expires}


def _number(asked: Mapping[str, Any], name: str, code: AnswerCode, least: int, most: int) -> int | None:
    value = asked.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise bad_request(code, f"{name} is a whole number from {least} to {most}.")
    return value
