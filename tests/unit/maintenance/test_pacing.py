from maintenance.pacing import Pace


def test_calls_are_apart_by_the_interval_but_the_first_is_made_at_once() -> None:
    slept: list[float] = []
    pace = Pace(0.1, now_s=lambda: 5.0, sleep=slept.append)
    for _ in range(3):
        pace.wait()
    assert [round(each, 6) for each in slept] == [0.1, 0.2]


def test_time_that_has_passed_anyway_is_not_waited_for() -> None:
    slept: list[float] = []
    times = iter([0.0, 60.0])
    pace = Pace(0.1, now_s=lambda: next(times), sleep=slept.append)
    pace.wait()
    pace.wait()
    assert slept == []
