"""The plan as it is stored, before it is prepared and after."""

from typing import Any

from reelway.documents import DocumentFormat
from reelway.plan.plan import Plan

_RUNG_FIELDS = ("name", "width", "height", "frameStep", "maxBps")
_CHUNK_FIELDS = ("index", "startFrame", "endFrame")


def _with_named_fields(data: dict[str, Any]) -> dict[str, Any]:
    """Version 1 had rungs and chunks as arrays of their values."""
    return data | {
        "rungs": [dict(zip(_RUNG_FIELDS, row, strict=True)) for row in data["rungs"]],
        "chunks": [dict(zip(_CHUNK_FIELDS, row, strict=True)) for row in data["chunks"]],
    }


# Version 2: with names (`documents.DocumentFormat` says when to count up).
PLAN = DocumentFormat("plan", Plan, version=2, upgrades={1: _with_named_fields})
