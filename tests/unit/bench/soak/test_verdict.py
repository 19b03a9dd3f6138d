import pytest

from bench.soak.journal import Journal, Outage, Session, Upload
from bench.soak.verdict import Ending, faults, growth_mb, outcomes

OUTAGE = Outage(saved=100, killed=200)


def upload(acknowledged: float = 50, deleted: float | None = None, *watchers: list[Session]) -> Upload:
    return Upload("v", acknowledged, deleted, list(watchers))


def told(ending: Ending, *outages: Outage) -> tuple[list[str], list[str]]:
    """The outcomes and the faults of one upload."""
    journal = Journal([ending.upload], list(outages))
    return list(outcomes(journal, [ending])), faults(journal, [ending])


@pytest.mark.parametrize(
    ("acknowledged", "outages", "outcome"),
    [
        (150, [OUTAGE], "lost with the unsaved state"),
        (50, [OUTAGE], "lost though it was saved"),
        (250, [OUTAGE], "lost though it was saved"),
        (150, [], "lost though it was saved"),
    ],
)
def test_only_what_came_between_the_save_and_the_kill_may_be_unknown(
    acknowledged: float, outages: list[Outage], outcome: str
) -> None:
    found, wrong = told(Ending(upload(acknowledged), "unknown"), *outages)

    assert found == [outcome]
    assert bool(wrong) == (outcome == "lost though it was saved")


@pytest.mark.parametrize("state", ["UPLOADED", "PROCESSING", "FAILED"])
def test_a_good_file_has_to_become_ready(state: str) -> None:
    assert told(Ending(upload(), state))[1] == [f"v is {state}"]


def test_what_was_deleted_stays_deleted_unless_the_deletion_was_lost() -> None:
    assert told(Ending(upload(50, 60), "deleted"), OUTAGE)[1] == []
    assert told(Ending(upload(50, 60), "READY"), OUTAGE)[1] == ["v is READY though it was deleted"]
    assert told(Ending(upload(50, 150), "READY"), OUTAGE)[1] == []
    assert told(Ending(upload(50), "deleted"), OUTAGE)[1] == ["v is deleted by nobody"]


def test_a_segment_that_does_not_play_is_a_fault() -> None:
    assert told(Ending(upload(), "READY", ("segment/1.ts: 404",)))[1] == ["v: segment/1.ts: 404"]


@pytest.mark.parametrize(
    ("sessions", "fault"),
    [
        ([Session(["UPLOADED", "READY"], 1000)], ""),
        ([Session(["UPLOADED"], cut=True)], ""),
        ([Session(["PROCESSING"], 1001), Session(["READY"], 1000)], ""),
        ([Session(["PROCESSING", "UPLOADED", "READY"], 1000)], "heard ['PROCESSING', 'UPLOADED', 'READY']"),
        ([Session(["PROCESSING"], 1001)], "ended with ['PROCESSING'], closed with 1001"),
        ([Session(["READY"], None)], "ended with ['READY'], closed with None"),
        ([Session()], "ended with [], closed with None"),
    ],
)
def test_sockets_hear_states_in_order_and_the_end(sessions: list[Session], fault: str) -> None:
    found = told(Ending(upload(50, None, sessions), "READY"))[1]

    assert found == ([f"v: a socket {fault}"] if fault else [])


def test_growth_is_seen_after_the_start_and_not_in_a_peak() -> None:
    assert growth_mb([10, 20, 50, 100, 100, 100, 110, 120, 130, 140, 900, 140]) == 40
    assert growth_mb([10, 20, 50, 100, 100, 100, 100, 900, 100, 100, 100, 100]) == 0
    assert growth_mb([1, 2]) == 0
