"""Hostile and damaged files, and files that are not videos: what they access and cost, and how they fail."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from reelway import ffmpeg
from reelway.adapters import probe_process
from reelway.adapters.ffmpeg_process import Ffmpeg
from tests.encoding import (
    broken_files,
    child_process,
    forbidden_targets,
    hostile_clocks,
    hostile_files,
    hostile_indexes,
    hostile_sizes,
    sentences,
)
from tests.encoding.child_process import CREDENTIAL, Measured
from tests.encoding.forbidden_targets import MARK, ForbiddenTargets
from tests.encoding.hostile_files import Maker, MakerTools
from tests.support.media import corpus
from tests.support.readers.hls_player import Player

MAX_MEMORY_MB = 600  # of one ffmpeg or probe; the smallest function that runs them has 1,769 MB


@pytest.fixture(scope="module")
def targets(player: Player, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForbiddenTargets]:
    """A video outside the job's folder, and a server: no file may read the one or connect to the other."""
    folder = tmp_path_factory.mktemp("targets")
    video = corpus.derive("bikes.mp4", "-t", "2", "-an", ffmpeg=player.ffmpeg, output=folder / "secret.ts")
    with forbidden_targets.serving(video) as targets:
        yield targets


@pytest.fixture
def process(player: Player, targets: ForbiddenTargets, tmp_path: Path) -> Iterator["Processor"]:
    processor = Processor(player, targets, tmp_path)
    yield processor
    assert targets.paths == []
    assert targets.connections == 0


class Processor:
    """Makes a file, processes it in a child process, and checks what every file must leave intact.

    No secret is published, no file stays behind, memory is bounded, and the video ends READY or with a
    failure of the file, never with an exception.
    """

    def __init__(self, player: Player, targets: ForbiddenTargets, folder: Path) -> None:
        self._player, self._targets, self._folder = player, targets, folder

    def __call__(self, maker: Maker) -> Measured:
        (self._folder / "made").mkdir()
        file = self._folder / "hostile"
        file.write_bytes(maker(MakerTools(self._player.ffmpeg, self._folder / "made", self._targets)))
        (self._folder / "job").mkdir()
        measured = child_process.process_in_child(file, self._folder / "job", self._player.folder)
        print(
            f"{measured.code} in {measured.wall_s:.1f} s with {measured.peak_mb:.0f} MB: {measured.message}"
        )
        secrets = (MARK, CREDENTIAL.encode(), self._targets.video.read_bytes()[188 * 4 : 188 * 5])
        for path in measured.made:
            content = path.read_bytes()
            assert not any(secret in content for secret in secrets), path
        assert measured.left == ()
        assert " " not in measured.code, "an exception, not a failure of the file"
        assert measured.peak_mb <= MAX_MEMORY_MB
        assert sentences.faults_of(measured.message) == []
        return measured


def cases(*tables: dict[str, Maker]) -> pytest.MarkDecorator:
    """One test for each maker in `tables`, with its key as the id."""
    pairs = [(name, maker) for table in tables for name, maker in table.items()]
    return pytest.mark.parametrize("maker", [maker for _, maker in pairs], ids=[name for name, _ in pairs])


@cases(hostile_files.REFERENCES)
def test_a_file_that_only_refers_to_other_files_is_refused(process: Processor, maker: Maker) -> None:
    assert process(maker).code in {"unreadable", "no_video"}


@cases(hostile_files.REFERRING_VIDEOS)
def test_a_video_that_refers_to_other_files_shows_only_its_own_frames_or_fails(
    process: Processor, maker: Maker
) -> None:
    assert process(maker).code in {"READY", "unreadable", "undecodable", "truncated", "no_video"}


@cases(hostile_files.MARKED)
def test_nothing_but_video_and_audio_is_published(process: Processor, maker: Maker) -> None:
    assert process(maker).code == "READY"


@cases(hostile_files.NO_MEDIA)
def test_a_file_that_is_not_media_is_unreadable(process: Processor, maker: Maker) -> None:
    measured = process(maker)
    assert measured.code == "unreadable"
    assert measured.message.rpartition("Upload ")[2]


@cases(hostile_files.STILL_IMAGES)
def test_an_image_is_not_a_video(process: Processor, maker: Maker) -> None:
    assert process(maker).code in {"no_video", "unreadable"}


@cases(hostile_files.AUDIO_FILES)
def test_an_audio_file_is_not_a_video(process: Processor, maker: Maker) -> None:
    measured = process(maker)
    assert measured.code == "no_video"
    assert "without video" in measured.message


@cases(broken_files.TRUNCATED)
def test_a_truncated_file_is_not_published_as_a_shorter_video(process: Processor, maker: Maker) -> None:
    measured = process(maker)
    assert measured.code in {"truncated", "unreadable", "undecodable"}
    assert "pload" in measured.message


@cases(broken_files.CORRUPTED)
def test_a_corrupted_file_fails_or_is_published(process: Processor, maker: Maker) -> None:
    assert process(maker).code in {
        "READY", "truncated", "unreadable", "undecodable", "no_video", "too_long"
    }  # fmt: skip


@cases(hostile_sizes.HUGE_FRAMES)
def test_a_frame_that_is_too_large_is_refused_before_memory_is_allocated_for_it(
    process: Processor, maker: Maker
) -> None:
    assert process(maker).code in {"too_many_pixels", "picture_grows", "undecodable", "truncated"}


@cases(hostile_sizes.GROWING_FRAMES)
def test_frames_that_grow_after_the_probe_are_refused_or_harmless(process: Processor, maker: Maker) -> None:
    assert process(maker).code in {"picture_grows", "too_many_pixels", "undecodable", "truncated", "READY"}


@cases(hostile_sizes.BOMBS)
def test_a_small_file_that_inflates_is_refused_or_harmless(process: Processor, maker: Maker) -> None:
    process(maker)


@cases(hostile_indexes.INDEXES)
def test_an_index_that_takes_long_to_read_keeps_nobody_for_long(process: Processor, maker: Maker) -> None:
    """A fast machine reads 600,000 fragments within the probe's time, and encodes a frame of each."""
    measured = process(maker)
    assert measured.code in {"unreadable", "probe_timeout", "READY"}
    assert measured.cpu_s < (120 if measured.code == "READY" else 30)


@cases(hostile_clocks.ENDLESS_GAPS)
def test_a_gap_of_hours_is_refused(process: Processor, maker: Maker) -> None:
    assert process(maker).code in {"endless_gap", "too_long", "wrong_duration"}


@cases(hostile_clocks.STRANGE_CLOCKS)
def test_timestamps_may_start_at_any_time(process: Processor, maker: Maker) -> None:
    assert process(maker).code == "READY"


@cases(hostile_clocks.ABSURD_RATES, hostile_clocks.ABSURD_AUDIO)
def test_absurd_rates_and_channel_counts_are_refused_or_harmless(process: Processor, maker: Maker) -> None:
    process(maker)


@cases(hostile_clocks.ABSENT_AUDIO)
def test_an_audio_stream_without_packets_is_left_out(process: Processor, maker: Maker) -> None:
    measured = process(maker)
    assert measured.code == "READY"
    assert not any(path.suffix == ".m4a" for path in measured.made)


@pytest.mark.parametrize("program", ["reader", "ffmpeg"])
def test_children_get_nothing_secret_of_the_environment(
    program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in, shown = tmp_path / program, tmp_path / "environment"
    names = "$(/usr/bin/env | /usr/bin/cut -d= -f1 | /usr/bin/tr '\\n' ' ')"
    output = f"> {shown}" if program == "ffmpeg" else ""
    stand_in.write_text(f"""#!/bin/sh\nprintf '{{"format": {{"format_name": "%s"}}}}' "{names}" {output}\n""")
    stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(probe_process, "READER", (str(stand_in),))
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", CREDENTIAL)

    if program == "reader":
        seen = Ffmpeg().probe("file").format_name
    else:
        list(Ffmpeg().run(["ffmpeg"], timeout_s=10))
        seen = json.loads(shown.read_text())["format"]["format_name"]

    known = {"PATH", "SSL_CERT_FILE", "SSL_CERT_DIR"} | ({"PYTHONPATH"} if program == "reader" else set())
    assert set(seen.split()) - {"PWD", "SHLVL", "_", "OLDPWD"} == known


def test_a_demanding_but_valid_file_is_published(player: Player, tmp_path: Path) -> None:
    """4K in 10 bits takes more memory than any other common file."""
    heavy = corpus.derive(
        "bigbuckbunny.mp4", "-t", "1", "-vf", "scale=3840:2160", "-pix_fmt", "yuv420p10le", "-c:v", "libx265",
        "-preset", "ultrafast", "-x265-params", "log-level=error", "-an", ffmpeg=player.ffmpeg,
        output=tmp_path / "heavy.mp4",
    )  # fmt: skip
    (tmp_path / "job").mkdir()

    measured = child_process.process_in_child(heavy, tmp_path / "job", player.folder)

    assert measured.code == "READY"


def test_a_source_on_the_network_cannot_open_a_local_file() -> None:
    command = ffmpeg.remux("mp4", ffmpeg.Input("https://bucket.example/file"), Path("source"))
    assert command[command.index("-protocol_whitelist") + 1] == "https,tls,tcp"
    assert os.sep not in command[command.index("-format_whitelist") + 1]
