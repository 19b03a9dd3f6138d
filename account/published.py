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
_ACCESS = {
    "token": (
        "Access=token: anyone who knows a public video's id may play it; all else needs a token, such as "
        "./reelway token prints (docs/deploy.md#security)."
    ),
    "open": (
        "Access=open: anyone who reaches the address may upload, list, watch and delete. "
        "Put something in front that decides who does (docs/deploy.md#security)."
    ),
    "read-only": (
        "Access=read-only: anyone who knows a video's id may watch it; nobody may upload, list or delete "
        "through the API. Set Access=open once something in front decides who may reach it "
        "(docs/deploy.md#security)."
    ),
}


def access_line(access: str) -> str:
    """Who may do what with a stack that has this value of the parameter `Access`."""
    return _ACCESS[access]


def report(outputs: Mapping[str, str], *, architecture: str, checkout: Path) -> str:
    """Lines for the terminal about a deployed stack with these outputs."""
    lines = [f"{label:<13} {outputs[name]}" for name, label in _SHOWN.items() if name in outputs]
    cost = hour_cost(checkout, architecture)
    if cost is not None:
        lines.append(f"{'cost':<13} about ${cost:.2f} to process an hour of 1080p30 (docs/costs.md)")
    access = outputs.get("Access", "open")
    if "Url" in outputs and access == "open":  # the smoke test uploads
        lines.append(f"{'test it':<13} make smoke URL={outputs['Url']}")
    return "\n".join([*lines, "", access_line(access)])


def hour_cost(checkout: Path, architecture: str) -> float | None:
    """Dollars for an hour of 1080p30 into all renditions, as `make costs` has computed it; None without."""
    try:
        costs = json.loads((checkout / "bench" / "results" / "costs.json").read_text())
        return float(costs["encode_hour_1080p30"][architecture])
    except (FileNotFoundError, KeyError):
        return None
