"""Commands to look at, and how to look at them."""

from pathlib import Path

from reelway import ffmpeg
from reelway.ffmpeg import ChunkInputs, Input
from reelway.plan.chunks import Chunk
from reelway.probe.source import Source
from tests.support.samples import AUDIO_STREAM, SOURCE, plan

URL = "https://bucket.example/uploads/1?X-Amz-Signature=secret"
UPLOAD = Input(URL)
AUDIO = Input("https://bucket.example/jobs/1/audio.m4a?X-Amz-Signature=secret")
FOLDER = Path("/job")
FIRST, MIDDLE, LAST = Chunk(0, None, 500), Chunk(1, 500, 1000), Chunk(3, 1000, 1250)


def encode(
    chunk: Chunk = MIDDLE,
    of: Source = SOURCE,
    *,
    video: Input = UPLOAD,
    audio: Input | None = AUDIO,
    threads: int = 2,
    preroll_s: int | None = 2,
) -> list[str]:
    return ffmpeg.encode_chunk(
        plan(of), chunk, ChunkInputs(video, audio), FOLDER, threads=threads, preroll_s=preroll_s
    )


def values(command: list[str], option: str) -> list[str]:
    """Every value that `option` is given in the command."""
    return [command[n + 1] for n, word in enumerate(command) if word == option]


def inputs_of(command: list[str]) -> list[list[str]]:
    """The options in front of each input, since the input before it."""
    ends = [n for n, word in enumerate(command) if word == "-i"]
    return [command[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def graph(command: list[str]) -> str:
    return values(command, "-filter_complex")[0]


ALL = {
    "remux": ffmpeg.remux("mp4", UPLOAD, FOLDER / "source"),
    "audio": ffmpeg.audio(plan(), AUDIO_STREAM, UPLOAD, FOLDER),
    "copy": ffmpeg.copy_source(plan(), UPLOAD, FOLDER),
    "encode": encode(),
}
