import datetime
from dataclasses import replace

import pytest

from bench.costs import prices, scale
from bench.costs.prices import Price
from bench.costs.usage import dollars, monthly, times, total
from bench.encode import lambda_model

TIERED = Price(
    "x", "S3", "GB", ((0, 1.0), (10, 0.5), (20, 0.1)), "https://x", datetime.date(2026, 1, 1), True
)


@pytest.mark.parametrize(
    ("units", "cost"), [(0, 0.0), (4, 4.0), (10, 10.0), (12, 11.0), (20, 15.0), (30, 16.0)]
)
def test_each_tier_is_billed_at_its_own_price(units: float, cost: float) -> None:
    assert TIERED.cost(units) == pytest.approx(cost)


def test_what_is_free_is_taken_off_first() -> None:
    free = replace(TIERED, free=5)

    assert free.cost(4) == 0
    assert free.cost(17) == pytest.approx(11.0)


@pytest.mark.parametrize("name", sorted(prices.load()))
def test_every_price_has_a_source_and_a_date_that_is_not_to_come(name: str) -> None:
    price = prices.load()[name]

    assert price.source.startswith("https://")
    assert datetime.date(2020, 1, 1) < price.date <= datetime.datetime.now(datetime.UTC).date()
    assert price.of
    assert price.unit


@pytest.mark.parametrize("name", sorted(prices.load()))
def test_tiers_begin_at_nothing_and_get_cheaper(name: str) -> None:
    tiers = prices.load()[name].tiers

    assert tiers[0][0] == 0
    assert sorted(tiers) == sorted(tiers, key=lambda tier: -tier[1]) == list(tiers)


@pytest.mark.parametrize("name", sorted(scale.quotas()))
def test_every_quota_has_a_source_and_a_date(name: str) -> None:
    quota = scale.quotas()[name]

    assert quota.source.startswith("https://docs.aws.amazon.com/") or "repost.aws" in quota.source
    assert quota.date <= datetime.datetime.now(datetime.UTC).date()
    assert quota.value > 0


def test_the_model_of_encoding_has_the_same_prices() -> None:
    of = prices.load()

    assert lambda_model.dollars_per_hour(1.0, "arm64") == pytest.approx(
        3600 * 1769 / 1024 * of["lambda-arm64"].usd
    )


def test_usages_are_added_and_multiplied_by_name() -> None:
    assert total({"a": 1, "b": 2}, {"b": 3}) == {"a": 1, "b": 5}
    assert times(3, {"a": 2}) == {"a": 6}


def test_a_bill_is_summed_up_by_service() -> None:
    other = replace(TIERED, name="y", tiers=((0, 2.0),))
    of = {"x": TIERED, "y": other}

    assert dollars({"x": 12, "y": 1}, of) == 14.0
    assert monthly({"x": 12, "y": 1}, of) == {"S3": 13.0}
