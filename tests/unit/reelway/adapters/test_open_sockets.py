import pytest

from reelway.adapters.connections_table import ConnectionsTable
from reelway.adapters.open_sockets import OpenSocketsTable
from reelway.adapters.telemetry import Metrics
from reelway.adapters.videos_table import VideosTable
from reelway.errors import StorageFailed
from reelway.ports.connections import Connection
from reelway.ports.open_sockets import Share
from tests.support.doubles import moto_aws
from tests.support.samples import UNKNOWN_ID, VIDEO_ID
from tests.unit.reelway.adapters.videos import start

SOCKET = Connection(VIDEO_ID, "L0SM=", 99, wants_progress=True)


@pytest.fixture
def sockets(mocked_aws: None) -> OpenSocketsTable:
    moto_aws.make_tables()
    return OpenSocketsTable(moto_aws.client("dynamodb"), moto_aws.CONNECTIONS, moto_aws.VIDEOS)


@pytest.fixture
def connections(sockets: OpenSocketsTable) -> ConnectionsTable:
    return ConnectionsTable(moto_aws.client("dynamodb"), moto_aws.CONNECTIONS)


@pytest.fixture
def videos(sockets: OpenSocketsTable) -> VideosTable:
    return VideosTable(moto_aws.client("dynamodb"), moto_aws.VIDEOS, Metrics("reelway"))


def test_all_rows_are_found_page_by_page(
    sockets: OpenSocketsTable, connections: ConnectionsTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reelway.adapters.open_sockets._PAGE", 2)
    for n in range(5):
        connections.add(Connection(VIDEO_ID, f"L0SM{n}=", 99, wants_progress=False))
    found, share = [], Share(until_s=0)
    while True:
        page = sockets.page(share)
        assert len(page.connections) <= 2
        found += [connection.connection_id for connection in page.connections]
        if page.last is None:
            break
        share = Share(until_s=0, after=page.last)
    assert sorted(found) == [f"L0SM{n}=" for n in range(5)]


def test_shares_have_every_row_once(sockets: OpenSocketsTable, connections: ConnectionsTable) -> None:
    for n in range(9):
        connections.add(Connection(VIDEO_ID, f"L0SM{n}=", 99, wants_progress=False))
    pages = [sockets.page(Share(until_s=0, index=index, count=3)) for index in range(3)]
    found = [connection.connection_id for page in pages for connection in page.connections]
    assert sorted(found) == [f"L0SM{n}=" for n in range(9)]


def test_a_row_that_cannot_be_read_is_named_and_the_others_are_read(
    sockets: OpenSocketsTable, connections: ConnectionsTable
) -> None:
    connections.add(SOCKET)
    moto_aws.client("dynamodb").put_item(
        TableName=moto_aws.CONNECTIONS, Item={"videoId": {"S": VIDEO_ID}, "connectionId": {"S": "broken"}}
    )
    page = sockets.page(Share(until_s=0))
    assert page.connections == [SOCKET]
    assert [*page.unreadable] == ["broken"]


def test_videos_are_read_as_they_are_shown(sockets: OpenSocketsTable, videos: VideosTable) -> None:
    videos.create(VIDEO_ID, size_bytes=1)
    start(videos)
    whole = videos.find(VIDEO_ID)
    known = sockets.videos([VIDEO_ID, UNKNOWN_ID]).videos
    assert whole
    assert [*known] == [VIDEO_ID]
    video = known[VIDEO_ID]
    assert (video.state, video.version, video.updated_at) == (whole.state, whole.version, whole.updated_at)
    assert video.progress == whole.progress


def test_a_deleted_video_is_not_known(sockets: OpenSocketsTable, videos: VideosTable) -> None:
    videos.create(VIDEO_ID, size_bytes=1)
    videos.delete(VIDEO_ID)
    assert sockets.videos([VIDEO_ID]).videos == {}


def test_a_video_that_cannot_be_read_is_named(sockets: OpenSocketsTable, videos: VideosTable) -> None:
    videos.create(VIDEO_ID, size_bytes=1)
    moto_aws.client("dynamodb").update_item(
        TableName=moto_aws.VIDEOS,
        Key={"videoId": {"S": VIDEO_ID}},
        UpdateExpression="REMOVE createdAt",
    )
    known = sockets.videos([VIDEO_ID])
    assert (known.videos, [*known.unreadable]) == ({}, [VIDEO_ID])


def test_a_missing_table_is_a_storage_failure(mocked_aws: None) -> None:
    nowhere = OpenSocketsTable(moto_aws.client("dynamodb"), "nowhere", "nowhere")
    for call in (lambda: nowhere.page(Share(until_s=0)), lambda: nowhere.videos([VIDEO_ID])):
        with pytest.raises(StorageFailed):
            call()
