"""Kills in each phase of a local system, as power cuts and people do them: starting it again always works.

On a system of its own, because what others are waiting for would be lost.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from local import environment, processes, system
from local.settings import CHECKOUT, SAVE, Settings, on_free_ports
from tests.support.media import corpus
from tests.support.readers.hls_player import Player
from tests.support.system.client import Client, eventually
from tests.support.system.processes import processes_about

pytestmark = pytest.mark.needs("restart")

# `make up` of a system of the test's own, in a program that can be killed.
_START = (
    "import sys; from pathlib import Path; from local import system; from local.settings import Settings; "
)
_START += "system.start(Settings(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))"


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    environment.isolate(os.environ)
    own = on_free_ports(tmp_path_factory.mktemp("own"))
    yield own
    system.stop(own)


@pytest.fixture(scope="module")
def own_client(own: Settings) -> Iterator[Client]:
    with Client(own.edge_url) as client:
        yield client


@pytest.fixture(scope="module")
def kept(own: Settings, own_client: Client) -> str:
    """A READY video that a graceful stop has saved."""
    system.start(own)
    video_id = own_client.upload_until(corpus.file("bigbuckbunny.mp4"), "READY")
    system.stop(own)
    system.start(own)
    return video_id


@pytest.fixture(scope="module")
def film(player: Player, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Not a standard source, so that it is PROCESSING for some seconds."""
    return corpus.derive(
        "bikes.mp4", "-vf", "scale=1280:720", "-c:v", "mpeg4", "-q:v", "14",
        ffmpeg=player.ffmpeg, output=tmp_path_factory.mktemp("film") / "film.mp4",
    )  # fmt: skip


def kill(own: Settings, program: str) -> None:
    process = psutil.Process(pid_of(own, program))
    process.kill()
    eventually(lambda: not processes.alive(process))


def pid_of(own: Settings, program: str) -> int:
    process = processes.running(own.state / f"{program}.pid")
    assert process is not None
    return process.pid


def upload_that_is_being_encoded(client: Client, film: Path) -> str:
    video_id = client.upload(film)
    eventually(lambda: processes_about(f"uploads/{video_id}"), within_s=60)
    return video_id


def test_a_start_that_is_killed_while_it_deploys_can_be_repeated(own: Settings, own_client: Client) -> None:
    ports = [str(own.edge_port), str(own.emulator_port)]
    starting = subprocess.Popen([sys.executable, "-c", _START, str(own.state), *ports], cwd=CHECKOUT)
    eventually(lambda: (own.logs / "deploy.log").exists(), within_s=120)
    starting.kill()
    starting.wait()

    system.start(own)

    assert own_client.get("/stream/ready").json() == []


def test_a_kill_in_the_first_session_loses_its_uploads_and_nothing_else(
    own: Settings, own_client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    system.start(own)
    lost = own_client.upload(corpus.file("bikes.mp4"))
    kill(own, "emulator")

    system.start(own)

    assert "1 upload and all else since its first start is lost." in capsys.readouterr().out
    assert own_client.get(f"/video/{lost}").status_code == 404
    own_client.upload_until(corpus.file("bigbuckbunny.mp4"), "READY")


def test_processing_that_a_stop_has_interrupted_goes_on(
    own: Settings, own_client: Client, kept: str, film: Path
) -> None:
    video_id = upload_that_is_being_encoded(own_client, film)

    system.stop(own)
    system.start(own)

    assert own_client.final_state(video_id) == "READY"
    assert own_client.describe(kept)["state"] == "READY"


def test_a_kill_during_processing_leaves_what_was_saved(
    own: Settings, own_client: Client, kept: str, film: Path, player: Player
) -> None:
    lost = upload_that_is_being_encoded(own_client, film)
    kill(own, "emulator")

    system.start(own)

    assert own_client.get(f"/video/{lost}").status_code == 404
    assert player.frame_count(f"{own.edge_url}/stream/{kept}/manifest") == 132
    assert not processes_about(f"uploads/{lost}")


def test_a_kill_while_state_is_saved_leaves_what_was_saved_before(
    own: Settings, own_client: Client, kept: str
) -> None:
    process = psutil.Process(pid_of(own, "emulator"))
    process.send_signal(SAVE)
    log = own.logs / "emulator.log"
    eventually(lambda: "Persistence: saved" in log.read_text().rsplit("Ready —", 1)[-1])
    with suppress(psutil.NoSuchProcess):  # saved already
        process.kill()

    system.start(own)

    assert own_client.describe(kept)["state"] == "READY"
    assert own_client.get(f"/stream/{kept}/manifest").status_code == 200


def test_an_edge_that_was_killed_is_started_again(own: Settings, own_client: Client, kept: str) -> None:
    emulator = pid_of(own, "emulator")
    kill(own, "edge")

    system.start(own)

    assert pid_of(own, "emulator") == emulator
    assert own_client.describe(kept)["state"] == "READY"
