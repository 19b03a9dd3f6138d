"""The path of the status stream, which is a WebSocket's, where a client asks it for a plain answer."""

from typing import NoReturn

from reelway.caller import Caller
from reelway.errors import bad_request
from reelway.lookup import known_video
from reelway.ports.videos import Known


def refuse_upgrade(video_id: str, videos: Known, caller: Caller) -> NoReturn:
    """Raises RequestRefused 404 for an unknown or deleted video, else 400."""
    known_video(video_id, videos, caller)
    raise bad_request(
        "upgrade_required",
        "This path speaks WebSocket only: send a GET with 'Connection: Upgrade' and 'Upgrade: websocket'.",
    )
