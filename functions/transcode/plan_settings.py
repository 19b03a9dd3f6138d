"""The plan function's settings in the terms of the domain."""

from collections.abc import Callable

from reelway.adapters.ffmpeg_process import Ffmpeg
from reelway.adapters.job_wiring import JobAccess
from reelway.adapters.settings import PlanSettings
from reelway.admission import Caps
from reelway.plan.chunk_length import Pace
from reelway.ports.admissions import Admissions
from reelway.ports.workflows import Workflows
from reelway.probe.limits import Limits
from transcode.job import vcpus
from transcode.planning import Planner


def planners(
    settings: PlanSettings,
    workflows: Workflows,
    admissions: Admissions,
    send: Callable[..., None],
    log: Callable[..., None],
    log_error: Callable[..., None],
) -> Callable[[JobAccess], Planner]:
    """Makes the planner of a video, which touches nothing of another one's files and record."""
    limits, pace, target_lufs = limits_of(settings), pace_of(settings), target_lufs_of(settings)
    encoder = Ffmpeg(limits=limits)

    def planner_for(job: JobAccess) -> Planner:
        services = (job.uploads, job.videos, encoder, workflows, admissions)
        return Planner(*services, send, log, log_error, limits, pace, target_lufs)

    return planner_for


def limits_of(settings: PlanSettings) -> Limits:
    return Limits(
        duration_s=settings.max_duration_s,
        pixels=settings.max_pixels,
        frame_rate=settings.max_frame_rate,
        frames=settings.max_frames,
        size_bytes=settings.max_upload_bytes,
        streams=settings.max_streams,
    )


def caps_of(settings: PlanSettings) -> Caps:
    return Caps(at_once=settings.minutes_at_once, per_hour=settings.minutes_per_hour)


def target_lufs_of(settings: PlanSettings) -> int | None:
    """The loudness that audio is normalized to, if any."""
    return settings.loudness_target_lufs or None


def pace_of(settings: PlanSettings) -> Pace:
    return Pace(
        target_s=settings.chunk_target_s,
        vcpus=vcpus(settings.encode_memory_mb),
        concurrency=settings.encode_concurrency,
        timeout_s=settings.step_timeout_s,
        chunk_s=settings.chunk_s,
    )
