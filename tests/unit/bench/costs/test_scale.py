from dataclasses import replace

import pytest

from bench.costs import amounts, page, scale, tables
from bench.costs.amounts import Measured
from bench.costs.prices import load
from local.settings import CHECKOUT

PRICES = load()


@pytest.fixture(scope="module")
def measured() -> Measured:
    return page.inputs(CHECKOUT / "bench" / "results").measured("arm64")


def test_a_quota_is_shared_out_among_the_videos_of_the_busiest_hour() -> None:
    # 1,000 places, each of which a video takes for 100 s: 10 videos a second, a third of it on the mean.
    assert scale.per_day(1000, 100) == pytest.approx(10 / scale.PEAK * 86_400)


def test_limits_are_those_of_the_template_and_come_in_their_order(measured: Measured) -> None:
    found = scale.limits(measured)
    more = scale.limits(replace(measured, facts=replace(measured.facts, plans_at_once=50)))

    assert [limit.per_day for limit in found] == sorted(limit.per_day for limit in found)
    plan, of_more = (next(of for of in limits if "planned" in of.what) for limits in (found, more))
    assert of_more.per_day == pytest.approx(10 * plan.per_day)
    assert plan.per_day == pytest.approx(scale.per_day(5, 2.0))


def test_every_quota_is_a_limit(measured: Measured) -> None:
    many = replace(measured, facts=replace(measured.facts, distributed_from=2))
    names = {limit.name for limit in scale.limits(many)}

    assert {quota.name for quota in scale.quotas().values()} <= names


def test_the_first_limit_of_each_size_is_met_by_that_size(measured: Measured) -> None:
    limits = scale.limits(measured)
    for size in scale.SIZES:
        table = tables.first_limits(limits, [scale.scale(measured, PRICES, size)])
        shown = [limit for limit in limits if limit.name in table]
        assert shown == ([limit for limit in limits if limit.per_day < size] or limits[:1])


def test_functions_at_once_follow_from_their_seconds(measured: Measured) -> None:
    size, of = scale.scale(measured, PRICES, 10_000), amounts.upload(measured, scale.DURATION_S)

    assert size.mean_concurrency == pytest.approx(10_000 / 86_400 * of.slot_s)
    assert size.peak_concurrency == pytest.approx(max(of.chunks_at_once, scale.PEAK * size.mean_concurrency))


def test_a_bill_is_the_sum_of_its_services(measured: Measured) -> None:
    size = scale.scale(measured, PRICES, 10_000)

    assert size.dollars == pytest.approx(sum(size.by_service.values()))
    assert size.dollars < 1000 * scale.scale(measured, PRICES, 1000).dollars


def test_ten_thousand_times_as_many_videos_are_cheaper_each(measured: Measured) -> None:
    few, many = (scale.scale(measured, PRICES, size).dollars / size for size in (10_000, 1_000_000))

    assert many < few


def test_a_longer_video_takes_more_of_everything(measured: Measured) -> None:
    short, long = (amounts.upload(measured, seconds).usage for seconds in (300, 3600))

    assert {name for name in short if long[name] < short[name]} == set()


def test_what_many_chunks_cost_beyond_one_each_are_executions_of_their_own(measured: Measured) -> None:
    of = amounts.upload(measured, 3600)
    transitions = of.usage["states-transition"]
    facts = replace(measured.facts, distributed_from=of.chunks + 1)
    inline = amounts.upload(replace(measured, facts=facts), 3600).usage["states-transition"]

    assert transitions - inline == (2 * of.chunks if of.chunks >= measured.facts.distributed_from else 0)


def test_an_idle_month_costs_what_is_polled_and_watched(measured: Measured) -> None:
    usage = amounts.idle(measured)

    assert usage["sqs-request"] == measured.facts.queues_polled * 5 * 730 * 3600 / 20
    assert usage["alarm"] == measured.facts.alarms > 0
    assert usage["lambda-request"] == pytest.approx(3 * 8760)
    # Maintenance reads lists, and where it has left off in them.
    assert usage["dynamodb-read"] > 0
    assert usage["s3-get"] > 0
