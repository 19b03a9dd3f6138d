"""One world for all tests of this folder."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from local import environment, system
from local.settings import CHECKOUT, Settings
from tests.faults import clips
from tests.faults.cases import Cases
from tests.faults.report import Report
from tests.faults.scenarios import scenarios
from tests.faults.world import World, opened

_REPORT = pytest.StashKey[Report]()
# Everything instead of a part that takes some minutes: `make fuzz-faults`.
IS_COMPLETE = os.environ.get("EVERY_FAULT") == "1"
# Alone on the machine, all its processors; `make test` has others do something else.
PROCESSES = (os.cpu_count() or 1) if IS_COMPLETE else 1


@pytest.fixture(scope="session")
def programs(settings: Settings) -> Path:
    """The folder of the built ffmpeg."""
    environment.isolate(os.environ)
    system.build(settings)
    return settings.binaries


@pytest.fixture(scope="session")
def files(programs: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """A standard clip, and another one."""
    folder, ffmpeg = tmp_path_factory.mktemp("clips"), programs / "ffmpeg"
    return clips.standard(ffmpeg, folder), clips.other(ffmpeg, folder)


@pytest.fixture(scope="session")
def world(programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with opened(tmp_path_factory.mktemp("faults"), CHECKOUT / ".reelway" / "faults", programs) as world:
        yield world


@pytest.fixture(scope="session")
def cases(world: World, files: tuple[bytes, bytes]) -> Cases:
    found = Cases(world, scenarios(*files))
    found.find()
    return found


@pytest.fixture(scope="session")
def report(request: pytest.FixtureRequest, cases: Cases) -> Report:
    made = request.config.stash.setdefault(_REPORT, Report(PROCESSES))
    calls = sum(map(len, cases.of_scenario.values()))
    made.tried[f"calls of {len(list(cases.kinds()))} kinds"] = calls
    return made


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if _REPORT in config.stash:
        terminalreporter.section("faults")
        for line in config.stash[_REPORT].lines():
            terminalreporter.line(line)
