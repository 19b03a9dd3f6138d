"""What a deploy has published: its addresses, what it costs to use, and who may."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# Outputs of the template that a person wants to see, in this order; those that are not there are left out.
_SHOWN = {
    "Url": "page and API",
    "DashboardUrl": "dashboard",
    "AlarmTopicArn": "alarms",
    "UploadsBucketName": "uploads",
    "MediaBucketName": "media",
    "VideosTableName": "records",
}
_OPEN = (
    "Anybody who knows the address may upload, list, play and delete: there is no authentication.\n"
    "Put something in front that decides who may reach it (docs/deploy.md#security)."
)


def report(outputs: Mapping[str, str], *, architecture: str, checkout: Path) -> str:
    """Lines for the terminal about a deployed stack with these outputs."""
    lines = [f"{label:<13} {outputs[name]}" for name, label in _SHOWN.items() if name in outputs]
    cost = hour_cost(checkout, architecture)
    if cost is not None:
        lines.append(f"{'cost':<13} about ${cost:.2f} to process an hour of 1080p30 (docs/costs.md)")
    return "\n".join([*lines, "", _OPEN])


def hour_cost(checkout: Path, architecture: str) -> float | None:
    """Dollars for encoding an hour of 1080p30 into all renditions, as computed by the benchmarks."""
    results = checkout / "bench" / "results"
    try:
        return float(_read(results / "costs.json")["encode_hour_1080p30"][architecture])
    except (FileNotFoundError, KeyError):
        pass
    try:
        hour = _read(results / "encode.json")["hour"]
        return float(hour["deployed"]["nothing"]["fastest"][f"dollars_{architecture}"])
    except (FileNotFoundError, KeyError):
        return None


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text())
    return content
