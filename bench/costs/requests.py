"""How many requests an upload makes: a linear model of the clips that were measured.

    count = video + chunks x chunk + segments x segment + megabytes of the source x megabyte + rungs x rung

Each measured clip differs from those before it in one thing more; so coefficients are differences.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_KB = 1024
_DELETED = 2
SMALL_MB = 512  # memory of the functions for sockets, changes and descriptions
_BASE, _CHUNKS, _RATE = "one chunk", "four chunks", "four times the bitrate"
_LONG, _RUNGS = "three times as long", "1080p, five rungs"


def counts(measured: Mapping[str, Any], small_mb: int = SMALL_MB) -> dict[str, float]:
    """What AWS bills of one measured upload, and does not depend on how fast the machine was.

    DynamoDB's are request units. Not among them is what follows from writes of progress, one a second for
    each chunk: those writes, and calls of the functions of `small_mb`, one of which reads the table's stream.
    """
    calls = measured["calls"]
    # A socket's row is deleted once or twice, by its end and by the last message.
    deleted = _DELETED if calls.get("dynamodb:DeleteItem") else 0
    writes = calls.get("dynamodb:PutItem", 0) + calls.get("dynamodb:UpdateItem", 0) + deleted
    # The last write adds the renditions; only then a record may exceed a kilobyte.
    last = math.ceil(measured["item_bytes"] / _KB) - 1
    of_functions = measured["functions"].items()
    return {
        "put": calls.get("s3:Put", 0) + calls.get("s3:Post", 0) + calls.get("s3:List", 0),
        "get": calls.get("s3:Get", 0) + calls.get("s3:Head", 0),
        "write": writes + last + calls.get("dynamodb:index", 0),
        "read": calls.get("dynamodb:GetItem", 0),
        "call": sum(of["calls"] for memory_mb, of in of_functions if int(memory_mb) != small_mb),
    }


def index_writes(videos: Mapping[str, Any]) -> float:
    """Units that a video costs in the index of lists."""
    return float(videos[_BASE]["calls"]["dynamodb:index"])


def log_bytes_per_call(videos: Mapping[str, Any]) -> float:
    """Of all functions together."""
    logs = [of["logs"] for of in videos.values()]
    return float(sum(of["bytes"] for of in logs) / sum(of["invocations"] for of in logs))


@dataclass(frozen=True, slots=True)
class Coefficients:
    """Of one kind of request."""

    video: float
    chunk: float
    segment: float
    megabyte: float
    rung: float

    def of(self, *, chunks: float, segments: float, megabytes: float, rungs: float) -> float:
        return (
            self.video
            + chunks * self.chunk
            + segments * self.segment
            + megabytes * self.megabyte
            + rungs * self.rung
        )


def fitted(videos: Mapping[str, Any]) -> dict[str, Coefficients]:
    """By kind of request; never below 0, where runs differ by chance."""
    return {kind: _fitted(kind, videos) for kind in counts(videos[_BASE])}


def _fitted(kind: str, videos: Mapping[str, Any]) -> Coefficients:
    of = dict.fromkeys(("chunks", "segments", "source_mb", "rungs"), 0.0)
    for name, what in ((_CHUNKS, "chunks"), (_RATE, "source_mb"), (_LONG, "segments"), (_RUNGS, "rungs")):
        more = counts(videos[name])[kind] - counts(videos[_BASE])[kind]
        known = sum(of[other] * (videos[name][other] - videos[_BASE][other]) for other in of if other != what)
        of[what] = max(0.0, (more - known) / (videos[name][what] - videos[_BASE][what]))
    rest = counts(videos[_BASE])[kind] - sum(of[what] * videos[_BASE][what] for what in of)
    return Coefficients(max(0.0, rest), of["chunks"], of["segments"], of["source_mb"], of["rungs"])


def predicted(kind: str, videos: Mapping[str, Any], name: str) -> float:
    """Of a measured clip, by the model that was made of the others."""
    clip = videos[name]
    return _fitted(kind, videos).of(
        chunks=clip["chunks"],
        segments=clip["segments"],
        megabytes=clip["source_mb"],
        rungs=clip["rungs"],
    )


def upload_in_parts(uploads: Mapping[str, Any], parts: int) -> dict[str, float]:
    """S3 requests of an upload in `parts` parts; those that do not depend on the number are the rest."""
    (few, of_few), (many, of_many) = sorted((int(count), calls) for count, calls in uploads.items())
    puts = {count: calls.get("s3:Put", 0) + calls.get("s3:Post", 0) for count, calls in
            ((few, of_few), (many, of_many))}  # fmt: skip
    each = (puts[many] - puts[few]) / (many - few)
    return {"put": puts[few] + each * (parts - few), "get": float(of_few.get("s3:Get", 0))}


def small_call_ms(videos: Mapping[str, Any], memory_mb: int = SMALL_MB) -> float:
    """Milliseconds of a warm call of the functions that only read and write records, on a whole core."""
    of = [video["functions"][str(memory_mb)] for video in videos.values()]
    return float(sum(row["ms"] for row in of) / sum(row["calls"] for row in of))
