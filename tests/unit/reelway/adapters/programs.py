"""Shell scripts that stand in for ffmpeg and the probing child."""

from itertools import groupby
from pathlib import Path

from reelway.adapters.ffmpeg_process import Ffmpeg

URL = "https://bucket.example/uploads/1?X-Amz-Signature=secret"
COMMAND = ["ffmpeg", "-i", URL]


class FakePrograms:
    """Shell scripts that stand in for ffmpeg, on PATH, and for the probing child, as `reader`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, script: str) -> None:
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)


def run(timeout_s: int = 20) -> list[int]:
    """The numbers of frames that a run reports, each once."""
    reported = (progress.frames for progress in Ffmpeg().run(COMMAND, timeout_s=timeout_s))
    return [frames for frames, _ in groupby(reported)]
