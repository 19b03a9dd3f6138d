"""Makers of small files that demand much memory or time: huge frames, tables, many packets or streams."""

import struct
import zlib
from collections.abc import Callable, Iterator

from tests.encoding import boxes
from tests.encoding.hostile_files import H264, Maker, MakerTools, with_audio

HUGE = (16_000, 16_000)  # 256 megapixels, far above the limit of 8192x4320


# ── Frames that are too large ──────────────────────────────────────────────────────────────────────

Resize = Callable[[bytes, int, int], bytes]
_CODECS: dict[str, tuple[tuple[str, ...], Resize]] = {
    "PNG": (("-c:v", "png"), boxes.png_resized),
    "MJPEG": (("-c:v", "mjpeg", "-pix_fmt", "yuvj420p"), boxes.jpeg_resized),
    "VP9": (
        ("-c:v", "libvpx-vp9", "-pix_fmt", "yuv420p", "-deadline", "realtime", "-cpu-used", "8", "-g", "1"),
        boxes.vp9_resized,
    ),
}


def _hidden(codec: str, ending: str, *, from_frame: int = 0, size: tuple[int, int] = HUGE) -> Maker:
    """The container declares 64x64, the frames from about number `from_frame` of 50 on declare `size`."""
    options, resize = _CODECS[codec]

    def make(tools: MakerTools) -> bytes:
        content = tools.video(*options, to=ending)
        kept = len(content) * from_frame // 50
        return content[:kept] + resize(content[kept:], *size)

    return make


def _h264(tools: MakerTools, size: tuple[int, int] | None = None) -> bytes:
    stream = tools.video(*H264, "-profile:v", "baseline", "-g", "10", "-x264-params", "annexb=1", to="h264")
    return boxes.h264_resized(stream, *size) if size else stream


def _huge_h264(ending: str, size: tuple[int, int] = HUGE) -> Maker:
    return lambda tools: _contained(tools, _h264(tools, size), ending)


def _growing_h264(ending: str, size: tuple[int, int]) -> Maker:
    return lambda tools: _contained(tools, _h264(tools) + _h264(tools, size), ending)


def _contained(tools: MakerTools, stream: bytes, ending: str) -> bytes:
    return tools.make("-r", "25", "-f", "h264", "-i", tools.write(stream, "h264"), "-c", "copy", to=ending)


def _declared_avi(tools: MakerTools) -> bytes:
    """An AVI whose container headers declare HUGE, as its frames do."""
    content = _hidden("MJPEG", "avi")(tools)
    small, claimed = struct.pack("<II", 64, 64), struct.pack("<II", *HUGE)
    return content.replace(small, claimed)


def _honest_png(tools: MakerTools) -> bytes:
    """A valid PNG of HUGE in gray: 250 MB of pixels in 250 kB."""
    width, height = HUGE
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes((1 + width) * 100)) for _ in range(height // 100)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = [
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    ]
    image = tools.write(b"\x89PNG\r\n\x1a\n" + b"".join(chunks), "png")
    return tools.make("-f", "png_pipe", "-framerate", "1", "-i", image, "-c", "copy", to="mov")


def _oblong(tools: MakerTools) -> bytes:
    """A small video with a sample aspect ratio of 1000:1."""
    return tools.video("-vf", "setsar=1000/1", *H264, to="mkv", size="320x240")


HUGE_FRAMES: dict[str, Maker] = {
    **{
        f"{codec} in {ending}": _hidden(codec, ending)
        for codec, endings in (("PNG", "avi mkv mov"), ("MJPEG", "avi mkv mp4"), ("VP9", "mkv mp4 avi"))
        for ending in endings.split()
    },
    **{f"H.264 in {ending}": _huge_h264(ending) for ending in ("mp4", "mkv", "ts", "flv", "avi")},
    "PNG in mov, whole": _honest_png,
    "MJPEG in avi as it declares": _declared_avi,
    "MJPEG of 65500x65500": _hidden("MJPEG", "mkv", size=(65_500, 65_500)),
    "H.264 just above the limit": _huge_h264("mp4", (8192, 4336)),
    "pixels a thousand times as wide as high": _oblong,
}
# The largest accepted size, in a file whose first frames are 64x64.
_GROWN = (8192, 4320)
GROWING_FRAMES: dict[str, Maker] = {
    **{f"{c} in {e}": _hidden(c, e, from_frame=25, size=_GROWN) for c, e in (("PNG", "avi"), ("MJPEG", "avi"),
       ("MJPEG", "mkv"), ("VP9", "mkv"))},
    **{f"H.264 in {ending}": _growing_h264(ending, _GROWN) for ending in ("mp4", "mkv", "ts")},
    "H.264 beyond any limit": _growing_h264("ts", HUGE),
}  # fmt: skip


# ── Bombs ──────────────────────────────────────────────────────────────────────────────────────────


def _compressed_moov(size: int, filler: bytes) -> bytes:
    """A QuickTime header of a few hundred kilobytes that inflates to `size` bytes."""
    packer = zlib.compressobj(9)
    block = filler * (2**20 // len(filler))
    packed = b"".join(packer.compress(block) for _ in range(size // 2**20)) + packer.flush()
    body = boxes.box(b"dcom", b"zlib") + boxes.box(b"cmvd", struct.pack(">I", size), packed)
    return boxes.box(b"ftyp", b"qt  ", bytes(4)) + boxes.box(b"moov", boxes.box(b"cmov", body))


def _counted(kind: bytes, content: bytes) -> Maker:
    """An MP4 with one table that declares more entries than the file has bytes."""
    return lambda tools: boxes.edited(tools.video(*H264, to="mp4"), {kind: bytes(4) + content})


_SAMPLES = 20_000_000  # of 24 bytes each in ffmpeg's index


def _sample_table(tools: MakerTools) -> bytes:
    """An MP4 whose audio stream declares `_SAMPLES` samples of one byte in its first chunk."""
    tables = {
        b"stsz": struct.pack(">III", 0, 1, _SAMPLES),
        b"stsc": struct.pack(">IIIII", 0, 1, 1, _SAMPLES, 1),
        b"stts": struct.pack(">IIII", 0, 1, _SAMPLES, 2),
    }
    return boxes.with_audio_tables(with_audio("mp4")(tools), tables)


def _tiny_packets(count_: int) -> Maker:
    """An MKV with one MJPEG frame and `count_` packets of one byte."""

    def blocks(jpeg: bytes) -> Iterator[bytes]:
        yield boxes.simple_block(0, jpeg)
        tiny = [boxes.simple_block(n % 30_000, b"\xff") for n in range(30_000)]
        for n in range(count_):
            yield tiny[n % 30_000]

    def make(tools: MakerTools) -> bytes:
        jpeg = tools.video("-c:v", "mjpeg", "-f", "image2pipe", to="jpg", frames=1)
        return boxes.matroska(video_track=_mjpeg_track(), blocks=blocks(jpeg), duration_ms=30_000)

    return make


def _mjpeg_track(*extra: bytes) -> bytes:
    """The content of a TrackEntry: codec id, 64x64, and `extra` elements."""
    size = boxes.element("e0", boxes.element("b0", 64), boxes.element("ba", 64))
    return boxes.element("86", "V_MJPEG") + size + b"".join(extra)


def _packed_blocks(tools: MakerTools) -> bytes:
    """An MKV with zlib-compressed blocks of 10 kB that inflate to a thousand times as much."""
    compression = boxes.element("5034", boxes.element("4254", 0))
    encoding = boxes.element("6d80", boxes.element("6240", compression))
    jpeg = tools.video("-c:v", "mjpeg", "-f", "image2pipe", to="jpg", frames=1)
    packed = [zlib.compress(jpeg)] + [zlib.compress(bytes(9_900_000), 9)] * 49
    blocks = (boxes.simple_block(n * 40, content) for n, content in enumerate(packed))
    return boxes.matroska(video_track=_mjpeg_track(encoding), blocks=blocks, duration_ms=2_000)


def _streams(ending: str, number: int, *options: str) -> Maker:
    """A video with `number` audio streams."""

    def make(tools: MakerTools) -> bytes:
        tone = tools.write(tools.make("-f", "lavfi", "-i", "sine=d=0.1", "-c:a", "mp2", to="mkv"), "mkv")
        maps = [word for _ in range(number) for word in ("-map", "1:a")]
        codecs = ("-c:v", "mpeg4", "-c:a", "copy")
        return tools.video("-i", tone, "-map", "0:v", *maps, *codecs, *options, to=ending, frames=25)

    return make


BOMBS: dict[str, Maker] = {
    "a header that inflates to 400 MB of zeros": lambda tools: _compressed_moov(400 * 2**20, bytes(64)),
    "a header that inflates to 150 MB of empty boxes": lambda tools: _compressed_moov(
        150 * 2**20, boxes.box(b"trak")
    ),
    "a table of sample sizes": _counted(b"stsz", struct.pack(">II", 0, 2**31 - 1)),
    "a table of sample times": _counted(b"stts", struct.pack(">III", 2**31 - 1, 2**31 - 1, 1)),
    "a table of chunks": _counted(b"stco", struct.pack(">I", 2**31 - 1)),
    "twenty million samples in 48 bytes": _sample_table,
    "blocks that inflate to 10 MB each": _packed_blocks,
    "half a million packets of one byte": _tiny_packets(500_000),
    "1000 streams in mkv": _streams("mkv", 999),
    "1000 streams in mp4": _streams("mp4", 999),
    "1000 streams in ts": _streams("ts", 999),
    "90 streams in avi": _streams("avi", 90),
    "20 MB of title": lambda tools: _titled(tools, 20_000_000),
}


def _titled(tools: MakerTools, size: int) -> bytes:
    """An MP4 with a title of `size` bytes."""
    data = boxes.box(b"data", struct.pack(">II", 1, 0), b"x" * size)
    items = boxes.box(b"ilst", boxes.box(b"\xa9nam", data))
    handler = boxes.full_box(b"hdlr", bytes(4), b"mdirappl", bytes(9))
    tags = boxes.box(b"udta", boxes.full_box(b"meta", handler, items))
    parts = dict(boxes.boxes(tools.video(*H264, "-movflags", "empty_moov+frag_keyframe", to="mp4")))
    whole = [boxes.box(kind, content + (tags if kind == b"moov" else b"")) for kind, content in parts.items()]
    return b"".join(whole)
