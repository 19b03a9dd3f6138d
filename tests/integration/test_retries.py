"""The state machine's own Retry: what a fault of ours has stopped is done again, and a bad file is not."""

import os
import signal
from pathlib import Path

import psutil
import pytest

from tests.support.media import corpus
from tests.support.readers.hls_player import Player
from tests.support.system.client import Client, eventually
from tests.support.system.cloud import Cloud
from tests.support.system.processes import processes_about


@pytest.fixture
def film(player: Player, tmp_path: Path) -> Path:
    """Not a standard source: it is READY only after its chunks, each of which takes ffmpeg a second."""
    return corpus.derive(
        "bikes.mp4", "-vf", "scale=1280:720", "-c:v", "mpeg4", "-q:v", "14",
        ffmpeg=player.ffmpeg, output=tmp_path / "film.mp4",
    )  # fmt: skip


def failed_steps(cloud: Cloud, video_id: str) -> list[str]:
    return cloud.step_errors(video_id) if cloud.is_running(video_id) else []


@pytest.mark.needs("restart")  # functions that run as processes of this machine
@pytest.mark.parametrize("victim", ["ffmpeg", "function"])
def test_a_video_whose_encoder_is_killed_is_encoded_again(
    client: Client, cloud: Cloud, film: Path, victim: str
) -> None:
    video_id = client.upload(film)
    [encoder, *_] = eventually(lambda: processes_about(f"uploads/{video_id}"), within_s=60)

    os.kill(encoder if victim == "ffmpeg" else psutil.Process(encoder).ppid(), signal.SIGKILL)

    assert client.final_state(video_id) == "READY"
    assert client.ladder_of(video_id) == "complete"
    names = {"ffmpeg": ("ProcessingInterrupted", "ProcessingAborted"), "function": ("Runtime.ExitError",)}
    assert set(names[victim]) & set(cloud.step_errors(video_id))


WRITTEN = {
    "PrepareFunction": "jobs/*/prepared.json",
    "EncodeFunction": "jobs/*/chunks/*",
    "PublishFunction": "stream/*/manifest",
}


@pytest.mark.parametrize("step", WRITTEN)
def test_a_step_that_cannot_write_goes_on_when_it_can(client: Client, cloud: Cloud, step: str) -> None:
    with cloud.denied("JobRole", "s3:PutObject", f"*/{WRITTEN[step]}"):
        video_id = client.upload(corpus.file("carphone_pristine.mp4"))
        eventually(lambda: failed_steps(cloud, video_id), within_s=60)

    assert client.final_state(video_id) == "READY"
    assert client.ladder_of(video_id) == "complete"


def test_a_step_that_gets_no_credentials_goes_on_when_it_can(client: Client, cloud: Cloud) -> None:
    with cloud.denied("PrepareFunction", "sts:AssumeRole"):
        video_id = client.upload(corpus.file("bikes.mp4"))
        eventually(lambda: failed_steps(cloud, video_id), within_s=60)

    assert client.final_state(video_id) == "READY"
