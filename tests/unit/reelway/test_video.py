import uuid
from datetime import timedelta
from itertools import pairwise

import pytest

from reelway.timestamps import utc_now
from reelway.video import State, is_video_id, new_video_id


def test_ranks_rise_along_the_lifecycle_and_both_ends_share_the_highest() -> None:
    assert [state.rank for state in (State.UPLOADED, State.PROCESSING, State.READY, State.FAILED)] == [
        0,
        1,
        2,
        2,
    ]


def test_only_ready_and_failed_are_final() -> None:
    assert {state for state in State if state.is_final} == {State.READY, State.FAILED}


def test_states_are_spelled_as_clients_see_them() -> None:
    assert [str(state) for state in State] == ["UPLOADED", "PROCESSING", "READY", "FAILED"]


def test_new_ids_are_random_uuids_in_the_form_that_is_accepted() -> None:
    first, second = new_video_id(), new_video_id()
    assert first != second
    assert is_video_id(first)
    assert uuid.UUID(first).version == 4


ID = "3f0e8f3a-4c39-4ea1-9d1f-27a4f1f4b0c7"


@pytest.mark.parametrize(
    "text",
    [
        "",
        ID.upper(),
        ID.replace("-", ""),
        f"{{{ID}}}",
        f"urn:uuid:{ID}",
        f"{ID} ",
        f"{ID}\n",
        ID[:-1],
        f"../{ID}",
        "3f0e8f3a-4c394-ea1-9d1f-27a4f1f4b0c7",
        "g" + ID[1:],
        "٣" + ID[1:],
    ],
)
def test_only_the_canonical_lower_case_form_is_an_id(text: str) -> None:
    assert is_video_id(ID)
    assert not is_video_id(text)


def test_times_as_text_order_as_times() -> None:
    times = [utc_now(ago=timedelta(days=9)), utc_now(ago=timedelta(microseconds=900)), utc_now()]
    assert all(before < after for before, after in pairwise(times))
    assert all(len(time) == len("2026-01-01T00:00:00.000000Z") and time.endswith("Z") for time in times)
