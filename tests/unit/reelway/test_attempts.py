from reelway.attempts import attempts


def test_there_is_one_turn_more_than_pauses_and_no_pause_after_the_last() -> None:
    log: list[float | str] = []
    for _ in attempts((0.1, 0.2), log.append):
        log.append("turn")
    assert log == ["turn", 0.1, "turn", 0.2, "turn"]


def test_nothing_is_waited_for_after_a_turn_that_succeeds() -> None:
    pauses_s: list[float] = []
    for _ in attempts((0.1, 0.2), pauses_s.append):
        break
    assert pauses_s == []
