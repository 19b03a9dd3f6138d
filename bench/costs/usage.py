"""What is used of each service, as units of the prices in `prices.toml`, and what that costs."""

from collections.abc import Mapping

from bench.costs.prices import Price

Usage = Mapping[str, float]
"""Units by the name of their price."""


def total(*usages: Usage) -> dict[str, float]:
    found: dict[str, float] = {}
    for usage in usages:
        for name, units in usage.items():
            found[name] = found.get(name, 0.0) + units
    return found


def times(count: float, usage: Usage) -> dict[str, float]:
    return {name: count * units for name, units in usage.items()}


def dollars(usage: Usage, prices: Mapping[str, Price]) -> float:
    """At the price of the first units, without free ones: what one more costs a small account."""
    return sum(units * prices[name].usd for name, units in usage.items())


def monthly(usage: Usage, prices: Mapping[str, Price]) -> dict[str, float]:
    """Dollars of a month by service, with tiers and without what is free."""
    found: dict[str, float] = {}
    for name, units in usage.items():
        price = prices[name]
        found[price.of] = found.get(price.of, 0.0) + price.cost(units)
    return found
