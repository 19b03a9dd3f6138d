"""Files made to harm, broken, or no videos: what they reach, what they cost, what their senders are told."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from reelway import ffmpeg
from reelway.adapters.ffmpeg_process import Ffmpeg
from reelway.probe.limits import Limits
from tests.encoding import (
    apart,
    broken_files,
    forbidden_targets,
    hostile_clocks,
    hostile_files,
    hostile_sizes,
)
from tests.encoding.apart import CREDENTIAL, Measured
from tests.encoding.forbidden_targets import MARK, ForbiddenTargets
from tests.encoding.hostile_files import Maker, MakerTools
from tests.support.media import corpus
from tests.support.readers.hls_player import Player

MAX_MEMORY_MB = 600
MAX_SENTENCE_LENGTH = 600


@pytest.fixture(scope="module")
def laid(player: Player, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForbiddenTargets]:
    """A video beside the job's folder and a server, neither of which any file may reach."""
    folder = tmp_path_factory.mktemp("targets")
    video = corpus.derive("bikes.mp4", "-t", "2", "-an", ffmpeg=player.ffmpeg, output=folder / "secret.ts")
    with forbidden_targets.laid_out(video) as laid:
        yield laid


@pytest.fixture
def process(player: Player, laid: ForbiddenTargets, tmp_path: Path) -> Iterator["Processor"]:
    processor = Processor(player, laid, tmp_path)
    yield processor
    assert laid.paths == []
    assert laid.connections == 0


class Processor:
    """Makes a file, processes it in a process of its own, and sees that nothing was harmed.

    It ends READY or with a reason that lies in the file, never as a failure of the machine.
    """

    def __init__(self, player: Player, laid: ForbiddenTargets, folder: Path) -> None:
        self._player, self._laid, self._folder = player, laid, folder

    def __call__(self, maker: Maker) -> Measured:
        (self._folder / "made").mkdir()
        file = self._folder / "hostile"
        file.write_bytes(maker(MakerTools(self._player.ffmpeg, self._folder / "made", self._laid)))
        (self._folder / "job").mkdir()
        measured = apart.process_apart(file, self._folder / "job", self._player.folder)
        print(
            f"{measured.code} in {measured.wall_s:.1f} s with {measured.peak_mb:.0f} MB: {measured.message}"
        )
        secrets = (MARK, CREDENTIAL.encode(), self._laid.video.read_bytes()[188 * 4 : 188 * 5])
        for path in measured.made:
            content = path.read_bytes()
            assert not any(secret in content for secret in secrets), path
        assert measured.left == ()
        assert " " not in measured.code, "it was not told as the file's fault"
        assert measured.peak_mb <= MAX_MEMORY_MB
        assert len(measured.message) <= MAX_SENTENCE_LENGTH
        return measured


def cases(*tables: dict[str, Maker]) -> pytest.MarkDecorator:
    """A test for each maker, by its name."""
    pairs = [(name, maker) for table in tables for name, maker in table.items()]
    return pytest.mark.parametrize("maker", [maker for _, maker in pairs], ids=[name for name, _ in pairs])


@cases(hostile_files.REFERENCES)
def test_a_file_that_only_names_others_is_refused(process: Processor, maker: Maker) -> None:
    assert process(maker).code in {"unreadable", "no_video"}


@cases(hostile_files.REFERRING_VIDEOS)
def test_a_video_that_names_others_shows_its_own_pictures_or_none(process: Processor, maker: Maker) -> None:
    assert process(maker).code in {"READY", "unreadable", "undecodable", "truncated", "no_video"}


@cases(hostile_files.MARKED)
def test_nothing_but_pictures_and_sound_is_published(process: Processor, maker: Maker) -> None:
    assert process(maker).code == "READY"


@cases(hostile_files.NO_MEDIA)
def test_what_is_no_media_is_unreadable(process: Processor, maker: Maker) -> None:
    measured = process(maker)
    assert measured.code == "unreadable"
    assert measured.message.rpartition("Upload ")[2]


@cases(hostile_files.STILL_PICTURES)
def test_a_picture_is_no_video(process: Processor, maker: Maker) -> None:
    assert process(maker).code in {"no_video", "unreadable"}


@cases(hostile_files.SOUNDS)
def test_sound_is_no_video(process: Processor, maker: Maker) -> None:
    measured = process(maker)
    assert measured.code == "no_video"
    assert "without video" in measured.message


@cases(broken_files.TRUNCATED)
def test_a_part_of_a_file_is_not_taken_for_all_of_it(process: Processor, maker: Maker) -> None:
    measured = process(maker)
    assert measured.code in {"truncated", "unreadable", "undecodable"}
    assert "pload" in measured.message


@cases(broken_files.ROTTEN)
def test_a_rotten_file_is_refused_or_published_in_full(process: Processor, maker: Maker) -> None:
    told = process(maker).code
    assert told in {"READY", "truncated", "unreadable", "undecodable", "no_video", "too_long"}


@cases(hostile_sizes.HUGE_PICTURES)
def test_a_picture_too_large_is_refused_before_there_is_memory_for_it(
    process: Processor, maker: Maker
) -> None:
    assert process(maker).code in {"too_many_pixels", "picture_grows", "undecodable", "truncated"}


@cases(hostile_sizes.GROWING_PICTURES)
def test_pictures_may_not_grow_after_they_were_probed(process: Processor, maker: Maker) -> None:
    assert process(maker).code in {"picture_grows", "too_many_pixels", "undecodable", "truncated", "READY"}


@cases(hostile_sizes.BOMBS)
def test_little_that_becomes_much_is_refused_or_harmless(process: Processor, maker: Maker) -> None:
    process(maker)


@cases(hostile_clocks.ENDLESS_GAPS)
def test_a_gap_without_end_is_refused(process: Processor, maker: Maker) -> None:
    assert process(maker).code in {"endless_gap", "too_long", "wrong_duration"}


@cases(hostile_clocks.STRANGE_CLOCKS)
def test_a_clock_that_starts_anywhere_is_fine(process: Processor, maker: Maker) -> None:
    assert process(maker).code == "READY"


@cases(hostile_clocks.ABSURD_RATES, hostile_clocks.ABSURD_SOUND)
def test_absurd_numbers_are_refused_or_harmless(process: Processor, maker: Maker) -> None:
    process(maker)


@cases(hostile_clocks.ABSENT_SOUND)
def test_sound_that_never_comes_leaves_a_silent_video(process: Processor, maker: Maker) -> None:
    measured = process(maker)
    assert measured.code == "READY"
    assert not any(path.suffix == ".m4a" for path in measured.made)


@pytest.mark.parametrize("program", ["ffprobe", "ffmpeg"])
def test_a_program_sees_nothing_of_our_environment_but_where_programs_are(
    program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in, shown = tmp_path / program, tmp_path / "environment"
    names = "$(/usr/bin/env | /usr/bin/cut -d= -f1 | /usr/bin/tr '\\n' ' ')"
    output = f"> {shown}" if program == "ffmpeg" else ""
    stand_in.write_text(f"""#!/bin/sh\nprintf '{{"format": {{"format_name": "%s"}}}}' "{names}" {output}\n""")
    stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", CREDENTIAL)

    if program == "ffprobe":
        seen = Ffmpeg().probe("file").format_name
    else:
        list(Ffmpeg().run(["ffmpeg"], timeout_s=10))
        seen = json.loads(shown.read_text())["format"]["format_name"]

    assert set(seen.split()) - {"PWD", "SHLVL", "_", "OLDPWD"} == {"PATH"}


def test_heavy_work_that_is_honest_is_done(player: Player, tmp_path: Path) -> None:
    """4K in 10 bits, which takes the most memory of what is accepted every day."""
    heavy = corpus.derive(
        "bigbuckbunny.mp4", "-t", "1", "-vf", "scale=3840:2160", "-pix_fmt", "yuv420p10le", "-c:v", "libx265",
        "-preset", "ultrafast", "-x265-params", "log-level=error", "-an", ffmpeg=player.ffmpeg,
        output=tmp_path / "heavy.mp4",
    )  # fmt: skip
    (tmp_path / "job").mkdir()

    measured = apart.process_apart(heavy, tmp_path / "job", player.folder)

    assert measured.code == "READY"


def test_a_file_on_the_network_cannot_name_one_on_the_disk() -> None:
    probe = ffmpeg.probe("https://bucket.example/file", Limits().bounds)
    assert probe[probe.index("-protocol_whitelist") + 1] == "https,tls,tcp"
    assert os.sep not in probe[probe.index("-format_whitelist") + 1]
