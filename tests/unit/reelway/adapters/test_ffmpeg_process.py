import pytest

from reelway.adapters.ffmpeg_process import Ffmpeg
from reelway.errors import MediaRejected, ProcessingInterrupted
from tests.unit.reelway.adapters.programs import COMMAND, URL, FakePrograms, run


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
    programs.write("ffmpeg", f"echo first >&2; echo '{said}' >&2; exit 1")
    with pytest.raises(ProcessingInterrupted) as caught:
        run()
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


def test_where_ffmpegs_objects_lie_in_memory_is_neither_logged_nor_told(programs: FakePrograms) -> None:
    logged: list[dict[str, object]] = []
    said = "[mov,mp4,m4a @ 0x556a2a44a480] [dec:h264 @ 0x7f00DEADBEEF] moov atom not found"
    programs.write("ffmpeg", f"echo '{said}' >&2; exit 1")
    with pytest.raises(MediaRejected) as rejected:
        list(Ffmpeg(log=lambda _, **fields: logged.append(fields)).run(COMMAND, timeout_s=20))
    assert logged == [
        {
            "code": "undecodable",
            "said": "[mov,mp4,m4a @ <address>] [dec:h264 @ <address>] moov atom not found",
        }
    ]
    assert "0x" not in str(rejected.value)
    programs.write("ffmpeg", "echo '[tcp @ 0x556a2a44a480] Connection reset by peer' >&2; exit 1")
    with pytest.raises(ProcessingInterrupted, match="Connection reset") as interrupted:
        list(Ffmpeg().run(COMMAND, timeout_s=20))
    assert "0x" not in str(interrupted.value)
