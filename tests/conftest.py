"""Fixtures for tests that run on a whole local system; unit tests use none of them."""

import os
import signal
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from local import endpoints, environment, system
from local.errors import LocalError
from local.settings import Settings, on_free_ports
from local.system import System
from reelway.timestamps import utc_now
from tests.support.media import corpus
from tests.support.readers.hls_player import Player
from tests.support.smoke import stack
from tests.support.system import selection, token_stack
from tests.support.system.capabilities import ALL, Capabilities
from tests.support.system.client import Client
from tests.support.system.cloud import Cloud
from tests.support.system.probing import capabilities_of
from tests.support.system.token_stack import TokenStack

_ENVIRON = dict(os.environ)  # as it was before a fixture hid the account of the developer


def pytest_addoption(parser: pytest.Parser) -> None:
    """No variable of the environment: REELWAY_URL is the command line's, and may name real videos."""
    parser.addoption("--url", help="test this running stack through its public URL alone, and start nothing")
    parser.addoption("--origin", default="", help="ask as a page of this origin, which that stack allows")


def pytest_configure(config: pytest.Config) -> None:
    """Let Ctrl-C end the programs that tests start, even if a shell runs pytest in the background."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for line in selection.MARKERS:
        config.addinivalue_line("markers", line)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what cannot be tested on the stack under test."""
    traits = None
    if url := config.getoption("url"):
        try:
            traits = stack.at(url, config.getoption("origin")).traits
        except stack.CannotTest as error:
            raise pytest.UsageError(str(error)) from error
    kept, left_out = selection.split(items, traits)
    items[:] = kept
    if left_out:
        config.hook.pytest_deselected(items=left_out)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """With REELWAY_SKIPS=forbidden a skipped test fails the run, on machines that have every program."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    is_forbidden = os.environ.get("REELWAY_SKIPS") == "forbidden"
    if is_forbidden and exitstatus == 0 and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """With AWS_ENDPOINT_URL those of a stack on the emulator that answers there.

    Pages of one other origin may use the API, on a third free port.
    """
    folder = tmp_path_factory.mktemp("reelway")
    try:
        found = on_free_ports(folder, endpoints.named_in(_ENVIRON))
    except LocalError as error:
        pytest.exit(str(error), returncode=pytest.ExitCode.USAGE_ERROR)
    return replace(found, origins=(f"http://127.0.0.1:{on_free_ports(folder).edge_port}",))


@pytest.fixture(scope="session")
def running(settings: Settings) -> Iterator[System]:
    """The real template on an emulator, behind the edge; shared by all tests of a run.

    The emulator is one with AUTH=true of the tests' own, unless AWS_ENDPOINT_URL names another.
    """
    environment.isolate(os.environ)
    try:
        started = system.start(settings)
        # Scheduled maintenance would fail the unfinished videos of tests, which call maintenance themselves.
        Cloud(started).disable_schedules()
        yield started
    except LocalError as error:
        pytest.exit(str(error), returncode=pytest.ExitCode.USAGE_ERROR)
    finally:
        system.stop(settings)


@pytest.fixture(scope="session")
def capabilities(settings: Settings, request: pytest.FixtureRequest) -> Capabilities:
    """What the emulator can do; of our own it is everything, so that nothing is skipped."""
    return ALL if settings.emulator_url is None else capabilities_of(request.getfixturevalue("running"))


@pytest.fixture(autouse=True)
def _needs(request: pytest.FixtureRequest) -> None:
    """Skips a test with @pytest.mark.needs("…") where the emulator lacks that capability.

    A stack at --url is no emulator, and has them all.
    """
    if not request.config.getoption("url"):
        for marker in request.node.iter_markers("needs"):
            request.getfixturevalue("capabilities").require(*marker.args)


@pytest.fixture(scope="session")
def client(request: pytest.FixtureRequest) -> Iterator[Client]:
    """A client of the stack at --url, which is left as it was found; else of the system started here."""
    url = request.config.getoption("url")
    origin = request.config.getoption("origin")
    with Client(url, origin) if url else _client_of_emulated(request) as client:
        yield client
        kept = client.own.delete(client.http) if url else []
        assert not kept, f"uploaded and not deleted: {kept}"


def _client_of_emulated(request: pytest.FixtureRequest) -> Client:
    url = request.getfixturevalue("running").edge_url
    return Client(url, capabilities=request.getfixturevalue("capabilities"))


@pytest.fixture(scope="session")
def cloud(running: System, capabilities: Capabilities) -> Cloud:
    return Cloud(running, capabilities=capabilities)


@pytest.fixture(scope="session")
def tokens(
    running: System,
    settings: Settings,
    capabilities: Capabilities,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[TokenStack]:
    """A second stack, with Access=token, deployed for the first test that asks for it, and shared by all."""
    capabilities.require("restart")
    with token_stack.deployed(running, settings, tmp_path_factory.mktemp("tokens")) as stack:
        yield stack


@pytest.fixture(scope="session")
def player(settings: Settings) -> Player:
    """The built ffmpeg as a player of published video. It needs no running system."""
    environment.isolate(os.environ)
    system.build(settings)
    return Player(settings.binaries)


@pytest.fixture
def programs(player: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts the built ffmpeg and ffprobe, and nothing else, on the PATH of the code under test."""
    monkeypatch.setenv("PATH", str(player.folder))


@pytest.fixture(scope="session")
def short_video(client: Client) -> str:
    """A READY video of 132 frames in one chunk, with audio: four renditions of 5.28 s."""
    return client.upload_until(corpus.file("bigbuckbunny.mp4"), "READY")


@pytest.fixture(scope="session")
def failed_video(client: Client) -> str:
    return client.upload_until(b"this is a text and no video " * 100, "FAILED")


@pytest.fixture
def processing_video(cloud: Cloud) -> str:
    """A video that stays in PROCESSING: no execution works on it, but it is too new for maintenance."""
    video_id = str(uuid.uuid4())
    cloud.put_video(video_id, state="PROCESSING", rank=1, version=2, runId="none", listedAt=utc_now())
    return video_id


@pytest.fixture(scope="session")
def large_file(player: Player, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real clip repeated two hundred times: more than 200 MB."""
    output = tmp_path_factory.mktemp("large") / "large.mp4"
    return corpus.repeated("bigbuckbunny.mp4", 200, ffmpeg=player.ffmpeg, output=output)
