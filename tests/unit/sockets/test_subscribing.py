import pytest

from reelway.caller import ANYBODY, Caller, Scope
from reelway.details import Details
from reelway.ports.connections import Connection
from sockets.subscribing import subscribe
from tests.support.doubles.fakes.connections import FakeConnections
from tests.support.doubles.fakes.videos import FakeVideos
from tests.support.samples import UNKNOWN_ID, VIDEO_ID


@pytest.fixture
def videos() -> FakeVideos:
    videos = FakeVideos()
    videos.create(VIDEO_ID, size_bytes=1)
    return videos


def test_a_socket_on_a_known_video_is_recorded(videos: FakeVideos) -> None:
    connections = FakeConnections()
    status = subscribe(
        {"videoId": VIDEO_ID}, "L0SM=", ANYBODY, now_s=99, videos=videos, connections=connections
    )
    assert status == 200
    assert list(connections.all()) == [Connection(VIDEO_ID, "L0SM=", 99, wants_progress=False)]


@pytest.mark.parametrize(("asked", "wants"), [("true", True), ("false", False), ("1", False), ("", False)])
def test_progress_is_for_those_that_say_true(videos: FakeVideos, asked: str, wants: bool) -> None:
    connections = FakeConnections()
    query = {"videoId": VIDEO_ID, "progress": asked}
    subscribe(query, "L0SM=", ANYBODY, now_s=99, videos=videos, connections=connections)
    assert [connection.wants_progress for connection in connections.all()] == [wants]


@pytest.mark.parametrize(
    "query", [{}, {"videoId": UNKNOWN_ID}, {"videoId": "clip"}, {"videoId": VIDEO_ID.upper()}]
)
def test_an_unknown_video_is_404_and_leaves_no_record(videos: FakeVideos, query: dict[str, str]) -> None:
    connections = FakeConnections()
    assert subscribe(query, "L0SM=", ANYBODY, now_s=99, videos=videos, connections=connections) == 404
    assert connections.rows == {}


@pytest.mark.parametrize(
    ("caller", "status"),
    [
        (Caller("ada", frozenset({Scope.READ})), 200),
        (Caller("ada", frozenset({Scope.READ}), VIDEO_ID), 200),
        (Caller("ada", frozenset({Scope.READ}), UNKNOWN_ID), 404),
        (Caller("bob", frozenset({Scope.READ})), 404),
        (Caller("bob", frozenset({Scope.ADMIN})), 200),
        (Caller("ada", frozenset({Scope.UPLOAD})), 403),
    ],
)
def test_an_owners_video_is_for_those_who_may_read_it(caller: Caller, status: int) -> None:
    videos, connections = FakeVideos(details={VIDEO_ID: Details("ada")}), FakeConnections()
    videos.create(VIDEO_ID, size_bytes=1)
    query = {"videoId": VIDEO_ID}
    assert subscribe(query, "L0SM=", caller, now_s=99, videos=videos, connections=connections) == status
    assert len(connections.rows) == (status == 200)


@pytest.mark.parametrize(
    ("asked", "waits"), [("complete", True), ("ready", False), ("true", False), ("", False)]
)
def test_the_ladder_is_for_those_that_say_complete(videos: FakeVideos, asked: str, waits: bool) -> None:
    connections = FakeConnections()
    query = {"videoId": VIDEO_ID, "until": asked}
    subscribe(query, "L0SM=", ANYBODY, now_s=99, videos=videos, connections=connections)
    assert [connection.until_complete for connection in connections.all()] == [waits]
