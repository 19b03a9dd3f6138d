"""What a number of videos a day costs, needs, and which limits it meets."""

import datetime
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.costs import amounts
from bench.costs.amounts import Measured, Upload
from bench.costs.prices import Price
from bench.costs.usage import dollars, monthly, times, total

SIZES = (10, 10_000, 1_000_000)  # videos a day
DURATION_S = 300
VIEWS = 10  # of each video, in full, in the month of its upload
KEPT_MONTHS = 12
PEAK = 3.0  # the busiest hour against the mean of the day
DAYS_A_MONTH = 30.4
_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Quota:
    """A row of quotas.toml."""

    name: str
    value: float
    unit: str
    moved_by: str
    source: str
    date: datetime.date
    confirmed: bool


def quotas() -> dict[str, Quota]:
    rows = tomllib.loads(Path(__file__).with_name("quotas.toml").read_text())
    return {name: Quota(**row) for name, row in rows.items()}


@dataclass(frozen=True, slots=True)
class Limit:
    """`per_day` is the number of videos a day that meets it in the busiest hour; 0 if one video does."""

    name: str
    what: str
    per_day: float
    then: str
    moved_by: str


def limits(measured: Measured) -> list[Limit]:
    """Of videos of `DURATION_S` that are watched `VIEWS` times; those that are met first come first."""
    of = amounts.upload(measured, DURATION_S)
    found = [*_of_quotas(measured, of), _of_planning(measured, of)]
    return sorted(found, key=lambda limit: limit.per_day)


def _of_quotas(measured: Measured, of: Upload) -> Iterator[Limit]:
    known = quotas()
    for name, each, then in _needs(of, times(VIEWS, amounts.watched(measured, DURATION_S)), measured):
        quota = known[name]
        mark = "" if quota.confirmed else " ?"
        is_met_at_once = name in _AT_ONCE and of.chunks_at_once > quota.value
        yield Limit(
            quota.name,
            f"{quota.value:,.0f} [{quota.unit}]({quota.source}){mark}",
            0.0 if is_met_at_once else per_day(quota.value, each),
            then,
            quota.moved_by,
        )


def _of_planning(measured: Measured, of: Upload) -> Limit:
    plans = measured.facts.plans_at_once
    return Limit(
        f"planning's {plans} at once",
        f"{plans} uploads planned at the same time, {of.plan_s:.0f} s each",
        per_day(plans, of.plan_s),
        "uploads wait in PlanQueue",
        "`MaximumConcurrency` of PlanQueueMapping in template.yaml",
    )


_AT_ONCE = ("lambda-new", "lambda")  # which the chunks of one video take together


def per_day(available: float, for_each: float) -> float:
    """Videos a day that use up what is available (a second, or at the same time) in the busiest hour."""
    return available / for_each / PEAK * _DAY_S


def _needs(of: Upload, watched: Mapping[str, float], measured: Measured) -> Iterator[tuple[str, float, str]]:
    """What each video needs of a quota, and what happens when it is used up."""
    usage = of.usage
    yield "lambda-new", of.slot_s, "chunks wait for their turn"
    yield "lambda", of.slot_s, "chunks wait for their turn"
    yield "states-start", 1.0, "planning is tried again"
    if of.chunks >= measured.facts.distributed_from:
        yield "states-maps", of.total_s, "executions wait for one another"
    yield "states-transition", usage["states-transition"], "executions go on more slowly"
    # All but the entry in the list of READY videos are in the list of open ones.
    yield "dynamodb-partition", of.index_writes - 1, "writes are throttled, and tried again"
    yield "dynamodb-new", usage["dynamodb-write"], "writes are throttled, and tried again"
    yield "dynamodb-table", usage["dynamodb-write"], "writes are throttled, and tried again"
    yield "rest", usage["rest-request"] + watched["rest-request"], "clients get 429"
    yield "websocket", 1.0, "sockets are refused; clients connect again"
    yield "s3-put", usage["s3-put"], "S3 answers 503, which is tried again"
    bits = VIEWS * measured.film.rendition_bps["1080p"] * DURATION_S / 1e9
    yield "cloudfront", bits, "viewers get errors or slow answers"


@dataclass(frozen=True, slots=True)
class Scale:
    """A month at one size; `concurrency` counts functions that run at the same time."""

    per_day: int
    by_service: Mapping[str, float]
    mean_concurrency: float
    peak_concurrency: float

    @property
    def dollars(self) -> float:
        return sum(self.by_service.values())


def scale(measured: Measured, prices: Mapping[str, Price], per_day: int) -> Scale:
    """The last month of a year in which so many videos were uploaded every day, and none deleted."""
    of, videos = amounts.upload(measured, DURATION_S), per_day * DAYS_A_MONTH
    kept = total(
        times(videos, amounts.stored(measured.film, DURATION_S, first_month=True)),
        times(videos * (KEPT_MONTHS - 1), amounts.stored(measured.film, DURATION_S, first_month=False)),
        {"s3-transition": videos},
    )
    used = total(
        times(videos, of.usage),
        times(videos * VIEWS, amounts.watched(measured, DURATION_S)),
        kept,
        amounts.idle(measured),
        {"metric": len(measured.facts.metrics), "dynamodb-storage": videos * KEPT_MONTHS * _RECORD_GB,
         "dynamodb-backup": videos * KEPT_MONTHS * _RECORD_GB},
    )  # fmt: skip
    mean = per_day / _DAY_S * of.slot_s
    return Scale(
        per_day,
        monthly(used, prices),
        mean,
        max(float(of.chunks_at_once), PEAK * mean),
    )


_RECORD_GB = 1200 / 2**30  # a record of five renditions, with its entry in the index


def per_video(measured: Measured, prices: Mapping[str, Price]) -> float:
    """Dollars to process one, at the prices of a small account."""
    return dollars(amounts.upload(measured, DURATION_S).usage, prices)
