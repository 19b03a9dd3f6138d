"""Makers of files that were videos once."""

from tests.encoding.hostile_files import Maker, MakerTools
from tests.support.media import corpus


def _cut(name: str, per_cent: int, *options: str) -> Maker:
    """The first `per_cent` of a file; `options` make another container of it before."""

    def make(tools: MakerTools) -> bytes:
        content = _copied(tools, name, *options) if options else corpus.file(name).read_bytes()
        return content[: len(content) * per_cent // 100]

    return make


def _copied(tools: MakerTools, name: str, *options: str) -> bytes:
    return tools.make("-i", corpus.file(name), "-c", "copy", *options[:-1], to=options[-1])


def _rotten(name: str, start: int, end: int | None, step: int) -> Maker:
    """Every `step`-th byte between two places is the opposite of what it was."""

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
# A transport stream does not promise how much there is of it.
ROTTEN: dict[str, Maker] = {
    "60 % of a ts": _cut("bikes.mp4", 60, "ts"),
    "an mp4 with a rotten header": _rotten("bikes.mp4", 0, 4000, 7),
    "an mp4 with a rotten index": _rotten("bikes.mp4", 505_000, None, 11),
    "an mp4 with rotten pictures": _rotten("bikes.mp4", 20_000, 400_000, 97),
    "an mp4 with much rotten pictures": _rotten("bikes.mp4", 5_000, 480_000, 3),
    "a webm with rotten pictures": _rotten("demo.webm", 5_000, None, 501),
    "an flv with rotten pictures": _rotten("demo.flv", 5_000, None, 501),
    "a vob with rotten pictures": _rotten("demo.vob", 5_000, None, 501),
}
