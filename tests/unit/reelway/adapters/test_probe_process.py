import json
from collections.abc import Callable

import pytest

from reelway.adapters.ffmpeg_process import Ffmpeg
from reelway.errors import MediaRejected, ProcessingInterrupted
from reelway.probe.report import Report, Stream
from tests.unit.reelway.adapters.programs import URL, FakePrograms

Task = Callable[[Ffmpeg, str], object]


def test_a_probe_is_the_childs_json(programs: FakePrograms) -> None:
    programs.write("reader", """echo '{"format": {"duration": "5.3"}}'""")
    assert Ffmpeg().probe(URL) == Report(duration_s=5.3)


@pytest.mark.parametrize("text", ["", "{", "[]", '"a"', "[" * 100_000, '{"a": ' + "9" * 5_000 + "}"])
def test_what_is_no_report_makes_the_file_unreadable(programs: FakePrograms, text: str) -> None:
    (programs.folder / "report").write_text(text)
    programs.write("reader", f"cat {programs.folder}/report")
    with pytest.raises(MediaRejected) as caught:
        Ffmpeg().probe(URL)
    assert caught.value.code == "unreadable"


def test_a_file_that_libav_refuses_is_rejected_as_unreadable(programs: FakePrograms) -> None:
    programs.write("reader", f"echo '{URL}: Invalid data found when processing input' >&2; exit 4")
    with pytest.raises(MediaRejected) as caught:
        Ffmpeg().probe(URL)
    assert caught.value.code == "unreadable"
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("task", [Ffmpeg.probe, Ffmpeg.measure])
def test_a_child_that_cannot_start_is_not_the_files_fault(programs: FakePrograms, task: Task) -> None:
    programs.write("reader", "echo \"ModuleNotFoundError: No module named 'av'\" >&2; exit 1")
    with pytest.raises(ProcessingInterrupted, match="No module named 'av'") as caught:
        task(Ffmpeg(), URL)
    assert caught.value.code == "probe_broken"


def test_a_file_that_keeps_the_child_busy_is_rejected(programs: FakePrograms) -> None:
    programs.write("reader", "sleep 60")
    with pytest.raises(MediaRejected, match="within 1 s") as caught:
        Ffmpeg(probe_timeout_s=1).probe(URL)
    assert caught.value.code == "probe_timeout"


def test_a_crash_of_the_child_is_the_machines_fault(programs: FakePrograms) -> None:
    programs.write("reader", "kill -11 $$")
    with pytest.raises(ProcessingInterrupted, match="SIGSEGV"):
        Ffmpeg().probe(URL)


def test_each_stream_has_an_end(programs: FakePrograms) -> None:
    programs.write("reader", "printf '0 0.120000\n2 3.000000\n'")
    assert Ffmpeg().measure(URL) == {0: 0.12, 2: 3.0}


def test_a_file_too_large_to_be_measured_has_no_length(programs: FakePrograms) -> None:
    programs.write("reader", "sleep 60")
    with pytest.raises(MediaRejected, match="within 1 s") as caught:
        Ffmpeg(measure_timeout_s=1).measure(URL)
    assert caught.value.code == "unknown_duration"


def test_a_file_of_which_nothing_can_be_read_has_no_ends(programs: FakePrograms) -> None:
    programs.write("reader", "echo; echo 'Invalid data found' >&2; exit 0")
    assert Ffmpeg().measure(URL) == {}


@pytest.mark.parametrize("task", [Ffmpeg.probe, Ffmpeg.measure])
def test_a_lost_network_is_not_the_files_fault(programs: FakePrograms, task: Task) -> None:
    programs.write("reader", f"echo 0 0.5; echo 'ProtocolError: no answer of {URL}' >&2; exit 3")
    with pytest.raises(ProcessingInterrupted, match="no answer") as caught:
        task(Ffmpeg(), URL)
    assert caught.value.code == "source_unreachable"
    assert "secret" not in str(caught.value)


def test_a_report_with_strange_bytes_is_still_read(programs: FakePrograms) -> None:
    programs.write(
        "reader", "printf '" + json.dumps({"format": {"format_name": "A"}}).replace("A", "\\377") + "'"
    )
    assert Ffmpeg().probe(URL).format_name == "\ufffd"


def test_a_report_without_end_is_refused(programs: FakePrograms) -> None:
    programs.write("reader", "exec cat /dev/zero")
    with pytest.raises(MediaRejected, match="metadata") as caught:
        Ffmpeg().probe(URL)
    assert caught.value.code == "unreadable"


def test_a_frame_beyond_the_decoders_bound_rejects_the_file(programs: FakePrograms) -> None:
    said = "[mjpeg @ 0x1] Picture size 16000x16000 exceeds specified max pixel count 37601280"
    hidden = '{"streams": [{"codec_type": "video", "width": 0}]}'
    programs.write("reader", f"echo '{said}' >&2; echo '{hidden}'")
    with pytest.raises(MediaRejected, match="too_many_pixels"):
        Ffmpeg().probe(URL)


def test_a_large_cover_does_not_reject_a_film_of_known_size(programs: FakePrograms) -> None:
    said = "[mjpeg @ 0x1] Picture size 16000x16000 exceeds specified max pixel count 37601280"
    report = {"streams": [{"codec_type": "video", "width": 640}]}
    programs.write("reader", f"echo '{said}' >&2; echo '{json.dumps(report)}'")
    assert Ffmpeg().probe(URL) == Report(streams=(Stream(0, "video", width=640),))
