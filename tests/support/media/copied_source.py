"""The files that ffmpeg writes for a passthrough (stream copy of a standard source), made by hand."""

from collections.abc import Sequence
from fractions import Fraction

SPS = bytes.fromhex("674d401f95a014016e40")
IDR, NOT_IDR = 0x65, 0x41
_RATE = 25
_NULL_PACKET = b"\x47\x1f\xff\x10"


def segment_bytes(first_slice: int = IDR, *, sps: bytes = SPS) -> bytes:
    """Two packets of a transport stream: one of another PID, and the first of a GOP's first access unit."""
    units = b"\x00\x00\x00\x01\x09\xf0" + b"\x00\x00\x00\x01" + sps + b"\x00\x00\x00\x01\x68\xee"
    slices = b"\x00\x00\x01" + bytes([first_slice]) + b"\x88\x84"
    pes = b"\x00\x00\x01\xe0\x00\x00\x84\xc0\x0a" + b"\x31\x00\x01\x00\x01" * 2 + units + slices
    stuffing = 183 - len(pes)
    adaptation = bytes([stuffing - 1 + 1, 0x50]) + b"\xff" * (stuffing - 1)
    return (
        b"\x47\x41\x01\x10" + b"\x00\x00\x01\xc0".ljust(184, b"\x00")
        + b"\x47\x41\x00\x30" + adaptation + pes
    )  # fmt: skip


def packets(
    frames: int, *, gop_frames: int, size_bytes: int = 1000, skip: Sequence[int] = (), lead_frames: int = 0
) -> str:
    """The output of ffmpeg's muxer framecrc: video at 25 fps without the frames `skip`, AAC at 48 kHz."""
    lines = ["#tb 0: 1/12800", "#tb 1: 1/48000"]
    for n in range(frames):
        flags = "" if n % gop_frames == 0 else ", F=0x0"
        if n not in skip:
            lines.append(f"0, {(n - lead_frames) * 512}, {n * 512}, 512, {size_bytes}, 0x00000000{flags}")
    audio_packets = int(Fraction(frames, _RATE) * 48_000 / 1024)
    lines += [f"1, {n * 1024}, {n * 1024}, 1024, 300, 0x00000000" for n in range(audio_packets + 1)]
    return "\n".join(lines)


def files(
    *, gops: int, gop_s: float = 2.0, skip: Sequence[int] = (), first_slice: int = IDR
) -> dict[str, bytes]:
    """The files by name: the list of GOPs and one segment for each, the list of packets, the audio."""
    names = [f"source-{n:05d}.ts" for n in range(gops)]
    listed = "".join(f"#EXTINF:{gop_s:.6f},\n{name}\n" for name in names)
    gop_frames = round(gop_s * _RATE)
    return {
        "source.m3u8": f"#EXTM3U\n{listed}#EXT-X-ENDLIST\n".encode(),
        "packets.txt": packets(gops * gop_frames, gop_frames=gop_frames, skip=skip).encode(),
        "audio.m4a": b"audio",
        **{name: segment_bytes(first_slice) + _NULL_PACKET + name.encode().ljust(184) for name in names},
    }
