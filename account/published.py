"""What a deploy has published: its addresses, what it costs to use, and who may."""

import json
from collections.abc import Mapping
from pathlib import Path

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
    if "Url" in outputs:
        lines.append(f"{'test it':<13} make smoke URL={outputs['Url']}")
    return "\n".join([*lines, "", _OPEN])


def hour_cost(checkout: Path, architecture: str) -> float | None:
    """Dollars for an hour of 1080p30 into all renditions, as `make costs` has computed it; None without."""
    try:
        costs = json.loads((checkout / "bench" / "results" / "costs.json").read_text())
        return float(costs["encode_hour_1080p30"][architecture])
    except (FileNotFoundError, KeyError):
        return None
