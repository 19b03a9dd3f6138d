"""State machine input `{videoId, runId}` → the job area is prepared, and a standard source READY.

The answer gives the state machine the chunks' numbers: `{videoId, runId, isMany, chunks}`. Where there are
many, `chunks` is empty, and a distributed Map reads their list from S3.
"""

from typing import Any

from reelway.adapters import telemetry, wiring
from reelway.adapters.ffmpeg_process import Ffmpeg
from reelway.adapters.settings import PrepareSettings
from reelway.plan.plan import Plan
from transcode.job import MAX_INLINE_CHUNKS, ffmpeg_mb, job_folder, plan_of
from transcode.preparing import Preparer

settings = PrepareSettings.from_environ()
logger = telemetry.logger_for("prepare")
uploads, media = wiring.bucket(settings.uploads_bucket), wiring.bucket(settings.media_bucket)
videos = wiring.videos_table(settings.videos_table, stack=settings.stack_name)
ffmpeg = Ffmpeg(memory_mb=ffmpeg_mb(settings.function_memory_mb), log=logger.warning)


def log(decision: str, reason: str) -> None:
    logger.info(decision, reason=reason)


preparer = Preparer(uploads, media, videos, ffmpeg, settings.step_timeout_s, log)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    video_id = event["videoId"]
    logger.set_correlation_id(video_id)
    with job_folder() as folder:
        plan = preparer.prepare(plan_of(video_id, uploads), folder)
    return {"videoId": video_id, "runId": event.get("runId"), **chunks_of(plan)}


def chunks_of(plan: Plan) -> dict[str, Any]:
    is_many = len(plan.chunks) > MAX_INLINE_CHUNKS
    return {"isMany": is_many, "chunks": [] if is_many else [chunk.index for chunk in plan.chunks]}
