import uuid
from collections.abc import Callable
from dataclasses import replace

import pytest

from reelway.adapters.connections_table import ConnectionsTable
from reelway.errors import StorageFailed
from reelway.ports.connections import Claim, Connection
from tests.support.doubles import moto_aws
from tests.support.samples import UNKNOWN_ID, VIDEO_ID

QUIET = Connection(VIDEO_ID, "quiet", 1_771_238_431, wants_progress=False)
CURIOUS = Connection(VIDEO_ID, "curious", 1_771_238_432, wants_progress=True)


@pytest.fixture
def clock() -> list[float]:
    """The one time that the table sees, in seconds."""
    return [1_771_238_440.5]


@pytest.fixture
def table(mocked_aws: None, clock: list[float]) -> ConnectionsTable:
    moto_aws.make_tables()
    table = ConnectionsTable(moto_aws.client("dynamodb"), moto_aws.CONNECTIONS, now_s=lambda: clock[0])
    table.add(QUIET)
    table.add(CURIOUS)
    return table


def claim(
    table: ConnectionsTable,
    connection: Connection,
    version: int,
    progress: float = 0.0,
    *,
    again: bool = False,
) -> Claim:
    """By a claim that nobody ends."""
    return table.claim(connection, str(uuid.uuid4()), version=version, progress=progress, again=again)


def send(table: ConnectionsTable, connection: Connection, version: int, progress: float = 0.0) -> Claim:
    """Claim a message, and report it as sent."""
    claim_id = str(uuid.uuid4())
    claim = table.claim(connection, claim_id, version=version, progress=progress)
    table.done(connection, claim_id)
    return claim


def watching(table: ConnectionsTable, video_id: str = VIDEO_ID) -> set[Connection]:
    return set(table.watching(video_id, limit=100))


def test_the_sockets_on_a_video_are_those_that_were_added(table: ConnectionsTable) -> None:
    elsewhere = replace(QUIET, video_id=UNKNOWN_ID, connection_id="elsewhere")
    table.add(elsewhere)
    assert watching(table) == {QUIET, CURIOUS}
    assert set(moto_aws.connections()) == {QUIET, CURIOUS, elsewhere}


def test_sockets_on_a_video_are_read_in_pages(table: ConnectionsTable) -> None:
    ids = [f"{number:02}" for number in range(20)]
    for connection_id in ids:
        table.add(replace(QUIET, video_id=UNKNOWN_ID, connection_id=connection_id))

    def page(first: str | None, last: str | None, limit: int = 100) -> list[str]:
        found = table.watching(UNKNOWN_ID, first=first, last=last, limit=limit)
        return [connection.connection_id for connection in found]

    assert page(None, None) == ids
    assert page(None, None, limit=3) == ids[:3]
    assert page("03", None, limit=3) == ids[3:6]
    assert page(None, "04") == ids[:5]
    assert page("03", "05") == ids[3:6]
    assert page("03", "03") == ids[3:4]


def test_rows_expire_after_api_gateway_has_ended_the_socket(table: ConnectionsTable) -> None:
    item = moto_aws.client("dynamodb").get_item(
        TableName=moto_aws.CONNECTIONS, Key={"videoId": {"S": VIDEO_ID}, "connectionId": {"S": "quiet"}}
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
    assert [send(table, QUIET, 1), send(table, QUIET, 1), send(table, QUIET, 2)] == [
        Claim.GRANTED,
        Claim.NOT_NEEDED,
        Claim.GRANTED,
    ]


def test_an_older_version_is_never_claimed(table: ConnectionsTable) -> None:
    assert [send(table, QUIET, 3), send(table, QUIET, 2)] == [Claim.GRANTED, Claim.NOT_NEEDED]


def test_each_socket_claims_for_itself(table: ConnectionsTable) -> None:
    assert claim(table, QUIET, 1) is Claim.GRANTED
    assert claim(table, CURIOUS, 1) is Claim.GRANTED


def test_progress_within_a_version_is_claimed_by_those_that_want_it(table: ConnectionsTable) -> None:
    for connection in (QUIET, CURIOUS):
        send(table, connection, 2, 0.1)
    assert send(table, QUIET, 2, 0.2) is Claim.NOT_NEEDED
    claims = [send(table, CURIOUS, 2, progress) for progress in (0.2, 0.2, 0.15)]
    assert claims == [Claim.GRANTED, Claim.NOT_NEEDED, Claim.NOT_NEEDED]


def test_a_new_version_is_claimed_whatever_its_progress(table: ConnectionsTable) -> None:
    assert [send(table, CURIOUS, 2, 0.9), send(table, CURIOUS, 3, 0.0)] == [Claim.GRANTED, Claim.GRANTED]


def test_a_socket_that_was_removed_cannot_claim_and_does_not_come_back(table: ConnectionsTable) -> None:
    table.remove(VIDEO_ID, "quiet")
    assert claim(table, QUIET, 1) is Claim.NOT_NEEDED
    table.release(QUIET, "first")
    assert watching(table) == {CURIOUS}


def test_a_released_claim_can_be_made_again(table: ConnectionsTable) -> None:
    assert table.claim(CURIOUS, "first", version=2, progress=0.5) is Claim.GRANTED
    table.release(CURIOUS, "first")
    assert claim(table, CURIOUS, 2, 0.5) is Claim.GRANTED


def test_releasing_an_old_claim_does_not_undo_a_newer_one(table: ConnectionsTable) -> None:
    table.claim(QUIET, "first", version=2, progress=0.0)
    table.done(QUIET, "first")
    send(table, QUIET, 3)
    table.release(QUIET, "first")
    assert send(table, QUIET, 3) is Claim.NOT_NEEDED


def test_the_last_version_is_claimed_again_only_where_that_is_asked_for(table: ConnectionsTable) -> None:
    send(table, QUIET, 2, 0.5)
    assert claim(table, QUIET, 2, 0.4, again=True) is Claim.NOT_NEEDED
    assert claim(table, QUIET, 1, 0.9, again=True) is Claim.NOT_NEEDED
    assert claim(table, QUIET, 2, 0.5, again=True) is Claim.GRANTED


def test_a_socket_is_busy_while_a_message_is_on_its_way(table: ConnectionsTable) -> None:
    table.claim(QUIET, "first", version=2, progress=0.0)
    busy = [claim(table, QUIET, version) for version in (1, 2, 3)]
    assert busy == [Claim.NOT_NEEDED, Claim.BUSY, Claim.BUSY]
    table.done(QUIET, "first")
    table.done(QUIET, "first")
    assert [send(table, QUIET, version) for version in (2, 3)] == [Claim.NOT_NEEDED, Claim.GRANTED]


@pytest.mark.parametrize("version", [1, 2])
def test_the_claim_of_a_sender_that_died_goes_to_another(
    table: ConnectionsTable, clock: list[float], version: int
) -> None:
    claim(table, QUIET, 1)
    clock[0] += 9.9
    assert claim(table, QUIET, version) is Claim.BUSY
    clock[0] += 0.1
    assert claim(table, QUIET, version) is Claim.GRANTED


def test_a_released_claim_leaves_the_socket_free(table: ConnectionsTable) -> None:
    table.claim(QUIET, "first", version=1, progress=0.0)
    table.release(QUIET, "first")
    assert claim(table, QUIET, 1) is Claim.GRANTED


def test_a_late_end_of_an_old_claim_does_not_end_a_newer_one(
    table: ConnectionsTable, clock: list[float]
) -> None:
    table.claim(QUIET, "first", version=1, progress=0.0)
    clock[0] += 11
    claim(table, QUIET, 2)
    table.done(QUIET, "first")
    assert claim(table, QUIET, 3) is Claim.BUSY


def test_ending_the_hold_of_a_removed_socket_does_not_bring_it_back(table: ConnectionsTable) -> None:
    table.claim(QUIET, "first", version=1, progress=0.0)
    table.remove(VIDEO_ID, "quiet")
    table.done(QUIET, "first")
    assert watching(table) == {CURIOUS}


def test_a_claim_whose_answer_was_lost_is_still_ours(table: ConnectionsTable) -> None:
    with moto_aws.lost_first_answer("dynamodb", "UpdateItem"):
        assert table.claim(QUIET, "first", version=1, progress=0.0) is Claim.GRANTED
    table.done(QUIET, "first")
    assert claim(table, QUIET, 1) is Claim.NOT_NEEDED


def test_a_missing_table_is_a_storage_failure_in_every_call(mocked_aws: None) -> None:
    table = ConnectionsTable(moto_aws.client("dynamodb"), "nowhere")
    calls: list[Callable[[], object]] = [
        lambda: table.add(QUIET),
        lambda: table.remove(VIDEO_ID, "quiet"),
        lambda: table.remove_by_connection("quiet"),
        lambda: table.watching(VIDEO_ID, limit=1),
        lambda: claim(table, QUIET, 1),
        lambda: table.release(QUIET, "first"),
        lambda: table.done(QUIET, "first"),
    ]
    for call in calls:
        with pytest.raises(StorageFailed):
            call()


def test_a_socket_until_complete_is_sent_more_of_one_version(table: ConnectionsTable) -> None:
    patient = replace(QUIET, connection_id="patient", until_complete=True)
    table.add(patient)
    assert patient in watching(table)
    progress = [0.0, 2.0, 2.0, 4.0, 4.0, 2.5]
    sent = [send(table, patient, version=3, progress=each) is Claim.GRANTED for each in progress]
    assert sent == [True, True, False, True, False, False]


def test_rows_of_earlier_releases_end_with_ready(table: ConnectionsTable) -> None:
    moto_aws.client("dynamodb").update_item(
        TableName=moto_aws.CONNECTIONS,
        Key={"videoId": {"S": VIDEO_ID}, "connectionId": {"S": "quiet"}},
        UpdateExpression="REMOVE untilComplete",
    )
    assert watching(table) == {QUIET, CURIOUS}
    assert send(table, QUIET, version=3, progress=1.0) is Claim.GRANTED
    assert send(table, QUIET, version=3, progress=4.0) is Claim.NOT_NEEDED
