from fractions import Fraction

import pytest

from reelway import ffmpeg
from tests.support.samples import plan, source
from tests.unit.reelway.ffmpeg.commands import FOLDER, UPLOAD, URL, values


@pytest.mark.parametrize("container", ["mp4", "matroska"])
def test_a_remux_copies_the_video_into_the_asked_container(container: str) -> None:
    command = ffmpeg.remux(container, UPLOAD, FOLDER / "source")
    assert values(command, "-c") == ["copy"]
    assert values(command, "-map") == ["0:V:0"]
    assert command[-3:] == ["-f", container, "/job/source"]


def test_a_copy_reads_the_source_once_and_fails_at_the_first_complaint() -> None:
    command = ffmpeg.copy_source(plan(), UPLOAD, FOLDER)
    assert values(command, "-i") == [URL]
    assert "-xerror" in command
    assert values(command, "-map").count("0:V:0") == 3
    assert {str(ffmpeg.audio_file(FOLDER)), str(ffmpeg.copied_packets(FOLDER))} <= set(command)


def test_a_copy_is_decoded_as_far_ahead_as_the_rungs_that_it_may_go_with() -> None:
    [shift] = values(ffmpeg.copy_source(plan(), UPLOAD, FOLDER), "-bsf:v")
    assert r"dts=DTS-max(0\,round(0.080000/TB)-(STARTPTS-STARTDTS))" in shift
    fast = plan(source(frame_rate=Fraction(50)))
    assert "round(0.080000/TB)" in values(ffmpeg.copy_source(fast, UPLOAD, FOLDER), "-bsf:v")[0]


def test_a_copy_of_a_silent_source_has_no_audio() -> None:
    command = ffmpeg.copy_source(plan(source(audio=None)), UPLOAD, FOLDER)
    assert str(ffmpeg.audio_file(FOLDER)) not in command
    assert set(values(command, "-map")) == {"0:V:0"}
