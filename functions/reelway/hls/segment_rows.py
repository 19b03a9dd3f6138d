"""Segments in version 1 of the documents; to be removed together with the reading of that version."""

from collections.abc import Sequence
from typing import Any

_NAMES = ("segmentId", "durationS", "sizeBytes")


def segments_of_rows(rows: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    """Each segment's values, with their names."""
    return [dict(zip(_NAMES, row, strict=True)) for row in rows]
