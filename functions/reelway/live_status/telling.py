"""What one socket is told of a video, how far that has got, and when it is the last.

A socket is done when the video is READY or FAILED. One that was opened with `until=complete` is sent READY as
well, and from then on the ladder, until that has ended.
"""

import json

from reelway.ports.connections import Connection
from reelway.video import LadderState, State, Video

# Within one version of a video: READY and the ladder's progress, which is 1 at most, then the ladder's end.
_READY, _LADDER_ENDED = 2.0, 4.0


def message_to(connection: Connection, video: Video) -> str:
    """The API's message, as JSON: videoId, state and timestamp; `progress` and `ladder` only if asked for."""
    message: dict[str, object] = {
        "videoId": video.video_id,
        "state": video.state,
        "timestamp": video.updated_at,
    }
    if connection.wants_progress:
        message["progress"] = video.progress
    if connection.until_complete and video.state is State.READY and video.ladder:
        message["ladder"] = {"state": video.ladder, "progress": video.ladder_progress}
    return json.dumps(message)


def reached(connection: Connection, video: Video) -> float:
    """How far the video is within its version, as far as the socket is told: it is sent more, never less."""
    if not connection.until_complete:
        return video.progress
    if not video.state.is_final:
        return video.progress if connection.wants_progress else 0.0
    if video.ladder is not LadderState.ENCODING:
        return _LADDER_ENDED
    return _READY + (video.ladder_progress if connection.wants_progress else 0.0)


def is_last(connection: Connection, video: Video) -> bool:
    """Whether the socket is closed after this message."""
    return video.is_settled if connection.until_complete else video.state.is_final


def is_concerned(connection: Connection, *, only_progress: bool) -> bool:
    """Whether the socket is told of a change; with `only_progress`, of one that is nothing else."""
    return connection.wants_progress or not only_progress
