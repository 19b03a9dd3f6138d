import json

import pytest

from reelway.adapters.ffmpeg_process import Ffmpeg
from reelway.errors import MediaRejected, ProcessingInterrupted
from reelway.probe.report import Report, Stream
from tests.unit.reelway.adapters.programs import COMMAND, URL, FakePrograms, run


def test_a_probe_is_ffprobes_json(programs: FakePrograms) -> None:
    programs.write("ffprobe", """echo '{"format": {"duration": "5.3"}}'""")
    assert Ffmpeg().probe(URL) == Report(duration_s=5.3)


@pytest.mark.parametrize("text", ["", "{", "[]", '"a"', "[" * 100_000, '{"a": ' + "9" * 5_000 + "}"])
def test_what_is_no_report_makes_the_file_unreadable(programs: FakePrograms, text: str) -> None:
    (programs.folder / "report").write_text(text)
    programs.write("ffprobe", f"cat {programs.folder}/report")
    with pytest.raises(MediaRejected) as caught:
        Ffmpeg().probe(URL)
    assert caught.value.code == "unreadable"


def test_a_file_that_ffprobe_refuses_is_rejected_as_unreadable(programs: FakePrograms) -> None:
    programs.write("ffprobe", f"echo '{URL}: Invalid data found when processing input' >&2; exit 1")
    with pytest.raises(MediaRejected) as caught:
        Ffmpeg().probe(URL)
    assert caught.value.code == "unreadable"
    assert "secret" not in str(caught.value)


def test_a_file_that_keeps_ffprobe_busy_is_rejected(programs: FakePrograms) -> None:
    programs.write("ffprobe", "sleep 60")
    with pytest.raises(MediaRejected, match="within 1 s") as caught:
        Ffmpeg(probe_timeout_s=1).probe(URL)
    assert caught.value.code == "probe_timeout"


def test_a_crash_of_ffprobe_is_the_machines_fault(programs: FakePrograms) -> None:
    programs.write("ffprobe", "kill -11 $$")
    with pytest.raises(ProcessingInterrupted, match="SIGSEGV"):
        Ffmpeg().probe(URL)


def test_each_streams_last_packet_is_its_end(programs: FakePrograms) -> None:
    programs.write(
        "ffprobe",
        "printf '0,0.0,0.0,0.04\\n1,0.5,0.5,0.02,\\n0,0.08,0.04,0.04\\n'; "
        "printf '0,0.04,0.08,0.04\\n2,N/A,3.0,N/A\\n'",
    )
    assert Ffmpeg().measure(URL) == {0: pytest.approx(0.12), 1: pytest.approx(0.52), 2: 3.0}


def test_a_file_too_large_to_be_measured_has_no_length(programs: FakePrograms) -> None:
    programs.write("ffprobe", "sleep 60")
    with pytest.raises(MediaRejected, match="within 1 s") as caught:
        Ffmpeg(measure_timeout_s=1).measure(URL)
    assert caught.value.code == "unknown_duration"


def test_a_file_that_breaks_off_is_measured_up_to_there(programs: FakePrograms) -> None:
    programs.write("ffprobe", "echo 0,0.0,0.0,0.04; echo 'Invalid data found' >&2; exit 1")
    assert Ffmpeg().measure(URL) == {0: 0.04}


def test_a_network_lost_while_measuring_is_not_the_files_fault(programs: FakePrograms) -> None:
    programs.write("ffprobe", "echo '[tcp @ 0x1] Connection timed out' >&2; exit 1")
    with pytest.raises(ProcessingInterrupted) as caught:
        Ffmpeg().measure(URL)
    assert caught.value.code == "source_unreachable"


def test_an_index_that_points_past_the_end_is_the_files_fault(programs: FakePrograms) -> None:
    programs.write(
        "ffprobe", f"echo '{URL}: Server returned 4XX Client Error, but not one of 403' >&2; exit 1"
    )
    with pytest.raises(MediaRejected):
        Ffmpeg().probe(URL)


@pytest.mark.parametrize("is_in_the_end", [True, False])
def test_a_connection_that_broke_is_a_fault_only_where_the_rest_was_never_read(
    programs: FakePrograms, is_in_the_end: bool
) -> None:
    said = "[https @ 0x1] Stream ends prematurely at 3, should be 5"  # also said before a retry that helps
    ended = "[in#0/mp4 @ 0x2] Error during demuxing: Input/output error" if is_in_the_end else ""
    programs.write("ffmpeg", f"echo '{said}' >&2; echo '{ended}' >&2; echo frame=7")
    if is_in_the_end:
        with pytest.raises(ProcessingInterrupted):
            run()
    else:
        assert run() == [7]


@pytest.mark.parametrize("said", ["Input/output error", "Connection reset by peer", "Operation timed out"])
def test_a_connection_that_broke_without_a_message_is_a_fault_too(programs: FakePrograms, said: str) -> None:
    programs.write("ffmpeg", f"echo '[in#0/mpegts @ 0x2] Error during demuxing: {said}' >&2; echo frame=7")
    with pytest.raises(ProcessingInterrupted):
        run()


def test_damage_that_ffmpeg_read_over_is_left_to_the_frame_count(programs: FakePrograms) -> None:
    programs.write("ffmpeg", "echo '[in#0/mp4 @ 0x2] Error during demuxing: Invalid data' >&2; echo frame=7")
    assert run() == [7]


@pytest.mark.parametrize(
    "said",
    [
        f"{URL}: Server returned 5XX Server Error reply",
        f"{URL}: Server returned 403 Forbidden (access denied)",
        "[tcp @ 0x1] Failed to resolve hostname bucket.example: Name does not resolve",
        "[tcp @ 0x1] Connection to tcp://bucket.example:443 failed: Connection refused",
        "[tls @ 0x1] error:0A00010B:SSL routines::wrong version number",
        "[https @ 0x1] Error reading HTTP response: Connection timed out",
    ],
)
def test_a_lost_network_is_not_the_files_fault(programs: FakePrograms, said: str) -> None:
    for name in ("ffprobe", "ffmpeg"):
        programs.write(name, f"echo first >&2; echo '{said}' >&2; exit 1")
    with pytest.raises(ProcessingInterrupted) as probing:
        Ffmpeg().probe(URL)
    with pytest.raises(ProcessingInterrupted) as running:
        run()
    for caught in (probing, running):
        assert caught.value.code == "source_unreachable"
        assert "secret" not in str(caught.value)


def test_frames_are_counted_while_they_are_encoded(programs: FakePrograms) -> None:
    programs.write(
        "ffmpeg",
        "printf 'frame=10\\nfps=25.0\\nprogress=continue\\nframe=25\\nframe=N/A\\nprogress=end\\n'",
    )
    assert run() == [10, 25]


def test_a_run_that_says_nothing_can_be_ended_all_the_same(programs: FakePrograms) -> None:
    programs.write("ffmpeg", "sleep 60")
    silent = Ffmpeg().run(COMMAND, timeout_s=50)
    assert next(silent).frames == 0
    silent.close()


@pytest.mark.parametrize("padding", [0, 3000])
def test_ffmpegs_last_words_are_logged_without_urls_and_never_shown(
    programs: FakePrograms, padding: int
) -> None:
    said = f"Error opening input file {URL}{'x' * padding}: broken"
    programs.write("ffmpeg", f"echo first >&2; echo '{said}' >&2; echo >&2; exit 69")
    logged: list[dict[str, str]] = []

    with pytest.raises(MediaRejected) as caught:
        list(Ffmpeg(log=lambda message, **told: logged.append(told)).run(COMMAND, timeout_s=20))

    assert logged == [{"code": "undecodable", "said": "Error opening input file <source> broken"}]
    assert caught.value.detail == (
        "The file could not be decoded. It is damaged or incomplete; upload it again or re-export it."
    )


def test_endless_last_words_are_cut_short(programs: FakePrograms) -> None:
    programs.write("ffmpeg", "head -c 100000 /dev/zero | tr '\\0' 'z' >&2; exit 1")
    said = ""

    def log(message: str, **told: str) -> None:
        nonlocal said
        said = told["said"]

    with pytest.raises(MediaRejected):
        list(Ffmpeg(log=log).run(COMMAND, timeout_s=20))
    assert 0 < len(said) < 1000


def test_a_killed_run_is_the_machines_fault(programs: FakePrograms) -> None:
    programs.write("ffmpeg", "kill -9 $$")
    with pytest.raises(ProcessingInterrupted, match="SIGKILL") as caught:
        run()
    assert caught.value.code == "encoder_killed"


def test_a_report_with_strange_bytes_is_still_read(programs: FakePrograms) -> None:
    programs.write(
        "ffprobe", "printf '" + json.dumps({"format": {"format_name": "A"}}).replace("A", "\\377") + "'"
    )
    assert Ffmpeg().probe(URL).format_name == "\ufffd"


@pytest.mark.parametrize("code", [0, 228])
def test_a_full_disk_is_the_machines_fault(programs: FakePrograms, code: int) -> None:
    said = "[out#0/mp4 @ 0x1] Error closing file: No space left on device"
    programs.write("ffmpeg", f"echo '{said}' >&2; exit {code}")
    with pytest.raises(ProcessingInterrupted) as caught:
        run()
    assert caught.value.code == "disk_full"


def test_a_file_that_becomes_endless_is_its_own_fault(programs: FakePrograms) -> None:
    programs.write("ffmpeg", "kill -XFSZ $$")
    with pytest.raises(MediaRejected, match="too_demanding"):
        run()


def test_a_report_without_end_is_refused(programs: FakePrograms) -> None:
    programs.write("ffprobe", "exec cat /dev/zero")
    with pytest.raises(MediaRejected, match="metadata") as caught:
        Ffmpeg().probe(URL)
    assert caught.value.code == "unreadable"


def test_a_frame_beyond_the_decoders_bound_rejects_the_file(programs: FakePrograms) -> None:
    said = "[mjpeg @ 0x1] Picture size 16000x16000 exceeds specified max pixel count 37601280"
    hidden = '{"streams": [{"codec_type": "video", "width": 0}]}'
    programs.write("ffprobe", f"echo '{said}' >&2; echo '{hidden}'")
    with pytest.raises(MediaRejected, match="too_many_pixels"):
        Ffmpeg().probe(URL)


def test_a_large_cover_does_not_reject_a_film_of_known_size(programs: FakePrograms) -> None:
    said = "[mjpeg @ 0x1] Picture size 16000x16000 exceeds specified max pixel count 37601280"
    report = {"streams": [{"codec_type": "video", "width": 640}]}
    programs.write("ffprobe", f"echo '{said}' >&2; echo '{json.dumps(report)}'")
    assert Ffmpeg().probe(URL) == Report(streams=(Stream(0, "video", width=640),))
