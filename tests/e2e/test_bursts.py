"""More uploads at once than the machine has processors for: all are taken, and all become READY."""

import re
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from local import environment, processes
from local.edge.admission import AT_ONCE
from local.settings import STEPS_VARIABLE, Settings
from tests.support.media import corpus
from tests.support.readers.hls_player import Player
from tests.support.system.client import Client

pytestmark = pytest.mark.needs("restart")  # functions that run as processes of this machine

UPLOADS = 24
_FUNCTION = re.compile(r"-([A-Z][A-Za-z]+Function)-")


def work_of_processes(settings: Settings) -> dict[tuple[str, int], float]:
    """The seconds of processor time that each process has had, by its function's name and its pid."""
    work = {}
    emulator = processes.running(settings.state / "emulator.pid")
    for child in emulator.children() if emulator else []:
        with suppress(psutil.Error):
            if named := _FUNCTION.search(child.cwd()):
                used = child.cpu_times()
                work[named[1], child.pid] = used.user + used.system
    return work


@contextmanager
def counted(settings: Settings) -> Iterator[Counter[str]]:
    """The most processes at once that have worked for each function as long as the context lasts.

    Those of other versions of a function, which earlier tests have called, only wait.
    """
    before = work_of_processes(settings)
    most, ended = Counter[str](), threading.Event()

    def count() -> None:
        while not ended.wait(0.2):
            now = work_of_processes(settings)
            working = Counter(process[0] for process in now if now[process] != before.get(process))
            most.update(working - most)

    thread = threading.Thread(target=count)
    thread.start()
    try:
        yield most
    finally:
        ended.set()
        thread.join()


def test_uploads_beyond_the_machine_wait_and_all_become_ready(
    settings: Settings, client: Client, player: Player, tmp_path: Path
) -> None:
    clip = corpus.derive(
        "carphone_pristine.mp4",
        "-t",
        "1",
        "-c:v",
        "mpeg4",
        ffmpeg=player.ffmpeg,
        output=tmp_path / "clip.mp4",
    ).read_bytes()

    with counted(settings) as most, ThreadPoolExecutor(UPLOADS) as clients:
        videos = list(clients.map(client.upload, [clip] * UPLOADS))
        states = [client.final_state(video_id) for video_id in videos]

    assert states == ["READY"] * UPLOADS
    # A process that has answered is free a moment later: the next request may find none, and begin another.
    assert 0 < most["UploadFunction"] <= AT_ONCE * 1.5
    steps = int(environment.emulator(settings)[STEPS_VARIABLE])
    assert all(most[f"{step}Function"] <= steps for step in ("Prepare", "Encode", "Publish")), most
