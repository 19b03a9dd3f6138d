"""What an upload, a stored month, a watched hour and an idle month use of each service.

Counted on the emulated system: requests, calls and bytes of logs (`requests`). Computed: seconds of
functions, from measured CPU seconds (`bench.encode.lambda_model`).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bench.costs import requests
from bench.costs.film import GB, Film, as_deployed
from bench.costs.template_facts import Facts
from bench.costs.usage import Usage, times, total
from bench.encode.lambda_model import Assumptions, chunks, critical_path, encoding_s, prepare_s, vcpus

MONTH_S = 730 * 3600
_ASSUMED = Assumptions()
_PART_BYTES = 8 * 2**20  # of an upload, as the command line cuts it
_FREE_STORAGE_MB = 512
_PROGRESS_EVERY_S, _PROGRESS_SHARE, _LOOK_EVERY_S = 2.0, 0.01, 20.0  # transcode.watching
_STREAM_POLLS_PER_S = 4  # Lambda reads a stream so often, and calls the function with what it has found
_SQS_PER_EVENT = 3  # S3 sends, Lambda receives and deletes
_POLLERS, _POLL_S = 5, 20  # Lambda's for each queue; a poll that finds nothing ends after 20 s
_START_AND_END = 2  # which Step Functions counts for each execution, too
_UPLOAD_CALLS = 4  # begin, sign the parts, complete; and one look at the finished video
_CLIENT_CALLS = _UPLOAD_CALLS - 1 + 2  # beside the upload's own; the socket's beginning and end
_EVENTS = 4  # on the bus: of the three states, and of the complete ladder
_MESSAGES = 4  # of the three states, and one as the socket is opened
_PLAYLISTS = 3  # the master and two renditions, since players change once
_FUNCTIONS_PER_SEGMENT = 2  # CloudFront's, for the request and the answer


@dataclass(frozen=True, slots=True)
class Measured:
    """`requested` are the results of `make bench-costs`."""

    film: Film
    facts: Facts
    requested: Mapping[str, Any]
    architecture: str

    @property
    def small_call_s(self) -> float:
        """Of a warm call of a function that only reads and writes records, on a whole vCPU."""
        return requests.small_call_ms(self.requested["videos"]) / 1000

    @property
    def log_gb_per_call(self) -> float:
        return requests.log_bytes_per_call(self.requested["videos"]) / GB


@dataclass(frozen=True, slots=True)
class Upload:
    """What processing one upload takes; `slot_s` are seconds of functions that run at the same time."""

    usage: Usage
    chunks: int
    chunks_at_once: int
    slot_s: float
    plan_s: float
    total_s: float
    index_writes: float


def upload(measured: Measured, duration_s: float) -> Upload:
    """Of one video: received in parts, and processed to all renditions, with one socket on its state."""
    video, size = as_deployed(measured.film, duration_s)
    path, count = critical_path(video, size, _ASSUMED), chunks(video, size)
    encoded_s, prepared_s = encoding_s(video, size, _ASSUMED), prepare_s(video, size, _ASSUMED)
    other_s = _ASSUMED.plan_s + _ASSUMED.publish_s
    counted = _counted(measured, duration_s, count)
    # At most; a look is a write, but no record of the stream.
    progress = count + 1 / _PROGRESS_SHARE + path.encode_s / _PROGRESS_EVERY_S
    looks = count * (1 + path.encode_s / _LOOK_EVERY_S)
    # The stream of changes is read a few times a second; each time the function gets all that has come since.
    noticed = min(progress + counted["write"], _STREAM_POLLS_PER_S * path.total_s)
    small = _CLIENT_CALLS + noticed
    usage = total(
        _of_functions(measured, encoded_s, prepared_s, other_s),
        times(small, small_call(measured, measured.facts.memory_mb["ChangesFunction"])),
        {
            "lambda-request": counted["call"],
            "states-transition": _transitions(measured.facts, count),
            "s3-put": counted["put"],
            "s3-get": counted["get"],
            "dynamodb-write": counted["write"] + progress + looks,
            "dynamodb-read": counted["read"] + noticed,
            "sqs-request": _SQS_PER_EVENT,
            "eventbridge-event": _EVENTS,
            "rest-request": _UPLOAD_CALLS,
            "websocket-message": _MESSAGES,
            "websocket-minute": path.total_s / 60,
            "logs-gb": (counted["call"] + small) * measured.log_gb_per_call,
        },
    )
    at_once = min(count, measured.facts.encode_concurrency)
    slot_s, listed = encoded_s + prepared_s + other_s, requests.index_writes(measured.requested["videos"])
    return Upload(usage, count, at_once, slot_s, _ASSUMED.plan_s, path.total_s, listed)


def _counted(measured: Measured, duration_s: float, count: int) -> dict[str, float]:
    """Requests of an upload in parts and of its processing, by kind; measured were clips of POST /upload."""
    source_bytes = measured.film.source_bps * duration_s / 8
    model = requests.fitted(measured.requested["videos"])
    found = {
        kind: of.of(
            chunks=count,
            segments=measured.film.segments(duration_s),
            megabytes=source_bytes / 1e6,
            rungs=len(measured.film.rendition_bps),
        )
        for kind, of in model.items()
    }
    parts = requests.upload_in_parts(measured.requested["uploads"], math.ceil(source_bytes / _PART_BYTES))
    found["put"] += parts["put"] - 1
    found["get"] += parts["get"]
    return found


def _of_functions(
    measured: Measured, encoded_s: float, prepared_s: float, other_s: float
) -> dict[str, float]:
    """`other_s` are the seconds of planning and publishing."""
    memory, storage = measured.facts.memory_mb, measured.facts.storage_mb
    return total(
        _functions(measured, encoded_s, memory["EncodeFunction"], storage["EncodeFunction"]),
        _functions(measured, prepared_s, memory["PrepareFunction"], storage["PrepareFunction"]),
        _functions(measured, other_s, memory["PlanFunction"], storage["PlanFunction"]),
    )


def _transitions(facts: Facts, count: int) -> int:
    """A distributed Map runs each chunk in an execution of its own."""
    each = 1 + _START_AND_END if count >= facts.distributed_from else 1
    return facts.states_entered + _START_AND_END + each * count


def _functions(
    measured: Measured, seconds: float, memory_mb: int, storage_mb: int = _FREE_STORAGE_MB
) -> dict[str, float]:
    return {
        f"lambda-{measured.architecture}": seconds * memory_mb / 1024,
        "lambda-storage": seconds * (storage_mb - _FREE_STORAGE_MB) / 1024,
    }


def small_call(measured: Measured, memory_mb: int) -> dict[str, float]:
    """A function with less than a vCPU takes longer by as much, since such a call only computes."""
    seconds = measured.small_call_s / min(1.0, vcpus(memory_mb))
    return {**_functions(measured, seconds, memory_mb), "lambda-request": 1}


def stored(film: Film, duration_s: float, *, first_month: bool) -> dict[str, float]:
    """A month of one video: its upload, which moves to Standard-IA after 30 days, and all renditions."""
    source_gb = film.gb(film.source_bps, duration_s)
    moved = {} if first_month else {"s3-ia": source_gb}
    return total({"s3-standard": film.gb(film.ladder_bps, duration_s) + source_gb * first_month}, moved)


def watched(measured: Measured, duration_s: float, rendition: str = "1080p") -> dict[str, float]:
    """One view, all of it in one rendition, and with no segment in CloudFront's cache."""
    film, memory = measured.film, measured.facts.memory_mb
    segments = math.ceil(duration_s / film.segment_s)
    return total(
        times(_PLAYLISTS, small_call(measured, memory["StreamingFunction"])),
        {
            "cloudfront-gb": film.gb(film.rendition_bps[rendition], duration_s),
            "cloudfront-request": segments + _PLAYLISTS,
            "cloudfront-function": _FUNCTIONS_PER_SEGMENT * segments + _PLAYLISTS,
            "rest-request": _PLAYLISTS,
            "dynamodb-read": _PLAYLISTS,
            "s3-get": segments + _PLAYLISTS,
        },
    )


def idle(measured: Measured) -> dict[str, float]:
    """A month in which nothing is uploaded or watched, without the storage of what is there."""
    facts, of = measured.facts, measured.requested["maintenance"]
    calls, rounds = of["calls"], facts.maintenance_calls / len(facts.maintenance)
    return total(
        *(times(rounds, small_call(measured, facts.memory_mb[name])) for name in facts.maintenance),
        times(
            rounds,
            {
                "dynamodb-read": sum(of for name, of in calls.items() if name.startswith("dynamodb:")),
                "s3-put": sum(calls.get(f"s3:{name}", 0) for name in ("Put", "List")),
                "s3-get": sum(calls.get(f"s3:{name}", 0) for name in ("Get", "Head")),
                "logs-gb": of["logs"]["bytes"] / GB,
                "eventbridge-schedule": len(facts.maintenance),
            },
        ),
        {
            "sqs-request": facts.queues_polled * _POLLERS * MONTH_S / _POLL_S,
            "alarm": facts.alarms,
            "dashboard": facts.dashboards,
            "secret": facts.secrets,
        },
    )
