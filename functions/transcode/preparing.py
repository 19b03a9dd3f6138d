"""What is done once per file, before its chunks: exact seeking, and the sound."""

import time
from collections.abc import Callable
from pathlib import Path

from reelway import commands, keys
from reelway.plan import Plan
from reelway.ports import Bucket, Encoder


def prepare(
    plan: Plan,
    folder: Path,
    *,
    uploads: Bucket,
    encoder: Encoder,
    timeout_s: float,
    clock_s: Callable[[], float] = time.monotonic,
) -> None:
    """Write the sound, and where the container cannot be sought exactly a remux, to the job area.

    All of it within `timeout_s`. Raises MediaRejected and ProcessingInterrupted.
    """
    upload = commands.uploaded(plan.source, uploads.url(keys.upload(plan.video_id)))
    deadline_s = clock_s() + timeout_s
    if plan.remux_container:
        remuxed = folder / "source"
        _run(encoder, commands.remux(plan.remux_container, upload, remuxed), deadline_s - clock_s())
        uploads.put_file(keys.remuxed_source(plan.video_id), remuxed, content_type="application/octet-stream")
    if plan.source.audio:
        audio = folder / "audio.m4a"
        _run(encoder, commands.audio(plan.source, plan.source.audio, upload, audio), deadline_s - clock_s())
        uploads.put_file(keys.audio(plan.video_id), audio, content_type="audio/mp4")


def _run(encoder: Encoder, command: list[str], timeout_s: float) -> None:
    for _ in encoder.run(command, timeout_s=timeout_s):
        pass
