from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from cli import reelway
from tests.unit.cli.fake import BASE_URL, FakeReelway

Run = Callable[..., int]


@pytest.fixture
def fake() -> FakeReelway:
    return FakeReelway()


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where unfinished uploads are written down."""
    folder = tmp_path / "state"
    monkeypatch.setattr("platformdirs.user_state_path", lambda _: folder)
    return folder


@pytest.fixture
def server(fake: FakeReelway) -> reelway.Server:
    return reelway.Server(BASE_URL, transport=httpx.MockTransport(fake.answer))


@pytest.fixture
def run(
    fake: FakeReelway, server: reelway.Server, notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Runs a command on the fake, with parts of 4 bytes and no delays; its exit status."""
    monkeypatch.setenv("REELWAY_URL", BASE_URL)
    monkeypatch.setattr(reelway, "MIN_PART_BYTES", 4)
    for name in ("FIRST_DELAY_S", "MAX_DELAY_S", "LADDER_DELAY_S"):
        monkeypatch.setattr(reelway, name, 0)
    monkeypatch.delenv("REELWAY_TOKEN", raising=False)

    def server_of(url: str, *, token: str) -> reelway.Server:
        return _ServerClass(url, transport=httpx.MockTransport(fake.answer), token=token)

    monkeypatch.setattr(reelway, "Server", server_of)
    monkeypatch.setattr(reelway, "_abandon_stdout", lambda: None)
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: reelway.main([str(argument) for argument in arguments])


_ServerClass = reelway.Server
