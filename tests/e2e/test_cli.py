"""The command line as a separate process, against a whole system."""

import json
import os
import pty
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urljoin

import m3u8
import pytest

from tests.support.doubles.faulty_servers import holding_proxy
from tests.support.media import corpus
from tests.support.readers.hls_player import Player
from tests.support.samples import ROOT, UNKNOWN_ID
from tests.support.system.client import Client, eventually

MIB = 2**20
PART_BYTES = 8 * MIB  # that the command line sends in one part
LIMIT_S = 180  # for one command on a busy machine


@dataclass(frozen=True, slots=True)
class Cli:
    """Runs `cli/reelway.py` in `folder`, with `more` as environment and no settings of this machine."""

    url: str
    folder: Path
    more: dict[str, str] = field(default_factory=dict)

    def start(self, *arguments: object, stdout: int = subprocess.PIPE) -> subprocess.Popen[str]:
        own = {"HOME": str(self.folder), "XDG_STATE_HOME": str(self.folder / "state"), "TERM": "xterm"}
        return subprocess.Popen(
            [sys.executable, ROOT / "cli" / "reelway.py", *map(str, arguments)],
            env={"PATH": os.environ["PATH"], "REELWAY_URL": self.url, **own, **self.more},
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        process = self.start(*arguments)
        stdout, stderr = process.communicate(timeout=LIMIT_S)
        assert "Traceback" not in stderr
        assert "\x1b" not in stderr
        return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)

    def unfinished(self) -> tuple[str, str]:
        """(path in the API, key) of the one multipart upload that is not finished."""
        [note] = (self.folder / "state" / "reelway").glob("*.json")
        begun = json.loads(note.read_text())
        return f"/s3/multipart/{quote(begun['upload_id'], safe='')}", begun["key"]


@pytest.fixture
def cli(client: Client, tmp_path: Path) -> Cli:
    return Cli(client.base_url, tmp_path)


@pytest.fixture
def large_clip(tmp_path: Path) -> Path:
    """A real clip of four parts, padded with an MP4 box `free`, which players skip."""
    clip = corpus.file("carphone_pristine.mp4").read_bytes()
    room = 3 * PART_BYTES + MIB - len(clip)
    file = tmp_path / "large [1].mp4"
    file.write_bytes(clip + room.to_bytes(4, "big") + b"free" + bytes(room - 8))
    return file


def stop(process: subprocess.Popen[str], number: signal.Signals) -> tuple[int, str]:
    """Send a signal to a process; (exit status, output on stderr)."""
    process.send_signal(number)
    printed = process.communicate(timeout=LIMIT_S)[1]
    return process.returncode, printed


@pytest.mark.needs("websockets")
def test_a_large_file_is_uploaded_and_watched(cli: Cli, client: Client, large_clip: Path) -> None:
    done = cli.run("upload", large_clip)

    assert done.returncode == 0, done.stderr
    video_id = done.stdout.strip()
    assert client.describe(video_id)["sizeBytes"] == large_clip.stat().st_size
    lines = done.stderr.splitlines()
    assert lines[0] == f"{large_clip.name}: 4 parts"
    assert lines[-2:] == [f"{large_clip.name}: READY", f"{large_clip.name}: READY with all its renditions"]
    assert list((cli.folder / "state" / "reelway").iterdir()) == []


@pytest.mark.needs("binary_answers")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_an_interrupted_upload_is_resumed_without_sending_parts_again(
    cli: Cli, client: Client, large_clip: Path, player: Player, number: signal.Signals
) -> None:
    with holding_proxy("PUT", let_through=2) as proxy:
        process = Cli(cli.url, cli.folder, {"http_proxy": proxy.url}).start(
            "upload", "--no-watch", large_clip
        )
        eventually(lambda: proxy.held["PUT"] == 2)
        path, key = cli.unfinished()
        eventually(lambda: len(client.http.get(path, params={"key": key}).json()) == 2)
        status, printed = stop(process, number)
    if number == signal.SIGINT:
        assert (status, printed.splitlines()[-1]) == (
            130,
            "reelway: interrupted; the same command continues where it stopped",
        )

    with holding_proxy("PUT") as proxy:
        done = Cli(cli.url, cli.folder, {"http_proxy": proxy.url}).run("upload", "--no-watch", large_clip)

    assert done.returncode == 0, done.stderr
    assert proxy.passed["PUT"] == 2
    assert done.stderr == f"{large_clip.name}: 4 parts, 2 sent before\n"
    video_id = done.stdout.strip()
    assert key == f"uploads/{video_id}"
    assert client.final_state(video_id) == "READY"
    played = player.frame_count(f"{client.base_url}/stream/{video_id}/manifest.m3u8")
    assert played == player.frame_count(str(large_clip))


def test_an_upload_that_was_aborted_is_started_again(cli: Cli, client: Client, large_clip: Path) -> None:
    with holding_proxy("PUT", let_through=1) as proxy:
        process = Cli(cli.url, cli.folder, {"http_proxy": proxy.url}).start(
            "upload", "--no-watch", large_clip
        )
        eventually(lambda: proxy.passed["PUT"] == 1)
        stop(process, signal.SIGKILL)
    path, key = cli.unfinished()
    assert client.http.delete(path, params={"key": key}).status_code == 200

    done = cli.run("upload", "--no-watch", large_clip)

    assert done.returncode == 0, done.stderr
    assert done.stderr == f"{large_clip.name}: 4 parts\n"
    assert key != f"uploads/{done.stdout.strip()}"


@pytest.mark.needs("websockets")
def test_a_file_that_is_not_a_video_does_not_stop_the_others(cli: Cli, client: Client) -> None:
    text = cli.folder / "text.mp4"
    text.write_bytes(b"this is a text and no video " * 100)

    done = cli.run("upload", text, "none.mp4", corpus.file("carphone_pristine.mp4"))

    assert done.returncode == 1
    failed, ready = done.stdout.split()
    assert client.describe(failed)["state"] == "FAILED"
    assert client.describe(ready)["state"] == "READY"
    lines = done.stderr.splitlines()
    assert "reelway: none.mp4: No such file or directory." in lines
    assert f"reelway: {text}: {client.describe(failed)['failure']['message']}" in lines


@pytest.mark.needs("websockets")
def test_watching_a_failed_video_exits_with_1(cli: Cli, client: Client, failed_video: str) -> None:
    done = cli.run("watch", failed_video)

    assert (done.returncode, done.stdout) == (1, "")
    sentence = client.describe(failed_video)["failure"]["message"]
    assert done.stderr.splitlines() == [f"{failed_video}: FAILED", f"reelway: {sentence}"]


@pytest.mark.needs("websockets")
def test_watching_follows_a_video_from_its_beginning(cli: Cli, client: Client) -> None:
    video_id = client.upload(corpus.file("bigbuckbunny.mp4"))

    done = cli.run("watch", video_id)

    assert done.returncode == 0, done.stderr
    states = [line.removeprefix(f"{video_id}: ") for line in done.stderr.splitlines()]
    assert states[-2:] == ["READY", "READY with all its renditions"]
    assert states == [
        state
        for state in ("UPLOADED", "PROCESSING", "READY", "READY with all its renditions")
        if state in states
    ]


def test_videos_are_listed(cli: Cli, client: Client, short_video: str) -> None:
    done = cli.run("list", "--state", "READY", "--ids", "--url", f"{client.base_url}/")

    assert done.returncode == 0, done.stderr
    assert short_video in done.stdout.split()
    assert all(client.describe(video_id)["state"] == "READY" for video_id in done.stdout.split()[:5])


def test_a_closed_pipe_ends_the_list_without_a_message(cli: Cli, short_video: str) -> None:
    read, write = os.pipe()
    os.close(read)
    process = cli.start("list", stdout=write)
    os.close(write)

    assert process.communicate(timeout=LIMIT_S)[1] == ""
    assert process.returncode == 1


@pytest.mark.needs("binary_answers")
def test_get_saves_the_segments_of_the_best_rendition(
    cli: Cli, client: Client, short_video: str, player: Player
) -> None:
    done = cli.run("get", short_video)

    assert done.returncode == 0, done.stderr
    saved = cli.folder / f"{short_video}.ts"
    assert saved.read_bytes() == best_of(client, short_video)
    assert player.frame_count(str(saved)) == 132
    best = max(client.describe(short_video)["renditions"], key=lambda rendition: rendition["height"])
    [video] = [stream for stream in player.streams(str(saved)) if stream["codec_type"] == "video"]
    assert (video["width"], video["height"]) == (best["width"], best["height"])
    assert [path.name for path in cli.folder.iterdir()] == [saved.name]


@pytest.mark.needs("binary_answers", "distribution")
def test_a_signed_video_is_uploaded_and_saved(cli: Cli, client: Client, player: Player) -> None:
    done = cli.run("upload", "--playback", "signed", corpus.file("bigbuckbunny.mp4"))
    assert done.returncode == 0, done.stderr
    video_id = done.stdout.strip()
    assert client.get(f"/stream/{video_id}/master.m3u8").status_code == 404

    saved = cli.run("get", video_id)

    assert saved.returncode == 0, saved.stderr
    assert player.frame_count(str(cli.folder / f"{video_id}.ts")) == 132
    client.http.delete(f"/video/{video_id}")


def best_of(client: Client, video_id: str) -> bytes:
    """The joined segments of the best rendition."""
    master_url = f"{client.base_url}/stream/{video_id}/master.m3u8"
    renditions = m3u8.loads(client.http.get(master_url).text).playlists
    media_url = urljoin(master_url, max(renditions, key=lambda one: one.stream_info.resolution).uri)
    segments = m3u8.loads(client.http.get(media_url).text).segments
    assert segments
    return b"".join(client.http.get(urljoin(media_url, segment.uri)).content for segment in segments)


@pytest.mark.needs("binary_answers")
def test_a_full_disk_leaves_an_existing_file_unchanged(cli: Cli, short_video: str) -> None:
    saved = cli.folder / f"{short_video}.ts"
    saved.write_bytes(b"before")

    done = with_file_limit(100_000, lambda: cli.run("get", short_video))

    assert (done.returncode, done.stderr) == (1, "reelway: File too large.\n")
    assert saved.read_bytes() == b"before"
    assert list(cli.folder.iterdir()) == [saved]


def with_file_limit(
    max_bytes: int, call: Callable[[], subprocess.CompletedProcess[str]]
) -> subprocess.CompletedProcess[str]:
    """The result of `call`, while this process and its children cannot write files above `max_bytes`."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (max_bytes, before[1]))
    try:
        return call()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_deleted_video_is_gone(cli: Cli, client: Client) -> None:
    video_id = client.upload(b"no video")

    assert cli.run("delete", video_id).returncode == 0
    assert client.get(f"/video/{video_id}").status_code == 410
    for command in ("watch", "get"):
        done = cli.run(command, video_id)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == f"reelway: The video '{video_id}' was deleted.\n"


@pytest.mark.parametrize("command", ["watch", "get", "delete"])
def test_an_unknown_video_is_reported_in_one_sentence(cli: Cli, command: str) -> None:
    done = cli.run(command, UNKNOWN_ID)

    assert done.returncode == 1
    assert done.stderr == f"reelway: There is no video '{UNKNOWN_ID}'.\n"


@pytest.mark.parametrize("arguments", [("list",), ("watch", UNKNOWN_ID), ("upload", "clip.mp4")])
def test_a_server_that_cannot_be_reached_is_named(
    tmp_path: Path, unused_url: str, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "clip.mp4").write_bytes(b"a")

    done = Cli(unused_url, tmp_path).run(*arguments)

    assert (done.returncode, done.stdout) == (1, "")
    assert f"{unused_url}/ cannot be reached" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.fixture
def unused_url() -> str:
    """A URL where nothing listens: port 1 is assigned to a service that is not in use."""
    return "http://127.0.0.1:1"


@pytest.mark.needs("websockets")
def test_progress_bars_are_shown_on_a_terminal(cli: Cli, large_clip: Path) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, ROOT / "cli" / "reelway.py", "--url", cli.url, "upload", large_clip],
        env={"PATH": os.environ["PATH"], "HOME": str(cli.folder), "TERM": "xterm", "COLUMNS": "120"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 65_536):
            shown += piece
    except OSError:  # the end of a pseudo-terminal on Linux
        os.close(ours)

    assert process.communicate(timeout=LIMIT_S)[0].count(b"\n") == 1
    assert process.returncode == 0, shown
    text = shown.decode()
    assert "MB" in text
    assert "100%" in text
    assert large_clip.name in text


@pytest.mark.needs("binary_answers")
@pytest.mark.needs("websockets")
def test_a_file_of_200_mb_is_uploaded_watched_saved_and_deleted(
    cli: Cli, client: Client, player: Player, large_file: Path
) -> None:
    assert large_file.stat().st_size > 200e6
    done = cli.run("upload", "--no-watch", large_file)
    assert done.returncode == 0, done.stderr
    video_id = done.stdout.strip()
    watching = cli.start("watch", video_id)
    assert client.final_state(video_id) == "READY"
    assert video_id in cli.run("list").stdout.split()

    assert cli.run("get", video_id, "-o", "saved.ts").returncode == 0
    seconds = player.duration_s(str(cli.folder / "saved.ts"))
    assert abs(seconds - client.describe(video_id)["durationSeconds"]) < 1

    assert cli.run("delete", video_id).returncode == 0
    # The command still watched the video, as its other renditions were being encoded.
    printed = watching.communicate(timeout=LIMIT_S)[1]
    assert watching.returncode == 1
    assert f"{video_id}: READY" in printed
    assert "was deleted" in printed
    assert client.get(f"/video/{video_id}").status_code == 410
