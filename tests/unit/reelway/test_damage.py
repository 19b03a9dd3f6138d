import pytest

from reelway.damage import is_too_damaged


@pytest.mark.parametrize(
    ("lost", "of", "is_too_much"),
    [
        (0, 0, False),
        (1, 15, False),
        (1, 1, False),
        (2, 15, True),
        (5, 100, False),
        (6, 100, True),
        (100, 2000, False),
    ],
)
def test_a_twentieth_may_be_lost_and_one_of_any_number(lost: int, of: int, is_too_much: bool) -> None:
    assert is_too_damaged(lost, of=of) == is_too_much
