"""Makers of damaged files: videos that were truncated, or in which bytes were inverted."""

from tests.encoding.hostile_files import Maker, MakerTools
from tests.support.media import corpus


def _cut(name: str, per_cent: int, *options: str) -> Maker:
    """The first `per_cent` % of a file; with `options` it is first copied into another container."""

    def make(tools: MakerTools) -> bytes:
        content = _copied(tools, name, *options) if options else corpus.file(name).read_bytes()
        return content[: len(content) * per_cent // 100]

    return make


def _copied(tools: MakerTools, name: str, *options: str) -> bytes:
    return tools.make("-i", corpus.file(name), "-c", "copy", *options[:-1], to=options[-1])


def _corrupted(name: str, start: int, end: int | None, step: int) -> Maker:
    """Every `step`-th byte from `start` to `end` (None: the end of the file) is inverted."""

    def make(tools: MakerTools) -> bytes:
        content = bytearray(corpus.file(name).read_bytes())
        for position in range(start, end or len(content), step):
            content[position] ^= 0xFF
        return bytes(content)

    return make


_FRONT = ("-movflags", "+faststart", "mp4")
TRUNCATED: dict[str, Maker] = {
    **{f"{n} % of an mp4 with its header in front": _cut("bikes.mp4", n, *_FRONT) for n in (5, 40, 60, 90)},
    **{f"{n} % of an mp4 with its header at the end": _cut("bikes.mp4", n, "mp4") for n in (5, 60, 99)},
    "60 % of an mkv": _cut("bikes.mp4", 60, "mkv"),
    "60 % of an avi": _cut("bikes.mp4", 60, "avi"),
    "60 % of an flv": _cut("demo.flv", 60),
    "60 % of a webm": _cut("demo.webm", 60),
    "the first kilobyte of an mp4": lambda tools: _cut("bikes.mp4", 100, *_FRONT)(tools)[:1000],
}
# The truncated transport stream is here because its container declares no length that could be missed.
CORRUPTED: dict[str, Maker] = {
    "60 % of a ts": _cut("bikes.mp4", 60, "ts"),
    "an mp4 with a corrupted header": _corrupted("bikes.mp4", 0, 4000, 7),
    "an mp4 with a corrupted index": _corrupted("bikes.mp4", 505_000, None, 11),
    "an mp4 with corrupted frames": _corrupted("bikes.mp4", 20_000, 400_000, 97),
    "an mp4 with heavily corrupted frames": _corrupted("bikes.mp4", 5_000, 480_000, 3),
    "a webm with corrupted frames": _corrupted("demo.webm", 5_000, None, 501),
    "an flv with corrupted frames": _corrupted("demo.flv", 5_000, None, 501),
    "a vob with corrupted frames": _corrupted("demo.vob", 5_000, None, 501),
}
