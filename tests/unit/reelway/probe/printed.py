"""What the probing child prints of real files, and what is read from it with other values."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from reelway.errors import MediaRejected
from reelway.probe.inspection import source_of
from reelway.probe.limits import Limits
from reelway.probe.probe_document import report_of
from reelway.probe.source import Source

LIMITS = Limits()
SIZE_BYTES = 1_000_000


def printed(name: str) -> dict[str, Any]:
    """What is printed of a real file, without the fields that nobody reads."""
    loaded: dict[str, Any] = json.loads((Path(__file__).parent / "reports" / f"{name}.json").read_text())
    return loaded


def mp4_with(**changes: Any) -> dict[str, Any]:
    """A plain MP4's report, its video stream with other values; None removes one."""
    report = copy.deepcopy(printed("bigbuckbunny.mp4"))
    video = report["streams"][0] | changes
    report["streams"][0] = {name: value for name, value in video.items() if value is not None}
    return report


def read(report: dict[str, Any], limits: Limits = LIMITS, *, size_bytes: int = SIZE_BYTES) -> Source:
    return source_of(report_of(report), size_bytes, limits)


def rejection(report: dict[str, Any], limits: Limits = LIMITS) -> MediaRejected:
    with pytest.raises(MediaRejected) as caught:
        read(report, limits)
    return caught.value
