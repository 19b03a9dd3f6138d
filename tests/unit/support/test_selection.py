"""Which tests are aimed at which stack."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.support.smoke.stack import CLOUDFRONT
from tests.support.system import selection


def item(*fixtures: str, **marks: tuple[str, ...]) -> Any:
    made = {name: SimpleNamespace(args=args) for name, args in marks.items()}
    return SimpleNamespace(nodeid="x::test", fixturenames=fixtures, get_closest_marker=made.get)


OWNERS = item("client", "cloud")
SMOKE = item("client", smoke=("errors",))
TOO_LARGE = item("client", smoke=("errors",), started_here=())
ON_AWS = item("client", smoke=("CloudFront",), only_on=(CLOUDFRONT,))
ALL = [OWNERS, SMOKE, TOO_LARGE, ON_AWS]


def test_at_a_url_only_the_smoke_test_runs() -> None:
    assert selection.split(ALL, frozenset()) == ([SMOKE], [OWNERS, TOO_LARGE, ON_AWS])


def test_what_only_aws_shows_is_asked_of_a_stack_on_aws() -> None:
    assert selection.split(ALL, frozenset({CLOUDFRONT}))[0] == [SMOKE, ON_AWS]


def test_on_a_system_that_is_started_here_all_runs_but_what_only_aws_shows() -> None:
    assert selection.split(ALL, None) == ([OWNERS, SMOKE, TOO_LARGE], [ON_AWS])


@pytest.mark.parametrize("fixture", ["cloud", "running", "settings", "player"])
def test_a_smoke_test_that_needs_more_than_a_url_is_refused(fixture: str) -> None:
    with pytest.raises(pytest.UsageError, match="needs more than a URL"):
        selection.split([item(fixture, smoke=("errors",))], None)
