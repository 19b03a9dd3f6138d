"""Rows of the table of inputs: video and audio that do not begin or end together."""

import math
from typing import Any

from tests.encoding.inputs import Input

_H264_AAC = "-c:v libx264 -preset ultrafast -crf 18 -c:a aac"
_ALL = range(200)


def _late(name: str, late_s: float, held: int, *, chunk_s: int = 4, **expected: Any) -> Input:
    """The video begins `late_s` after the audio: its first frame is shown for `held` frames more."""
    made = f"-itsoffset {late_s} -i {{clip}} -i {{clip}} -map 0:v -map 1:a {_H264_AAC} {{out}}"
    numbers = [*[0] * held, *_ALL]
    return Input(name, made, offset_s=-late_s, numbers=numbers, chunk_s=chunk_s, **expected)


def _tail(name: str, tail_s: float, *, held: int | None = None) -> Input:
    """The video ends after 5 s, its audio `tail_s` later; the last frame is held, in whole frames.

    Some containers declare a frame more or less.
    """
    frames = math.ceil(tail_s * 25) if held is None else held
    made = f"-t 5 -i {{clip}} -t {5 + tail_s} -i {{clip}} -map 0:v -map 1:a {_H264_AAC} {{out}}"
    return Input(name, made, numbers=[*range(125), *[124] * frames], seconds=range(6 if tail_s > 0.02 else 5))


# The video's samples begin with an empty edit of a second, as an editor writes it that moves a clip.
_SHIFTED = f"-itsoffset 1 -i {{clip}} -i {{clip}} -map 0:v -map 1:a {_H264_AAC} -movflags +faststart {{out}}"
# A data stream that begins 0.8 s before audio and video, as the cue messages of a broadcast (SCTE 35) do.
_DATA_FIRST = (
    f"-i {{clip}} {_H264_AAC} -f mpegts {{step}}",
    "-itsoffset 0.8 -i {step} -f data -i {subtitles} -map 0:v -map 0:a -map 1:d -c copy {out}",
)

ALL = (
    Input("positive-shift-edit-list.mp4", _SHIFTED, offset_s=-1.0, numbers=[*[0] * 25, *_ALL]),
    _late("video-starts-5-s-late-in-one-chunk.mp4", 5, 125, chunk_s=40),
    _late("video-starts-5-s-late-in-chunks.mkv", 5, 125),
    Input("data-begins-first.ts", _DATA_FIRST),
    _tail("audio-goes-on-for-50-ms.mp4", 0.05),
    _tail("audio-goes-on-for-300-ms.mp4", 0.3),
    _tail("audio-goes-on-for-900-ms.mp4", 0.9),
    _tail("audio-goes-on-for-300-ms.mkv", 0.3, held=9),
    _tail("audio-goes-on-for-900-ms.ts", 0.9, held=21),
)
