"""What an anonymous client can cost at most in an hour, by what the template lets everybody do.

Each row is a lever and what bounds it, with the usage of an hour in which it is pulled all the time: with
uploads open to everybody (`Access=open`), and without (`read-only`), where what is refused still is a request
and a call. Rows without a bound are those that only somebody in front of the stack can bound.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bench.costs import amounts
from bench.costs.amounts import Measured
from bench.costs.prices import Price
from bench.costs.tables import usd
from bench.costs.usage import Usage, dollars, times, total
from bench.encode.report import grid
from tests.support.readers import template

HOUR_S = 3600
# CPU seconds for a second of noise at 1080p30 (290 Mb/s), to all renditions: the hardest of what was
# measured, and 1.54 times what the plan expects. Noise at 60 fps takes 5.6 and counts 1.8 times.
HARDEST_CPU_PER_S = 3.6
# S3's for one prefix, and API Gateway's for an account: nobody sets them.
S3_PUTS_PER_S, GATEWAY_PER_S = 3500, 10_000
GIGABIT_GB_PER_HOUR = 1e9 / 8 * HOUR_S / 2**30
_PART_LISTS = 2  # pages in which S3 lists the parts that one upload may have
_RECEIVED_S = 2.0  # of the function that takes a file of 4.4 MB
_SOCKET_HOURS = 2  # that a socket stays open
_MESSAGES_PER_HOUR = 3600 / 540  # to a socket that is quiet (maintenance.keep_alive)
_KEPT_MONTHS = 7 / 30  # of what is no video (FailedRetentionDays)
_FILE_GB = 4.4e6 / 2**30
_METHODS_PER_PATH = 7


@dataclass(frozen=True, slots=True)
class Lever:
    """`bound` is what bounds it in the template; None where nothing does."""

    name: str
    bound: str | None
    open_: Usage
    read_only: Usage


@dataclass(frozen=True, slots=True)
class Throttle:
    """Requests a second of one method of one path; `parameter` names who sets it."""

    path: str
    method: str
    per_s: float
    parameter: str

    @property
    def per_hour(self) -> float:
        return self.per_s * HOUR_S


def throttles() -> list[Throttle]:
    """Those of the stage, as the parameters' defaults set them; the first one is for all that has none."""
    return [
        Throttle(
            of["ResourcePath"].replace("~1", "/").replace("//", "/"),
            of["HttpMethod"],
            float(_default(of["ThrottlingRateLimit"])),
            _name(of["ThrottlingRateLimit"]),
        )
        for of in template.properties("RestApi")["MethodSettings"]
    ]


def levers(measured: Measured) -> list[Lever]:
    bounded = [*_requests(measured), *_processing(measured), _sockets(measured), _webhooks(measured)]
    return [*bounded, *_without_bound()]


def bounded(measured: Measured, prices: Mapping[str, Price]) -> tuple[float, float]:
    """Dollars an hour of all levers that the template bounds, pulled together: `open`, and `read-only`."""
    bounds = [lever for lever in levers(measured) if lever.bound]
    is_open, is_read_only = (
        sum(dollars(usage, prices) for usage in usages)
        for usages in ([each.open_ for each in bounds], [each.read_only for each in bounds])
    )
    return is_open, is_read_only


def table(measured: Measured, prices: Mapping[str, Price]) -> str:
    """Levers with a bound and their sum, then those without."""
    by_bound = sorted(levers(measured), key=lambda lever: lever.bound is None)
    rows: list[list[object]] = [
        [
            each.name,
            each.bound or "nothing",
            *(usd(dollars(of, prices)) for of in (each.read_only, each.open_)),
        ]
        for each in by_bound
    ]
    is_open, is_read_only = bounded(measured, prices)
    at = sum(each.bound is not None for each in by_bound)
    rows.insert(at, ["**all of these together**", "", f"**{usd(is_read_only)}**", f"**{usd(is_open)}**"])
    return grid(["lever", "bounded by", "`read-only`, $", "`open`, $"], rows)


def _requests(measured: Measured) -> Iterator[Lever]:
    """API Gateway does not bill what it throttles. A stage's limit is one of each method."""
    rest, *listed = throttles()
    paths = template.rest_api()["paths"]
    others = len(paths) * _METHODS_PER_PATH - len(listed)
    effects = _effects(measured)
    for of in listed:
        call = times(of.per_hour, _request(measured, of.path))
        effect = times(of.per_hour, effects.get((of.method, of.path), {}))
        is_read = of.method == "GET" and not of.path.startswith("/s3")
        name = f"`{of.method} {of.path.replace('{proxy+}', '…')}`"
        yield Lever(
            name,
            f"`{of.parameter}`: {of.per_s:g} a second",
            total(call, effect),
            total(call, effect if is_read else {}),
        )
    call = times(rest.per_hour * others, _request(measured, "/"))
    yield Lever(f"{others} other methods", f"`{rest.parameter}`: {rest.per_s:g} a second each", call, call)


def _request(measured: Measured, path: str) -> Usage:
    function = {
        "/upload": "UploadFunction",
        "/uploads": "UploadFunction",
        "/s3": "UploadFunction",
        "/stream": "StreamingFunction",
    }
    memory_mb = measured.facts.memory_mb[function.get(path.replace("/{proxy+}", ""), "VideosFunction")]
    logged = {"logs-gb": measured.log_gb_per_call, "rest-request": 1.0, "cloudfront-request": 1.0}
    return total(amounts.small_call(measured, memory_mb), logged)


def _effects(measured: Measured) -> dict[tuple[str, str], Usage]:
    """What one request has done in the end, beside its own call."""
    memory = measured.facts.memory_mb
    small = amounts.small_call(measured, memory["ChangesFunction"])
    received = {f"lambda-{measured.architecture}": _RECEIVED_S * memory["UploadFunction"] / 1024}
    recorded = {"dynamodb-write": 10, "dynamodb-read": 6, "sqs-request": 6, "s3-get": 4}
    # On the bus: uploaded, and failed.
    recorded["eventbridge-event"] = 2
    file = {"s3-put": 1, "s3-standard": _FILE_GB * _KEPT_MONTHS}
    removed = {"s3-put": 6, "s3-get": 2, "dynamodb-write": 6, "dynamodb-read": 4, "sqs-request": 6}
    removed["eventbridge-event"] = 1
    reading = {"dynamodb-read": 3, "s3-get": 1}
    return {
        ("POST", "/upload"): total(received, recorded, file, times(4, small)),
        # What is expected is written, looked for some 25 times, and dropped.
        ("POST", "/uploads"): total({"dynamodb-write": 56, "dynamodb-read": 50, "s3-get": 25}, small),
        # Begun: S3's own request, and what is written until it is given up. Completed: the parts' list, too.
        ("POST", "/s3/{proxy+}"): total(recorded, {"s3-put": 1 + _PART_LISTS}, times(4, small)),
        ("GET", "/s3/{proxy+}"): {"s3-put": _PART_LISTS, "dynamodb-write": 3},
        ("GET", "/stream/{proxy+}"): reading,
        ("GET", "/{proxy+}"): reading,
        ("POST", "/{proxy+}"): total(recorded, times(4, small)),
        ("DELETE", "/{proxy+}"): total(removed, times(6, small)),
    }


def _processing(measured: Measured) -> Iterator[Lever]:
    minutes = int(_default({"Ref": "MaxMinutesPerHour"}))
    hard = replace(measured.film, cpu_per_s=dict.fromkeys(measured.film.cpu_per_s, HARDEST_CPU_PER_S))
    minute = amounts.upload(replace(measured, film=hard), 60).usage
    bound = f"`MaxMinutesPerHour`: {minutes} minutes"
    yield Lever("videos of the hardest content, encoded", bound, times(minutes, minute), {})
    yield Lever("their deletion from the CDN", bound, {"cloudfront-invalidation": minutes}, {})
    at_once, memory_mb = measured.facts.plans_at_once, measured.facts.memory_mb["PlanFunction"]
    planned = {
        f"lambda-{measured.architecture}": at_once * HOUR_S * memory_mb / 1024,
        # Videos that wait ask again: some tenths of a second each.
        **dict.fromkeys(("sqs-request", "s3-get", "dynamodb-read"), at_once * HOUR_S * 4),
    }
    yield Lever("planning: what waits, and what is no video", f"{at_once} at once", planned, {})


def _sockets(measured: Measured) -> Lever:
    opened = float(_default({"Ref": "SocketsPerSecond"})) * HOUR_S
    small = amounts.small_call(measured, measured.facts.memory_mb["SocketFunction"])
    standing = opened * _SOCKET_HOURS
    usage = total(
        # Opened, told, closed.
        times(opened * 3, small),
        times(opened, {"dynamodb-write": 6, "dynamodb-read": 4, "websocket-message": 4}),
        {"websocket-minute": standing * 60},
        times(
            standing * _MESSAGES_PER_HOUR, {"websocket-message": 1, "dynamodb-write": 1, "dynamodb-read": 1}
        ),
    )
    return Lever(
        "sockets, opened and kept open", f"`SocketsPerSecond`: {opened / HOUR_S:g} a second", usage, usage
    )


def _webhooks(measured: Measured) -> Lever:
    """As many deliveries as can be made at once, all the time, none of which waits for its receiver."""
    mapping = template.properties("DeliveryQueueMapping")["ScalingConfig"]
    at_once, memory_mb = mapping["MaximumConcurrency"], measured.facts.memory_mb["DeliverFunction"]
    call = amounts.small_call(measured, memory_mb)
    call_s = call[f"lambda-{measured.architecture}"] / (memory_mb / 1024)
    usage = total(call, {"sqs-request": 3, "dynamodb-read": 2, "logs-gb": measured.log_gb_per_call})
    return Lever("messages to webhooks", f"{at_once} at once", times(at_once * HOUR_S / call_s, usage), {})


def _without_bound() -> Iterator[Lever]:
    replayed = {"s3-put": S3_PUTS_PER_S * HOUR_S}
    frames = {"websocket-message": GATEWAY_PER_S * HOUR_S}
    egress = {"cloudfront-gb": GIGABIT_GB_PER_HOUR}
    yield Lever("media sent by CloudFront, for each Gbit/s", None, egress, egress)
    yield Lever("a signed part or form sent again and again, as fast as S3 takes it", None, replayed, {})
    yield Lever("messages that clients send on sockets, if API Gateway bills them", None, frames, frames)


def _default(value: Any) -> Any:
    return template.load()["Parameters"][value["Ref"]]["Default"] if isinstance(value, dict) else value


def _name(value: Any) -> str:
    return str(value["Ref"]) if isinstance(value, dict) else "the stage"
