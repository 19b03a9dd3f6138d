"""One world for all tests of this folder."""

import os
from collections.abc import Iterator

import pytest

from local import environment, system
from local.settings import CHECKOUT, Settings
from tests.faults import clips
from tests.faults.cases import Cases
from tests.faults.report import Report
from tests.faults.scenarios import Scenario, scenarios
from tests.faults.world import World, opened

_REPORT = pytest.StashKey[Report]()
# Everything instead of a part that takes some minutes: `make fuzz-faults`.
IS_COMPLETE = os.environ.get("EVERY_FAULT") == "1"


@pytest.fixture(scope="session")
def played(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[World, dict[str, Scenario]]]:
    environment.isolate(os.environ)
    system.build(settings)
    folder = tmp_path_factory.mktemp("faults")
    ffmpeg = settings.binaries / "ffmpeg"
    files = clips.standard(ffmpeg, folder), clips.other(ffmpeg, folder)
    with opened(folder, CHECKOUT / ".reelway" / "faults", settings.binaries) as world:
        yield world, scenarios(*files)


@pytest.fixture(scope="session")
def world(played: tuple[World, dict[str, Scenario]]) -> World:
    return played[0]


@pytest.fixture(scope="session")
def plays(played: tuple[World, dict[str, Scenario]]) -> dict[str, Scenario]:
    return played[1]


@pytest.fixture(scope="session")
def cases(world: World, plays: dict[str, Scenario]) -> Cases:
    found = Cases(world, plays)
    found.find()
    return found


@pytest.fixture(scope="session")
def report(request: pytest.FixtureRequest, cases: Cases) -> Report:
    made = request.config.stash.setdefault(_REPORT, Report())
    calls = sum(map(len, cases.of_scenario.values()))
    made.tried[f"calls of {len(list(cases.kinds()))} kinds"] = calls
    return made


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if _REPORT in config.stash:
        terminalreporter.section("faults")
        for line in config.stash[_REPORT].lines():
            terminalreporter.line(line)
