"""The file of a segment, made of files of one GOP each, and what is found in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from reelway.captions import captions_in
from reelway.hls.playlists import IFrame
from reelway.transport_stream import second_start


@dataclass(frozen=True, slots=True)
class SegmentFile:
    """The segment's bytes, its I-frames, and the channels of closed captions in it."""

    body: bytes
    i_frames: tuple[IFrame, ...]
    captions: frozenset[str]


def segment_file(gops: Iterable[tuple[float, Path]]) -> SegmentFile:
    """Join `gops`, (duration in seconds, file) of each.

    Each file begins with its tables and an IDR frame, so that frame can be decoded from the bytes before the
    second one.
    """
    body, i_frames, captions, time_s = b"", [], frozenset[str](), 0.0
    for duration_s, path in gops:
        gop = path.read_bytes()
        i_frames.append(IFrame(len(body), second_start(gop), round(time_s, 6)))
        body, captions, time_s = body + gop, captions | captions_in(gop), time_s + duration_s
    return SegmentFile(body, tuple(i_frames), captions)
