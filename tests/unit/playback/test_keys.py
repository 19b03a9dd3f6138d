from playback.keys import keep
from tests.support.doubles.fakes.edge_values import FakeEdgeValues


def test_a_new_key_is_verified_beside_the_one_before_and_no_older_one() -> None:
    values = FakeEdgeValues({"deny:video": "9"})
    assert keep(values, "1", "one", former="1") == ["key:1"]
    assert keep(values, "2", "two", former="1") == ["key:1", "key:2"]
    assert keep(values, "3", "three", former="2") == ["key:2", "key:3"]
    assert values.values == {"deny:video": "9", "key:2": "two", "key:3": "three"}


def test_a_delivery_that_is_repeated_changes_nothing() -> None:
    values = FakeEdgeValues({"key:1": "one"})
    for _ in range(2):
        keep(values, "2", "two", former="1")
    assert values.values == {"key:1": "one", "key:2": "two"}
