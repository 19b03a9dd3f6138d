"""The layer is built out of a wheel whose binary is known byte by byte."""

import hashlib
import os
import zipfile
from pathlib import Path

import pytest

from tests.support.make import Checkout

WHEELS = {
    "imageio_ffmpeg-1-py3-none-any.whl": "imageio_ffmpeg/binaries/ffmpeg-linux-{alias}-v9",
}
PROGRAMS = ("ffmpeg",)
ALIASES = {"x86_64": "x86_64", "arm64": "aarch64"}


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A copy that has fetched a wheel with a small program."""
    checkout = Checkout.copy(tmp_path / "läyer of ffmpeg", tmp_path / "programs")
    layer = checkout.folder / "layers" / "ffmpeg"
    for architecture, alias in ALIASES.items():
        wheels = layer / ".wheels" / architecture
        wheels.mkdir(parents=True)
        for wheel, member in WHEELS.items():
            with zipfile.ZipFile(wheels / wheel, "w") as archive:
                archive.writestr(member.format(alias=alias), f"{wheel} for {architecture}")
        sums = [
            f"{_sum(wheel, architecture)}  {name}\n" for wheel, name in zip(WHEELS, PROGRAMS, strict=True)
        ]
        (layer / f"{architecture}.sha256").write_text("".join(sums))
        (wheels / ".fetched").touch()
    return checkout


def _sum(wheel: str, architecture: str) -> str:
    return hashlib.sha256(f"{wheel} for {architecture}".encode()).hexdigest()


def _build(checkout: Checkout, artifacts: Path, architecture: str) -> tuple[int, str]:
    return checkout.make(
        "-C", "layers/ffmpeg", "build-FfmpegLayer", ARCH=architecture, ARTIFACTS_DIR=str(artifacts)
    )


@pytest.mark.parametrize("architecture", ["x86_64", "arm64"])
def test_known_binaries_are_taken(checkout: Checkout, tmp_path: Path, architecture: str) -> None:
    status, output = _build(checkout, tmp_path / "artifacts", architecture)

    assert status == 0, output
    assert sorted(path.name for path in (tmp_path / "artifacts" / "bin").iterdir()) == list(PROGRAMS)


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_binary_that_is_another_ends_the_build(checkout: Checkout, tmp_path: Path, program: str) -> None:
    sums = checkout.folder / "layers" / "ffmpeg" / "arm64.sha256"
    digests = {line.split()[1]: line.split()[0] for line in sums.read_text().splitlines()}
    sums.write_text(sums.read_text().replace(digests[program], "0" * 64))

    status, output = _build(checkout, tmp_path / "artifacts", "arm64")

    assert status == 2
    assert f"{program}: FAILED" in output


def test_a_binary_without_a_checksum_ends_the_build(checkout: Checkout, tmp_path: Path) -> None:
    (checkout.folder / "layers" / "ffmpeg" / "x86_64.sha256").unlink()

    assert _build(checkout, tmp_path / "artifacts", "x86_64")[0] == 2


@pytest.mark.parametrize("architecture", ["x86_64", "arm64"])
def test_another_lock_fetches_other_wheels(checkout: Checkout, architecture: str) -> None:
    lock = checkout.folder / "layers" / "ffmpeg" / "requirements.txt"
    fetched = checkout.folder / "layers" / "ffmpeg" / ".wheels" / architecture / ".fetched"
    (fetched.parent / "old.whl").touch()
    os.utime(lock, ns=(fetched.stat().st_mtime_ns + 10**9,) * 2)

    status, output = checkout.make("-C", "layers/ffmpeg", "wheels", ARCH=architecture)

    assert status == 0, output
    assert [asked for asked in checkout.asked if "--require-hashes" in asked and "download" in asked]
    assert not (fetched.parent / "old.whl").exists()
