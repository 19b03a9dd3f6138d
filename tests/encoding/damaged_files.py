"""Makers of files that play from their start, or are damaged in places, but mislead whoever seeks in them."""

from collections.abc import Callable

from tests.encoding import boxes
from tests.encoding.hostile_files import H264, Maker, MakerTools

_FRAMES = 200  # 8 s: chunks at eighths of it still hold a second
_FOUR_MOTION = ("-c:v", "mpeg4", "-q:v", "4")


def _false_keyframe(tools: MakerTools) -> bytes:
    """VP8 in which frames are called keyframes and are none; the index names them."""
    codec = ("-c:v", "libvpx", "-g", "100", "-deadline", "realtime", "-cpu-used", "8", "-auto-alt-ref", "0")
    content = bytearray(tools.video(*codec, to="webm", frames=_FRAMES))
    flags = list(boxes.block_flags(bytes(content)))
    for n in (45, 70, 95, 120, 145):
        content[flags[n]] = 0x80
    return tools.make("-i", tools.write(bytes(content), "webm"), "-c", "copy", to="webm")


def _all_keyframes(tools: MakerTools) -> bytes:
    """An MP4 that has lost its list of keyframes, so that every frame counts as one."""
    content = tools.video(*H264, "-g", "60", to="mp4", frames=_FRAMES)
    assert content.count(b"stss") == 1
    return content.replace(b"stss", b"free")


def _no_first_keyframe(ending: str, *codec: str) -> Maker:
    """The first 20 frames cannot be decoded: their keyframe is missing."""

    def make(tools: MakerTools) -> bytes:
        whole = tools.write(tools.video(*codec, to="mkv", frames=_FRAMES), "mkv")
        return tools.make("-i", whole, "-c", "copy", "-bsf:v", r"noise=amount=0:drop=eq(n\,0)", to=ending)

    return make


def _no_idr(tools: MakerTools) -> bytes:
    """H.264 in a TS that starts with an I frame which is no IDR, as a recording of a broadcast does."""
    whole = tools.video(
        "-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-x264-params",
        "open-gop=1:keyint=25:min-keyint=25:scenecut=0", to="ts", frames=_FRAMES + 25,
    )  # fmt: skip
    cut = r"noise=amount=0:drop=lt(n\,25)"
    return tools.make("-i", tools.write(whole, "ts"), "-c", "copy", "-bsf:v", cut, to="ts")


def _spoiled(ending: str, *codec: str, frames: int = _FRAMES, at: Callable[[int], bool]) -> Maker:
    """The packets of the frames `at` are overwritten, beyond what a decoder could conceal."""
    expression = "+".join(rf"eq(n\,{n})" for n in range(frames) if at(n))

    def make(tools: MakerTools) -> bytes:
        whole = tools.write(tools.video(*codec, to="mkv", frames=frames), "mkv")
        return tools.make("-i", whole, "-c", "copy", "-bsf:v", f"noise=amount='{expression}'", to=ending)

    return make


def _cut_off(tools: MakerTools) -> bytes:
    """An MP4 that declares 35 s and holds half a second."""
    whole = tools.video(*H264, "-g", "12", "-movflags", "+faststart", to="mp4", frames=875)
    return whole[: whole.index(b"mdat") + (len(whole) - whole.index(b"mdat")) // 70]


def _recording(tools: MakerTools) -> bytes:
    """A Matroska file whose header declares 35 s, of which a recorder wrote half a second."""
    whole = tools.video(*H264, "-g", "12", to="mkv", frames=875)
    return whole[: len(whole) // 60]


_MJPEG = ("-c:v", "mjpeg", "-q:v", "5")
DAMAGED: dict[str, Maker] = {
    "a webm with false keyframes": _false_keyframe,
    "an mp4 that has lost its keyframe flags": _all_keyframes,
    "a ts without its first keyframe": _no_first_keyframe("ts", *H264, "-g", "20"),
    "a ts without its only keyframe": _no_first_keyframe("ts", *H264, "-g", "1000"),
    "an mkv without its first keyframe": _no_first_keyframe("mkv", *H264, "-g", "20"),
    "a ts that starts without an idr": _no_idr,
    "fifteen frames, one of them damaged": _spoiled("mov", *_MJPEG, frames=15, at=lambda n: n == 7),
    "fifteen frames, three of them damaged": _spoiled("mov", *_MJPEG, frames=15, at=lambda n: n % 5 == 2),
    "a damaged stretch in the middle": _spoiled("mov", *_MJPEG, at=lambda n: 96 <= n < 104),
    "a long damaged stretch in the middle": _spoiled("mov", *_MJPEG, at=lambda n: 90 <= n < 110),
    "damage at the borders of chunks": _spoiled("mkv", *_MJPEG, at=lambda n: n % 25 == 0),
    "damage around the borders of chunks": _spoiled("mkv", *_MJPEG, at=lambda n: n % 25 in {0, 1, 24}),
    "a damaged beginning": _spoiled("mov", *_MJPEG, at=lambda n: n < 9),
    "a damaged end": _spoiled("mov", *_MJPEG, at=lambda n: n >= 191),
    "a damaged half": _spoiled("mkv", *_MJPEG, at=lambda n: n >= 100),
    "damaged gops of mpeg-4": _spoiled("mov", *_FOUR_MOTION, "-g", "25", at=lambda n: 75 <= n < 100),
    "35 s declared, half a second held, in an mp4": _cut_off,
    "35 s declared, half a second held, in an mkv": _recording,
}
