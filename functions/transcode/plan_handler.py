"""S3 `ObjectCreated` events of the uploads bucket, out of a queue → planning."""

import os
from typing import Any

from reelway import keys
from reelway.adapters import telemetry, wiring
from reelway.adapters.ffmpeg_process import Ffmpeg
from reelway.probe.limits import Limits
from transcode.job import pace
from transcode.planning import Planner

logger = telemetry.logger_for("plan")
events = wiring.event_queue()
limits = Limits(
    duration_s=int(os.environ["MAX_DURATION_SECONDS"]),
    pixels=int(os.environ["MAX_PIXELS"]),
    frame_rate=int(os.environ["MAX_FRAME_RATE"]),
    frames=int(os.environ["MAX_FRAMES"]),
    size_bytes=int(os.environ["MAX_UPLOAD_BYTES"]),
    streams=int(os.environ["MAX_STREAMS"]),
)
planner = Planner(
    uploads=wiring.uploads_bucket(),
    videos=wiring.videos_table(),
    encoder=Ffmpeg(limits=limits),
    workflows=wiring.workflows(),
    limits=limits,
    pace=pace(),
)


def plan(key: str) -> None:
    video_id = keys.video_of_upload_event(key)
    if video_id is None:
        logger.warning("not an upload of ours", key=key)
        return
    logger.set_correlation_id(video_id)
    failure = planner.accept(video_id)
    if failure:
        logger.warning("rejected", code=failure.code, reason=failure.message)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return events.handle(event, plan, logger.exception)
