"""The plan function's settings in the terms of the domain."""

from collections.abc import Callable

from reelway.adapters.settings import PlanSettings
from reelway.admission import Caps
from reelway.plan.chunk_length import Pace
from reelway.ports.admissions import Admissions
from reelway.ports.encoder import Encoder
from reelway.ports.storage import Bucket
from reelway.ports.versions import Versions
from reelway.ports.videos import Videos
from reelway.ports.workflows import Workflows
from reelway.probe.limits import Limits
from transcode.job import vcpus
from transcode.planning import Planner
from transcode.replacements import Replacements


def planners(
    settings: PlanSettings,
    encoder: Encoder,
    workflows: Workflows,
    admissions: Admissions,
    send: Callable[..., None],
    log: Callable[..., None],
    log_error: Callable[..., None],
) -> Callable[[Bucket, Versions, Videos], Planner]:
    """Makes planners; each has the storage and the records of one video, and touches no other's."""
    limits, pace, target_lufs = limits_of(settings), pace_of(settings), target_lufs_of(settings)
    services = (encoder, workflows, admissions, send, log)

    def planner_for(uploads: Bucket, versions: Versions, videos: Videos) -> Planner:
        replacements = Replacements(uploads, versions, log, log_error)
        return Planner(uploads, replacements, videos, *services, limits, pace, target_lufs)

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
