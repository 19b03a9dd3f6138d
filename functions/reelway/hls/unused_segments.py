"""Segments that no playlist lists any more, or that none ever listed, noted down to be removed later."""

from dataclasses import dataclass

from reelway.documents import DocumentFormat


@dataclass(frozen=True, slots=True)
class UnusedRendition:
    """The rendition that they were of, and what the ids of the segments begin with."""

    name: str
    segment_ids: str


@dataclass(frozen=True, slots=True)
class UnusedSegments:
    video_id: str
    renditions: tuple[UnusedRendition, ...]


UNUSED_SEGMENTS = DocumentFormat("unused segments", UnusedSegments, version=1, upgrades={})
