"""Makers of files whose containers are built to keep a parser busy, or to have it recurse."""

import struct

from tests.encoding import boxes
from tests.encoding.hostile_files import H264, Maker, MakerTools


def _nested(kinds: tuple[bytes, ...], depth: int) -> Maker:
    """Boxes of an MP4 in one another; each is as long as what it holds, and its header."""

    def make(tools: MakerTools) -> bytes:
        whole = tools.video(*H264, to="mp4", frames=5)
        file_type = whole[: struct.unpack(">I", whole[:4])[0]]
        return file_type + b"".join(
            struct.pack(">I4s", 8 * (depth - level), kinds[level % len(kinds)]) for level in range(depth)
        )

    return make


def _tags_in_front(tools: MakerTools) -> bytes:
    """A transport stream behind 120,000 empty ID3 tags."""
    return b"ID3\x04\0\0\0\0\0\0" * 120_000 + tools.video(*H264, to="ts")


def _huge_cover(tools: MakerTools) -> bytes:
    """A video whose cover, a PNG of a few bytes, declares 37,000 x 37,000 pixels: 5.5 GB when decoded."""
    video = tools.write(tools.video(*H264, to="mp4"), "mp4")
    cover = tools.write(tools.video(to="png", frames=1), "png")
    mapped = ("-map", "0", "-map", "1", "-c", "copy", "-disposition:v:1", "attached_pic")
    return boxes.png_resized(tools.make("-i", video, "-i", cover, *mapped, to="mp4"), 37_000, 37_000)


BUSY: dict[str, Maker] = {
    "40,000 nested boxes": _nested((b"moov",), 40_000),
    "40,000 nested boxes of two kinds": _nested((b"moov", b"udta"), 40_000),
    "120,000 tags in front of a ts": _tags_in_front,
}
HARMLESS: dict[str, Maker] = {"a cover of 37000x37000": _huge_cover}
