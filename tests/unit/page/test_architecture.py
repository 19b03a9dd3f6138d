import platform
from pathlib import Path

import pytest

from page.architecture import WrongArchitecture, check_build


@pytest.fixture(params=[("aarch64", "arm64", "x86_64"), ("x86_64", "x86_64", "arm64")])
def processors(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Lambda's names of the processor that the function runs on, and of the other one."""
    machine, own, other = request.param
    monkeypatch.setattr(platform, "machine", lambda: machine)
    return own, other


def test_a_build_for_this_processor_is_taken(tmp_path: Path, processors: tuple[str, str]) -> None:
    (tmp_path / "architecture").write_text(f"{processors[0]}\n")
    check_build(tmp_path)


def test_a_build_for_another_processor_is_refused_with_what_to_run(
    tmp_path: Path, processors: tuple[str, str]
) -> None:
    own, other = processors
    (tmp_path / "architecture").write_text(f"{other}\n")
    with pytest.raises(WrongArchitecture) as refused:
        check_build(tmp_path)
    assert f"built for {other}" in str(refused.value)
    assert f"make deploy ARCH={own}" in str(refused.value)


def test_sources_that_were_not_built_are_taken(tmp_path: Path) -> None:
    check_build(tmp_path)
