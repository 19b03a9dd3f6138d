from dataclasses import replace

import pytest

from reelway.adapters.connections import ConnectionsTable
from reelway.ports import Connection
from tests import aws
from tests.samples import UNKNOWN_ID, VIDEO_ID

QUIET = Connection(VIDEO_ID, "quiet", 1_771_238_431, wants_progress=False)
CURIOUS = Connection(VIDEO_ID, "curious", 1_771_238_432, wants_progress=True)


@pytest.fixture
def table(mocked_aws: None) -> ConnectionsTable:
    aws.make_tables()
    table = ConnectionsTable(aws.client("dynamodb"), aws.CONNECTIONS)
    table.add(QUIET)
    table.add(CURIOUS)
    return table


def watching(table: ConnectionsTable, video_id: str = VIDEO_ID) -> set[Connection]:
    return set(table.watching(video_id))


def test_the_sockets_on_a_video_are_those_that_were_added(table: ConnectionsTable) -> None:
    elsewhere = replace(QUIET, video_id=UNKNOWN_ID, connection_id="elsewhere")
    table.add(elsewhere)
    assert watching(table) == {QUIET, CURIOUS}
    assert set(table.all()) == {QUIET, CURIOUS, elsewhere}


def test_rows_expire_after_api_gateway_has_ended_the_socket(table: ConnectionsTable) -> None:
    item = aws.client("dynamodb").get_item(
        TableName=aws.CONNECTIONS, Key={"videoId": {"S": VIDEO_ID}, "connectionId": {"S": "quiet"}}
    )["Item"]
    assert int(item["expiresAt"]["N"]) > QUIET.connected_at + 2 * 3600


def test_a_removed_socket_is_gone_and_may_be_removed_again(table: ConnectionsTable) -> None:
    table.remove(VIDEO_ID, "quiet")
    table.remove(VIDEO_ID, "quiet")
    assert watching(table) == {CURIOUS}


def test_a_socket_is_removed_by_its_id_alone(table: ConnectionsTable) -> None:
    table.remove_by_connection("curious")
    table.remove_by_connection("never seen")
    assert watching(table) == {QUIET}


def test_a_version_is_claimed_once(table: ConnectionsTable) -> None:
    assert table.claim(QUIET, version=1, progress=0.0)
    assert not table.claim(QUIET, version=1, progress=0.0)
    assert table.claim(QUIET, version=2, progress=0.0)


def test_an_older_version_is_never_claimed(table: ConnectionsTable) -> None:
    assert table.claim(QUIET, version=3, progress=0.0)
    assert not table.claim(QUIET, version=2, progress=0.0)


def test_each_socket_claims_for_itself(table: ConnectionsTable) -> None:
    assert table.claim(QUIET, version=1, progress=0.0)
    assert table.claim(CURIOUS, version=1, progress=0.0)


def test_progress_within_a_version_is_claimed_by_those_that_want_it(table: ConnectionsTable) -> None:
    for connection in (QUIET, CURIOUS):
        table.claim(connection, version=2, progress=0.1)
    assert not table.claim(QUIET, version=2, progress=0.2)
    assert table.claim(CURIOUS, version=2, progress=0.2)
    assert not table.claim(CURIOUS, version=2, progress=0.2)
    assert not table.claim(CURIOUS, version=2, progress=0.15)


def test_a_new_version_is_claimed_whatever_its_progress(table: ConnectionsTable) -> None:
    assert table.claim(CURIOUS, version=2, progress=0.9)
    assert table.claim(CURIOUS, version=3, progress=0.0)


def test_a_socket_that_was_removed_cannot_claim_and_does_not_come_back(table: ConnectionsTable) -> None:
    table.remove(VIDEO_ID, "quiet")
    assert not table.claim(QUIET, version=1, progress=0.0)
    table.release(QUIET, version=1)
    assert watching(table) == {CURIOUS}


def test_a_released_claim_can_be_made_again(table: ConnectionsTable) -> None:
    assert table.claim(CURIOUS, version=2, progress=0.5)
    table.release(CURIOUS, version=2)
    assert table.claim(CURIOUS, version=2, progress=0.5)


def test_releasing_an_old_claim_does_not_undo_a_newer_one(table: ConnectionsTable) -> None:
    table.claim(QUIET, version=2, progress=0.0)
    table.claim(QUIET, version=3, progress=0.0)
    table.release(QUIET, version=2)
    assert not table.claim(QUIET, version=3, progress=0.0)


def test_a_greeting_is_seen_by_others_until_it_ends(table: ConnectionsTable) -> None:
    table.claim(QUIET, version=1, progress=0.0, as_greeting=True)
    assert watching(table) == {replace(QUIET, is_being_greeted=True), CURIOUS}
    table.end_greeting(QUIET)
    table.end_greeting(QUIET)
    assert watching(table) == {QUIET, CURIOUS}


def test_a_released_greeting_is_over(table: ConnectionsTable) -> None:
    table.claim(QUIET, version=1, progress=0.0, as_greeting=True)
    table.release(QUIET, version=1)
    assert watching(table) == {QUIET, CURIOUS}


def test_ending_the_greeting_of_a_removed_socket_does_not_bring_it_back(table: ConnectionsTable) -> None:
    table.remove(VIDEO_ID, "quiet")
    table.end_greeting(QUIET)
    assert watching(table) == {CURIOUS}


def test_a_claim_whose_answer_was_lost_is_still_ours(table: ConnectionsTable) -> None:
    def lose_the_first_answer(attempts: int, **_: object) -> int | None:
        return 0 if attempts == 1 else None

    events = aws.client("dynamodb").meta.events
    events.register_first("needs-retry.dynamodb.UpdateItem", lose_the_first_answer)
    try:
        assert table.claim(QUIET, version=1, progress=0.0)
    finally:
        events.unregister("needs-retry.dynamodb.UpdateItem", lose_the_first_answer)
    assert not table.claim(QUIET, version=1, progress=0.0)
