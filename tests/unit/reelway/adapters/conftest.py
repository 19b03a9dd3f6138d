from pathlib import Path

import pytest

from tests.unit.reelway.adapters.programs import FakePrograms


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakePrograms:
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return FakePrograms(tmp_path)
