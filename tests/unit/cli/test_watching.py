"""Watching: every state once, over as many sockets as it takes."""

import json
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosedError, InvalidHandshake

from cli import reelway
from tests.unit.cli.conftest import Run
from tests.unit.cli.fake import FakeReelway, problem

ID, QUERY = "3f0e8f3a", "progress=true&until=complete"
READY = {"state": "READY", "ladder": {"state": "complete", "progress": 1}}


class Sockets:
    """What `connect` gives: each socket tells some messages and breaks; there may be none."""

    def __init__(self, *sockets: list[dict[str, Any]] | None) -> None:
        self.urls: list[str] = []
        self._left = list(sockets)

    def connect(self, url: str, **_: object) -> Any:
        self.urls.append(url)
        messages = self._left.pop(0) if self._left else None
        if messages is None:
            raise InvalidHandshake
        return nullcontext(self._told(messages))

    @staticmethod
    def _told(messages: list[dict[str, Any]]) -> Iterator[str]:
        yield from map(json.dumps, messages)
        raise ConnectionClosedError(None, None)


def test_each_state_is_said_once_over_dropped_sockets(
    fake: FakeReelway, run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    uploaded, processing = {"state": "UPLOADED"}, {"state": "PROCESSING", "progress": 0.5}
    sockets = Sockets([uploaded], [], None, [uploaded, processing], [processing, {"state": "READY"}])
    monkeypatch.setattr(reelway, "connect", sockets.connect)
    fake.documents[ID] = [uploaded] * 4 + [processing, READY]

    assert run("watch", ID) == 0

    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.splitlines() == [
        f"{ID}: UPLOADED",
        f"{ID}: PROCESSING",
        f"{ID}: READY",
        f"{ID}: READY with all its renditions",
    ]
    assert sockets.urls == [f"ws://reelway.test/prefix/video/{ID}/status/stream?{QUERY}"] * 5


def test_where_no_socket_opens_the_description_tells(
    fake: FakeReelway, run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(reelway, "connect", Sockets().connect)
    fake.documents[ID] = [{"state": "UPLOADED"}, {"state": "PROCESSING"}, READY]

    assert run("watch", ID) == 0
    assert f"{ID}: PROCESSING\n{ID}: READY\n" in capsys.readouterr().err


def test_the_ladder_is_followed_after_ready_without_asking_for_it(
    fake: FakeReelway, run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    growing = [{"state": "READY", "ladder": {"state": "encoding", "progress": n / 9}} for n in range(9)]
    sockets = Sockets([*growing, READY])
    monkeypatch.setattr(reelway, "connect", sockets.connect)
    fake.documents[ID] = [growing[0], READY]

    assert run("watch", ID) == 0

    assert capsys.readouterr().err.endswith(f"{ID}: READY with all its renditions\n")
    assert (fake.asked[f"GET /video/{ID}"], len(sockets.urls)) == (2, 1)


def test_a_server_that_closes_its_sockets_at_ready_is_asked_again(
    fake: FakeReelway, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    sockets = Sockets([{"state": "READY"}], [{"state": "READY"}])
    monkeypatch.setattr(reelway, "connect", sockets.connect)
    fake.documents[ID] = [{"state": "READY", "ladder": {"state": "encoding"}}] * 2 + [READY]

    assert run("watch", ID) == 0
    assert len(sockets.urls) == 2


def test_a_ladder_that_fails_leaves_the_video_ready(
    fake: FakeReelway, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    failure = {"code": "interrupted", "message": "The machine was interrupted."}
    fake.documents[ID] = [{"state": "READY", "ladder": {"state": "failed"}, "failure": failure}]

    assert run("watch", ID) == 0
    assert f"{ID}: there will be no more renditions. The machine was interrupted." in capsys.readouterr().err


def test_a_failed_video_is_an_error_with_its_sentence(
    fake: FakeReelway, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    fake.documents[ID] = [{"state": "FAILED", "failure": {"code": "a", "message": "This is no video."}}]

    assert run("watch", ID) == 1
    assert capsys.readouterr().err == f"{ID}: FAILED\nreelway: This is no video.\n"


def test_a_video_that_is_deleted_meanwhile_ends_the_watching(
    fake: FakeReelway, run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def connect(url: str, **_: object) -> Any:
        fake.faults = [lambda _: problem(410, "The video was deleted.")]
        return nullcontext(iter(()))

    monkeypatch.setattr(reelway, "connect", connect)
    fake.documents[ID] = [{"state": "PROCESSING"}]

    assert run("watch", ID) == 1
    assert capsys.readouterr().err.endswith("reelway: The video was deleted.\n")


def test_https_is_watched_over_wss(fake: FakeReelway, monkeypatch: pytest.MonkeyPatch) -> None:
    sockets = Sockets([{**READY}])
    monkeypatch.setattr(reelway, "connect", sockets.connect)
    server = reelway.Server("https://reelway.test/")
    monkeypatch.setattr(reelway.Server, "describe", lambda *_: {"state": "UPLOADED"})

    assert [told["state"] for told in reelway.states(server, ID)] == ["UPLOADED", "READY"]
    assert sockets.urls == [f"wss://reelway.test/video/{ID}/status/stream?{QUERY}"]
