from types import SimpleNamespace

import pytest

from maintenance.deadline import Deadline


def test_nothing_is_begun_in_the_last_seconds_before_the_timeout() -> None:
    remaining = iter([20_000, 19_999])
    deadline = Deadline.of(SimpleNamespace(get_remaining_time_in_millis=lambda: next(remaining)))
    assert not deadline.is_near()
    assert deadline.is_near()


@pytest.mark.parametrize(("left_s", "is_near"), [(220.0, False), (121.0, False), (119.0, True), (5.0, True)])
def test_a_part_of_the_time_is_a_part_of_what_may_be_used(left_s: float, is_near: bool) -> None:
    remaining = iter([220.0, left_s])
    assert Deadline(lambda: next(remaining)).earlier(0.5).is_near() is is_near


def test_nothing_can_be_had_of_time_that_has_run_out() -> None:
    assert Deadline(lambda: 1.0).earlier(1.0).is_near()
