"""Every dependency is pinned with its hashes, and nothing is installed past them."""

import json
import re
from pathlib import Path

import pytest

from supply.locks import LockFault, npm_locks, npm_packages, packages, pip_locks, pip_packages
from tests.support.readers import locks
from tests.support.samples import ROOT

_ASKED = sorted(ROOT.glob("requirements/*.in")) + [
    ROOT / folder / "requirements.in"
    for folder in ("functions", "functions/sigv4a", "layers/ffmpeg", "layers/probe", "web")
]
_NPM = npm_locks()


@pytest.mark.parametrize("asked", _ASKED, ids=lambda path: str(path.relative_to(ROOT)))
def test_whatever_is_asked_for_is_locked_with_hashes(asked: Path) -> None:
    lock = asked.with_suffix(".txt")

    assert locks.versions(asked).items() <= locks.versions(lock).items()
    assert all(locks.hashes(lock).values())
    assert len(locks.hashes(lock)) == len(locks.versions(lock))


def test_no_lock_is_left_without_what_it_is_made_of() -> None:
    assert {path.with_suffix(".in") for path in ROOT.glob("requirements/*.txt")} <= set(_ASKED)


@pytest.mark.parametrize("lock", _NPM, ids=lambda path: path.parent.name)
def test_packages_from_npm_are_locked_with_hashes(lock: Path) -> None:
    packages = json.loads(lock.read_text())["packages"]
    assert all("integrity" in package for path, package in packages.items() if path)


@pytest.mark.parametrize("lock", [*(path.with_suffix(".txt") for path in _ASKED), *_NPM])
def test_a_lock_names_no_registry(lock: Path) -> None:
    """A mirror serves as well as the registry that the lock was made with."""
    assert not re.search(r"://|index-url|find-links", re.sub(r'"url": "[^"]*"', "", lock.read_text()))


def test_the_functions_ship_what_they_are_tested_with() -> None:
    tested = locks.versions(ROOT / "requirements" / "local.txt")
    assert locks.versions(ROOT / "functions" / "requirements.txt").items() <= tested.items()


def test_uploads_are_read_on_aws_by_what_is_tested() -> None:
    layer = locks.hashes(ROOT / "layers" / "probe" / "requirements.txt")
    tested = locks.hashes(ROOT / "requirements" / "local.txt")
    assert {name: tested[name] for name in layer} == layer


def test_the_functions_libraries_are_locked_for_any_machine_that_builds() -> None:
    """A marker of the building machine would leave a library out where it is no Linux."""
    for folder in ("functions", "functions/sigv4a", "layers/ffmpeg", "layers/probe", "web"):
        assert ";" not in (ROOT / folder / "requirements.txt").read_text()


def test_every_lock_of_the_checkout_is_in_the_bill_of_materials() -> None:
    found = _files("requirements*.txt") | _files("requirements/*.txt") | _files("package-lock.json")
    assert found == {*pip_locks(), *npm_locks()}


def test_every_line_of_every_lock_is_pinned_with_a_hash() -> None:
    assert {package.lock for package in packages()} == {
        path.relative_to(ROOT).as_posix() for path in (*pip_locks(), *npm_locks())
    }


@pytest.mark.parametrize(
    "line",
    [
        "boto3==1.43.106",
        "boto3>=1 --hash=sha256:" + "0" * 64,
        "boto3==1 --hash=md5:" + "0" * 32,
        "-r more.txt",
    ],
)
def test_a_line_without_a_version_or_a_hash_is_found(tmp_path: Path, line: str) -> None:
    (tmp_path / "a.txt").write_text(f"# of make lock\nfine==1 \\\n    --hash=sha256:{'0' * 64}\n{line}\n")
    with pytest.raises(LockFault, match=r"a\.txt"):
        list(pip_packages(tmp_path / "a.txt", tmp_path))


def test_a_package_of_npm_without_its_integrity_is_found(tmp_path: Path) -> None:
    lock = {"packages": {"": {}, "node_modules/vue": {"version": "1.0.0"}}}
    (tmp_path / "package-lock.json").write_text(json.dumps(lock))
    with pytest.raises(LockFault, match="vue has no integrity"):
        list(npm_packages(tmp_path / "package-lock.json", tmp_path))


def _files(pattern: str) -> set[Path]:
    """Without what is built or installed."""
    return {
        path
        for path in ROOT.rglob(pattern)
        if not any(part.startswith(".") or part == "node_modules" for part in path.relative_to(ROOT).parts)
    }


@pytest.mark.parametrize("architecture", ["x86_64", "arm64"])
def test_the_binary_of_the_layer_has_a_checksum(architecture: str) -> None:
    lines = (ROOT / "layers" / "ffmpeg" / f"{architecture}.sha256").read_text().splitlines()

    assert [line.split("  ")[1] for line in lines] == ["ffmpeg"]
    assert all(re.fullmatch("[0-9a-f]{64}", line.split("  ")[0]) for line in lines)
