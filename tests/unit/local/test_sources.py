from pathlib import Path

import pytest

from local import sources


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in ("template.yaml", "samconfig.toml", "functions/upload/handler.py", "layers/ffmpeg/Makefile"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path


@pytest.mark.parametrize("name", ["template.yaml", "functions/upload/handler.py", "layers/ffmpeg/new"])
def test_any_change_of_a_source_changes_the_digest(checkout: Path, name: str) -> None:
    before = sources.digest(checkout)

    (checkout / name).write_text("changed")

    assert sources.digest(checkout) != before


@pytest.mark.parametrize("name", ["functions/__pycache__/a.pyc", "functions/.libraries/a.py", "README.md"])
def test_what_no_build_reads_does_not_change_the_digest(checkout: Path, name: str) -> None:
    before = sources.digest(checkout)

    (checkout / name).parent.mkdir(exist_ok=True)
    (checkout / name).write_text("new")

    assert sources.digest(checkout) == before


def test_a_file_that_moves_changes_the_digest(checkout: Path) -> None:
    before = sources.digest(checkout)

    (checkout / "functions/upload/handler.py").rename(checkout / "functions/handler.py")

    assert sources.digest(checkout) != before


@pytest.mark.parametrize(
    ("machine", "name"), [("aarch64", "arm64"), ("arm64", "arm64"), ("x86_64", "x86_64")]
)
def test_the_machines_processor_has_lambdas_name(
    monkeypatch: pytest.MonkeyPatch, machine: str, name: str
) -> None:
    monkeypatch.setattr("platform.machine", lambda: machine)

    assert sources.architecture() == name
