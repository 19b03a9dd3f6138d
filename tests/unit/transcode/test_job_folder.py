import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.readers.template import ROOT
from transcode.job_folder import job_folder

# Takes a folder, says so, and stays in it until it is killed.
JOB = """
import time
from transcode.job_folder import job_folder
with job_folder() as folder:
    (folder / "source").write_bytes(b"film")
    print(folder, flush=True)
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def tmp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def other_job(tmp: Path) -> Iterator[subprocess.Popen[str]]:
    environ = os.environ | {"TMPDIR": str(tmp), "PYTHONPATH": str(ROOT / "functions")}
    with subprocess.Popen([sys.executable, "-c", JOB], env=environ, stdout=subprocess.PIPE, text=True) as job:
        yield job
        job.kill()


def folder_of(job: "subprocess.Popen[str]") -> Path:
    assert job.stdout
    return Path(job.stdout.readline().strip())


def test_a_job_leaves_nothing_behind_even_if_it_breaks(tmp: Path) -> None:
    def broken_job() -> None:
        with job_folder() as folder:
            assert list(folder.iterdir()) == []
            (folder / "segment.ts").write_bytes(b"x")
            raise KeyError

    with pytest.raises(KeyError):
        broken_job()
    assert list(tmp.iterdir()) == []


def test_what_a_killed_job_has_left_is_gone_before_the_next_begins(
    other_job: "subprocess.Popen[str]", tmp: Path
) -> None:
    left = folder_of(other_job)
    other_job.send_signal(signal.SIGKILL)
    other_job.wait()
    assert (left / "source").read_bytes() == b"film"

    with job_folder() as folder:
        assert list(tmp.iterdir()) == [folder]


def test_a_job_that_is_at_work_keeps_its_folder(other_job: "subprocess.Popen[str]") -> None:
    theirs = folder_of(other_job)
    with job_folder() as folder:
        assert folder != theirs
        assert (theirs / "source").read_bytes() == b"film"


def test_two_jobs_of_one_process_keep_their_folders() -> None:
    with job_folder() as one, job_folder() as other:
        assert one.exists()
        assert other.exists()


def test_a_folder_that_was_removed_before_it_was_locked_is_made_again(
    tmp: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Path] = []

    def mkdtemp(prefix: str) -> str:
        folder = tmp / f"{prefix}{len(made)}"
        made.append(folder)
        if len(made) > 1:
            folder.mkdir()
        return str(folder)

    monkeypatch.setattr("tempfile.mkdtemp", mkdtemp)
    with job_folder() as folder:
        assert folder == made[1]
