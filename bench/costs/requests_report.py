"""The counted requests as Markdown tables: requests.md, made from requests.json."""

from collections.abc import Mapping
from typing import Any

from bench.costs import requests
from bench.costs.clips import CHECKED
from bench.encode.report import grid

KINDS = {
    "put": "S3 PUT, POST, LIST",
    "get": "S3 GET, HEAD",
    "write": "DynamoDB writes",
    "read": "DynamoDB reads",
    "call": "calls of functions",
}
"""What is billed, without what follows from progress, which is written once a second for each chunk."""

_INTRODUCTION = """\
`make bench-costs` writes this file: each clip is uploaded to the whole emulated system, with a proxy
between the functions and the emulator that counts their requests."""
_PROGRESS = """\
Progress is written once a second for each chunk. It is not among the writes, nor are the calls that it causes
among the others. DynamoDB's writes contain those to the index of lists."""


def table(found: Mapping[str, Any]) -> str:
    """Markdown; parts that were not measured are left out."""
    text = ["# Requests of uploads, counted", _INTRODUCTION]
    if of := found.get("requests"):
        text += [*_requests(of), _measured_on(of["measured_on"])]
    return "\n\n".join(text) + "\n"


def _requests(found: Mapping[str, Any]) -> list[str]:
    videos = found["videos"]
    heads = ["clip", "rungs", "chunks", "segments", "MB", *KINDS.values()]
    rows: list[list[object]] = []
    for name, of in videos.items():
        counts = requests.counts(of)
        rows.append(
            [
                name,
                of["rungs"],
                of["chunks"],
                of["segments"],
                of["source_mb"],
                *(counts[kind] for kind in KINDS),
            ]
        )
    predicted = [f"{requests.predicted(kind, videos, CHECKED):.0f}" for kind in KINDS]
    rows.append([f"{CHECKED}: predicted", "", "", "", "", *predicted])
    uploads = [
        f"{calls.get('s3:Put', 0)} PUTs, {calls.get('s3:Post', 0)} POSTs, {calls.get('s3:Get', 0)} GETs"
        for calls in found["uploads"].values()
    ]
    parts = ", ".join(f"in {n} parts {made}" for n, made in zip(found["uploads"], uploads, strict=True))
    entry = f"Each video adds {found['ready_entry_bytes']} bytes to `GET /stream/ready`."
    return [grid(heads, rows), f"Uploads that are not processed: {parts}. {entry}", _PROGRESS]


def model(videos: Mapping[str, Any]) -> str:
    """The coefficients, as a table."""
    fitted = requests.fitted(videos)
    rows: list[list[object]] = []
    for kind, name in KINDS.items():
        of, predicted = fitted[kind], requests.predicted(kind, videos, CHECKED)
        counted = requests.counts(videos[CHECKED])[kind]
        parts = [f"{part:,.1f}" for part in (of.video, of.chunk, of.segment, of.megabyte, of.rung)]
        rows.append([name, *parts, f"{predicted:,.0f}", f"{counted:,.0f}"])
    heads = ["for each", "video", "chunk", "segment", "MB uploaded", "rendition"]
    return grid([*heads, f"{CHECKED}: predicted", "counted"], rows)


def _measured_on(described: Mapping[str, Any]) -> str:
    return (
        f"{described['date']}, {described['machine']}, Python {described['python']}, "
        f"MiniStack {described['ministack']}, boto3 {described['boto3']}."
    )
