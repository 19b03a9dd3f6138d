from reelway.webhooks.schedule import DELAYS_S, delay_s, pause_s


def test_a_delivery_is_tried_again_soon_then_less_and_less_often_for_a_day() -> None:
    delays = [delay_s(tries, 0.0) for tries in range(1, 20)]
    known = [delay for delay in delays if delay is not None]
    assert known[0] == 5
    assert known == sorted(known)
    assert 22 * 3600 < sum(known) < 24 * 3600
    assert delays[len(DELAYS_S)] is None


def test_what_failed_together_does_not_come_back_together() -> None:
    assert delay_s(6, 1.0) == 0.9 * 3600
    assert delay_s(6, 0.5) == 0.95 * 3600


def test_a_pause_grows_to_five_minutes() -> None:
    assert [pause_s(failures) for failures in (0, 1, 2, 3, 6, 1000)] == [5, 10, 20, 40, 300, 300]
