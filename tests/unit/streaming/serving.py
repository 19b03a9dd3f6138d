"""The streaming function's handler, and what tests store beside it."""

import base64
from typing import Any

from reelway import keys
from reelway.video import LadderState
from tests.support import samples
from tests.support.samples import RENDITION, RUN_ID, VIDEO_ID

SEGMENT = bytes(range(256)) * 4
PLAYLIST = b"#EXTM3U\n#EXT-X-ENDLIST\n"
PLAYLIST_KEYS = (
    keys.manifest(VIDEO_ID),
    keys.master(VIDEO_ID),
    keys.rendition(VIDEO_ID, "480p"),
    keys.i_frames(VIDEO_ID, "480p"),
)
CUES = b"WEBVTT\n"


def with_one_video(handler: Any) -> Any:
    """The handler beside one READY video with a manifest and the sample events' segment."""
    path = samples.event("rest-stream-segment-range")["path"]
    handler.media.put(
        path.removeprefix("/"), SEGMENT, content_type="video/MP2T", cache_control="public, max-age=31536000"
    )
    for key in PLAYLIST_KEYS:
        handler.media.put(key, PLAYLIST, content_type="application/vnd.apple.mpegurl")
    handler.media.put(keys.storyboard(VIDEO_ID), CUES, content_type="text/vtt", cache_control="max-age=3600")
    handler.media.put(keys.poster(VIDEO_ID), SEGMENT, content_type="image/jpeg", cache_control="max-age=3600")
    handler.videos.create(VIDEO_ID, size_bytes=1)
    handler.videos.finish(VIDEO_ID, run_id=RUN_ID, renditions=[RENDITION], ladder=LadderState.COMPLETE)
    return handler


def ask(handler: Any, name: str, headers: dict[str, str] | None = None, **changes: Any) -> dict[str, Any]:
    answer: dict[str, Any] = handler.lambda_handler(
        samples.event(name) | changes | ({} if headers is None else {"headers": headers}), None
    )
    answer["headers"] = {name: values[0] for name, values in answer["multiValueHeaders"].items()}
    return answer


def body_of(answer: dict[str, Any]) -> bytes:
    return base64.b64decode(answer["body"]) if answer["isBase64Encoded"] else answer["body"].encode()
