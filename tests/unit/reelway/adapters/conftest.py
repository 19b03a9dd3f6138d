from pathlib import Path

import pytest

from reelway.adapters import probe_process
from reelway.adapters.telemetry import Metrics
from reelway.adapters.videos_table import VideosTable
from tests.support.doubles import moto_aws
from tests.unit.reelway.adapters.programs import FakePrograms
from tests.unit.reelway.adapters.videos import clock


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakePrograms:
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(probe_process, "READER", (str(tmp_path / "reader"),))
    return FakePrograms(tmp_path)


@pytest.fixture
def table(mocked_aws: None) -> VideosTable:
    """An empty Videos table, whose clock goes on by a second with each change."""
    moto_aws.make_tables()
    return VideosTable(moto_aws.client("dynamodb"), moto_aws.VIDEOS, Metrics("reelway"), now=clock())
