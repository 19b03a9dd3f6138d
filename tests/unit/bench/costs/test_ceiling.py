"""What an anonymous client can cost at most, by the template."""

from typing import Any

import pytest

from bench.costs import ceiling, page
from bench.costs.prices import load
from bench.costs.usage import dollars
from local.settings import CHECKOUT
from tests.support.readers import template

PRICES = load()
INPUTS = page.inputs(CHECKOUT / "bench" / "results")
DEFAULT = INPUTS.measured(template.load()["Parameters"]["Architecture"]["Default"])
AT_MOST_USD = 5.0


def test_an_anonymous_client_costs_five_dollars_an_hour_at_most() -> None:
    is_open, is_read_only = ceiling.bounded(DEFAULT, PRICES)
    assert is_read_only < is_open <= AT_MOST_USD


@pytest.mark.parametrize(
    ("parameter", "higher"),
    [
        ("MaxMinutesPerHour", 1000),
        ("UploadsPerSecond", 20),
        ("PartsPerSecond", 100),
        ("CallsPerSecond", 200),
        ("OthersPerSecond", 5),
        ("SocketsPerSecond", 20),
    ],
)
def test_each_cap_counts(parameter: str, higher: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With any of them much higher, or left out, the bill is above what is promised."""
    monkeypatch.setitem(template.load()["Parameters"][parameter], "Default", higher)
    assert ceiling.bounded(DEFAULT, PRICES)[0] > AT_MOST_USD


def test_a_method_without_a_throttle_of_its_own_has_that_of_the_stage() -> None:
    rest, *listed = ceiling.throttles()
    assert (rest.path, rest.method, rest.parameter) == ("/*", "*", "OthersPerSecond")
    paths = template.rest_api()["paths"]
    for throttle in listed:
        assert throttle.method.lower() in paths[throttle.path]
    assert len({(throttle.path, throttle.method) for throttle in listed}) == len(listed)
    assert {len(methods) for methods in paths.values()} == {ceiling._METHODS_PER_PATH}


def test_slashes_of_a_throttled_path_are_written_as_cloudformation_wants_them() -> None:
    settings: list[dict[str, Any]] = template.properties("RestApi")["MethodSettings"]
    assert all(of["ResourcePath"].startswith("/~1") for of in settings[1:])
    assert all("/" not in of["ResourcePath"][1:] for of in settings[1:])


def test_what_nothing_bounds_is_said() -> None:
    without = [lever for lever in ceiling.levers(DEFAULT) if lever.bound is None]
    assert [dollars(lever.open_, PRICES) > AT_MOST_USD for lever in without] == [True, True, True]
    table = ceiling.table(DEFAULT, PRICES)
    assert all(f"| {lever.name} | nothing |" in table for lever in without)


def test_what_the_hardest_content_takes_is_twice_as_much_as_planning_expects_at_most() -> None:
    """The formula of the caps; noise was measured."""
    from reelway.admission import _USUAL_COST

    assert 1 < ceiling.HARDEST_CPU_PER_S / _USUAL_COST < 2


def test_a_parts_list_has_as_many_pages_as_are_counted() -> None:
    from upload.part_lists import MIN_PART_BYTES

    parts = -(-template.load()["Parameters"]["MaxUploadBytes"]["Default"] // MIN_PART_BYTES)
    assert -(-parts // 1000) == ceiling._PART_LISTS
