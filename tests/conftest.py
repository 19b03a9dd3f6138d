"""Fixtures of the tests that run on a whole local system; unit tests use none of them."""

import os
import signal
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from local import environment, system
from local.settings import Settings, on_free_ports
from local.system import System
from reelway.timestamps import utc_now
from tests.support.media import corpus
from tests.support.readers.hls_player import Player
from tests.support.system.client import Client
from tests.support.system.cloud import Cloud


def pytest_configure() -> None:
    """Ctrl-C ends the programs that tests start, also where a shell started the tests in its background."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """On a machine that has everything, a test that was left out is one that failed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    is_forbidden = os.environ.get("REELWAY_SKIPS") == "forbidden"
    if is_forbidden and exitstatus == 0 and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return on_free_ports(tmp_path_factory.mktemp("reelway"))


@pytest.fixture(scope="session")
def running(settings: Settings) -> Iterator[System]:
    """The real template on the emulator with AUTH=true, behind the edge; shared by all tests of a run."""
    environment.isolate(os.environ)
    try:
        started = system.start(settings)
        # Its sweep would settle the half-made videos of tests, which call maintenance themselves.
        cloud = Cloud(started)
        cloud.client("events").disable_rule(Name=cloud.physical_id("MaintenanceFunctionOften"))
        yield started
    finally:
        system.stop(settings)


@pytest.fixture(scope="session")
def client(running: System) -> Iterator[Client]:
    with Client(running.edge_url) as client:
        yield client


@pytest.fixture(scope="session")
def cloud(running: System) -> Cloud:
    return Cloud(running)


@pytest.fixture(scope="session")
def player(settings: Settings) -> Player:
    """The built ffmpeg, used as a client; nothing is started for it."""
    environment.isolate(os.environ)
    system.build(settings)
    return Player(settings.binaries)


@pytest.fixture
def programs(player: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    """The functions' code finds the built ffmpeg and ffprobe, and nothing else."""
    monkeypatch.setenv("PATH", str(player.folder))


@pytest.fixture(scope="session")
def short_video(client: Client) -> str:
    """A READY video of 132 frames in one chunk, with sound: four renditions of 5.28 s."""
    return client.upload_until(corpus.file("bigbuckbunny.mp4"), "READY")


@pytest.fixture(scope="session")
def failed_video(client: Client) -> str:
    return client.upload_until(b"this is a text and no video " * 100, "FAILED")


@pytest.fixture
def processing_video(cloud: Cloud) -> str:
    """A video that stays in PROCESSING, because nothing works on it, but not yet for long."""
    video_id = str(uuid.uuid4())
    cloud.put_video(video_id, state="PROCESSING", rank=1, version=2, runId="none", listedAt=utc_now())
    return video_id


@pytest.fixture(scope="session")
def large_file(player: Player, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real clip, two hundred times: more than 200 MB."""
    output = tmp_path_factory.mktemp("large") / "large.mp4"
    return corpus.repeated("bigbuckbunny.mp4", 200, ffmpeg=player.ffmpeg, output=output)
