"""Versions of SAM CLI: the checkout's, and the one that people have beside it."""

from pathlib import Path

import pytest

from account import tools
from account.findings import Finding, Level


def sam(path: Path, *, says: str, status: int = 0) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{says}'\nexit {status}\n")
    path.chmod(0o755)


def found(checkout: Path) -> dict[str, Finding]:
    return {finding.subject: finding for finding in tools.findings(checkout)}


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with SAM CLI, and a PATH on which there is nothing but a shell."""
    folder = tmp_path / "checkout"
    sam(folder / ".venv-sam" / "bin" / "sam", says="SAM CLI, version 1.170.0")
    monkeypatch.setenv("PATH", f"{tmp_path / 'programs'}:/bin")
    return folder


def test_the_checkouts_own_is_told_with_its_version(checkout: Path) -> None:
    assert found(checkout)["SAM CLI"].found == "1.170.0"


@pytest.mark.parametrize("broken", ["not there", "fails"])
def test_one_that_does_not_run_is_refused(checkout: Path, broken: str) -> None:
    program = checkout / ".venv-sam" / "bin" / "sam"
    if broken == "fails":
        sam(program, says="ImportError", status=1)
    else:
        program.unlink()
    finding = found(checkout)["SAM CLI"]
    assert finding.level == Level.FAILED
    assert "make environments" in finding.remedy


@pytest.mark.parametrize(("version", "is_told"), [("1.157.1", True), ("1.158.0", False), ("2.0.0", False)])
def test_an_older_one_on_the_path_is_told_because_it_does_not_know_the_websocket_api(
    checkout: Path, tmp_path: Path, version: str, is_told: bool
) -> None:
    sam(tmp_path / "programs" / "sam", says=f"SAM CLI, version {version}")
    assert ("your SAM CLI" in found(checkout)) == is_told


def test_the_checkouts_own_on_the_path_is_told_once(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sam(checkout / ".venv-sam" / "bin" / "sam", says="SAM CLI, version 1.100.0")
    monkeypatch.setenv("PATH", f"{checkout / '.venv-sam' / 'bin'}:/bin")
    assert list(found(checkout)) == ["SAM CLI"]
