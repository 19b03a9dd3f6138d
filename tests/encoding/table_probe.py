"""Rows of the table about what the probe must see: codecs, containers, rates that are declared wrongly."""

import math
from fractions import Fraction
from typing import Any

from tests.encoding.boxes import with_compressed_index
from tests.encoding.drawing import Clip
from tests.encoding.inputs import Input, encoded

_X264 = "-c:v libx264 -preset ultrafast -crf 18"
_AAC, _PCM = "-c:a aac", "-c:a pcm_s16le"
_NTSC = Fraction(30000, 1001)
_HD_CLIP = Clip(50, width=320, height=240)


def _at(rate: int, name: str, clip: Clip, **expected: Any) -> Input:
    """A clip whose frames are shown at a named rate, each from the time nearest to its own."""
    places = [math.floor(n * rate / clip.rate + Fraction(1, 2)) for n in clip.numbers]
    ends = [*places[1:], round(clip.frames * rate / clip.rate)]
    numbers = [n for n, (start, end) in enumerate(zip(places, ends, strict=True)) for _ in range(start, end)]
    return encoded(name, f"{_X264} {_AAC}", clip, numbers=numbers, rate=Fraction(rate), **expected)


def _declaring_33_ms(movie: bytes) -> bytes:
    """Matroska's DefaultDuration (RFC 9559, 5.1.4.1.13) as 33 ms, whatever the frames are apart."""
    declared = bytes.fromhex("23e383") + b"\x84" + (40_000_000).to_bytes(4, "big")
    assert movie.count(declared) == 1
    return movie.replace(declared, declared[:4] + (33_000_000).to_bytes(4, "big"))


SEEN_BY_THE_DECODER = (
    encoded("compressed-index.mov", f"{_X264} {_AAC}", rewritten=with_compressed_index),
    encoded("flash-screen.flv", "-c:v flashsv -ar 44100 -c:a libmp3lame"),
    encoded("png-pcm.mov", f"-c:v png -pix_fmt rgb24 {_PCM}"),
    encoded("av1-opus.mkv", "-c:v libaom-av1 -usage realtime -cpu-used 8 -c:a libopus"),
)

BROADCAST = (
    encoded("mpeg2-pcm.mxf", f"-c:v mpeg2video -q:v 2 -bf 2 {_PCM}"),
    encoded("h264-intra-pcm.mxf", f"{_X264} -g 1 -c:a pcm_s24le"),
    encoded(
        "dnxhr-pcm.mxf",
        f"-vf scale=out_color_matrix=bt709 -c:v dnxhd -profile:v dnxhr_hq -pix_fmt yuv422p {_PCM}",
        _HD_CLIP,
    ),
    encoded("prores-pcm.mxf", f"-c:v prores_ks -profile:v hq {_PCM}"),
)

NAMED_RATES = (
    _at(25, "12.5-fps.mp4", Clip(100, Fraction(25, 2))),
    _at(5, "4.5-fps.mp4", Clip(54, Fraction(9, 2))),
    _at(5, "4.5-fps.ts", Clip(54, Fraction(9, 2))),
    _at(12, "twelve-minutes.mp4", Clip(2880, Fraction(4), 96, 64), chunk_s=120),
    encoded("33-ms-declared-40-meant.mkv", f"{_X264} {_AAC}", rewritten=_declaring_33_ms),
    encoded("a-second-in-milliseconds.mkv", f"{_X264} {_AAC}", Clip(60, _NTSC)),
    encoded("a-second-in-milliseconds.flv", f"{_X264} {_AAC}", Clip(60, _NTSC)),
)

ALL = (*SEEN_BY_THE_DECODER, *BROADCAST, *NAMED_RATES)
