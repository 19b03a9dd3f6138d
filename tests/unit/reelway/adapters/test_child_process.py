import ctypes
import multiprocessing
import os
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from reelway.adapters import child_process
from reelway.adapters.ffmpeg_process import Ffmpeg
from reelway.errors import MediaRejected, ProcessingInterrupted
from tests.unit.reelway.adapters.programs import COMMAND, URL, FakePrograms, run

NOBODY = 65534
ALLOWANCE = child_process.Allowance(2**29, file_bytes=0, timeout_s=20)


def test_a_run_gets_its_arguments_word_by_word(programs: FakePrograms) -> None:
    programs.write("ffmpeg", 'for word; do printf "%s\\n" "$word" >> "$0.args"; done')
    list(Ffmpeg().run(["ffmpeg", "a b", "$(c)", "'"], timeout_s=20))
    assert (programs.folder / "ffmpeg.args").read_text().splitlines() == ["a b", "$(c)", "'"]


def test_a_child_sees_no_credentials_and_no_standard_input(
    programs: FakePrograms, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "UPLOADS_BUCKET"):
        monkeypatch.setenv(name, "secret")
    programs.write("ffmpeg", 'env > "$0.env"; cat > "$0.stdin"')
    # Text that a report keeps as it is; the child may write no file.
    report = '{"format": {"format_name": "%s", "tags": {"major_brand": "stdin:%s"}}}'
    programs.write("reader", f"""printf '{report}' "$(env | tr '\\n' '|')" "$(cat)" """)
    run()
    probed = Ffmpeg().probe(URL)
    ran = (programs.folder / "ffmpeg.env").read_text().replace("\n", "|")
    ours = {"PATH", "SSL_CERT_FILE", "SSL_CERT_DIR"}
    for seen, expected in ((ran, ours), (probed.format_name, {*ours, "PYTHONPATH"})):
        variables = dict(line.split("=", 1) for line in seen.split("|") if line)
        # The shell adds what it knows itself.
        assert variables.keys() - {"PWD", "SHLVL", "_", "OLDPWD"} == expected
        assert variables["PATH"].startswith(f"{programs.folder}:")
    assert (programs.folder / "ffmpeg.stdin").read_text() == ""
    assert probed.major_brand == "stdin:"


def test_a_timeout_ends_the_whole_process_group(programs: FakePrograms) -> None:
    programs.write("ffmpeg", 'sleep 60 >/dev/null 2>&1 & echo $! > "$0.child"; wait')
    with pytest.raises(ProcessingInterrupted, match="within 1 s"):
        run(timeout_s=1)
    assert ends(int((programs.folder / "ffmpeg.child").read_text()))


def test_a_caller_that_stops_reading_ends_the_run(programs: FakePrograms) -> None:
    programs.write("ffmpeg", 'echo $$ > "$0.child"; echo frame=1; echo progress=continue; sleep 60')
    frames = Ffmpeg().run(COMMAND, timeout_s=50)
    assert next(progress.frames for progress in frames if progress.frames) == 1
    frames.close()  # a generator
    assert ends(int((programs.folder / "ffmpeg.child").read_text()))


def ends(pid: int) -> bool:
    """Whether the process is over soon; an orphan stays a zombie until init reaps it."""
    for _ in range(500):
        stat = Path(f"/proc/{pid}/stat")
        try:
            os.kill(pid, 0)
            if stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.01)
    return False


def test_a_run_survives_more_complaints_than_a_pipe_holds(programs: FakePrograms) -> None:
    programs.write("ffmpeg", "head -c 300000 /dev/zero | tr '\\0' 'z' >&2; echo frame=7")
    assert run() == [7]


def limits_of(shown: str) -> dict[str, str]:
    """Soft and hard limit of each resource, out of /proc/self/limits."""
    rows = [line for line in shown.splitlines() if line.startswith("Max ")]
    return {row[:26].strip(): " ".join(row[26:68].split()) for row in rows}


# Waits until its limits are set, which is right after it was started.
SHOW_LIMITS = "until grep -q 'core file size *0 *0 ' /proc/$$/limits; do :; done; cat /proc/$$/limits"


def test_a_run_is_kept_in_bounds_by_the_kernel(programs: FakePrograms) -> None:
    programs.write("ffmpeg", f'{SHOW_LIMITS} > "$0.limits"')
    list(Ffmpeg(memory_mb=700).run(COMMAND, timeout_s=20))
    limits = limits_of((programs.folder / "ffmpeg.limits").read_text())
    cpu_s = 20 * (os.cpu_count() or 1) + 1
    assert limits["Max data size"] == f"{700 * 2**20} {700 * 2**20}"
    assert limits["Max file size"] == f"{6 * 2**30} {6 * 2**30}"
    assert limits["Max cpu time"] == f"{cpu_s} {cpu_s}"
    assert limits["Max open files"] == "64 64"
    assert limits["Max core file size"] == "0 0"


def test_a_probe_may_write_no_file_and_take_little_memory(programs: FakePrograms) -> None:
    shown = f"$({SHOW_LIMITS} | sed 's/$/\\\\n/' | tr -d '\\n')"
    programs.write("reader", f"""printf '{{"format": {{"format_name": "%s"}}}}' "{shown}" """)
    limits = limits_of(Ffmpeg().probe(URL).format_name)
    assert limits["Max data size"] == f"{512 * 2**20} {512 * 2**20}"
    assert limits["Max file size"] == "0 0"


def test_of_complaints_without_end_the_first_and_the_last_are_kept(programs: FakePrograms) -> None:
    programs.write(
        "ffmpeg",
        "echo '[h264 @ 0x1] Picture size 9000x9000 exceeds specified max pixel count' >&2;"
        "head -c 3000000 /dev/zero | tr '\\0' 'z' >&2; echo; echo '\nlast' >&2; exit 1",
    )
    with pytest.raises(MediaRejected, match="picture_grows"):
        run()
    programs.write(
        "ffmpeg",
        "head -c 3000000 /dev/zero | tr '\\0' 'z' >&2; printf '\\nmalloc of size 9 failed' >&2; exit 1",
    )
    with pytest.raises(MediaRejected, match="too_demanding"):
        run()


def test_lines_are_counted_however_many_there_are(programs: FakePrograms) -> None:
    said = "[vist#0:0/vp8 @ 0x1] [dec:vp8 @ 0x2] Error submitting packet to decoder: Invalid data"
    programs.write(
        "ffmpeg", f"yes '{said}' | head -n 5000 >&2; echo 'Decoding error: in a name' >&2; echo progress=end"
    )
    *_, end = Ffmpeg().run(COMMAND, timeout_s=20)
    assert end.decode_errors == 5000


def test_packets_that_a_decoder_refused_are_told_apart_from_what_it_says_of_them(
    programs: FakePrograms,
) -> None:
    said = (
        "[h264 @ 0x1] error while decoding MB 3 4",
        "[vist#0:0/h264 @ 0x1] [dec:h264 @ 0x2] Decoding error: Invalid data found when processing input",
        "[vist#0:0/png @ 0x1] [dec:png @ 0x2] Error submitting packet to decoder: Generic error",
        "[aist#0:1/aac @ 0x1] [dec:aac @ 0x2] Error submitting packet to decoder: Invalid data",
        "[png @ 0x1] Picture size 9000x9000 exceeds specified max pixel count",
    )
    programs.write("ffmpeg", "; ".join(f"echo '{line}' >&2" for line in said))
    *_, end = Ffmpeg().run(COMMAND, timeout_s=20)
    assert (end.decode_errors, end.audio_errors) == (2, 1)
    assert end.cause
    assert end.cause.code == "picture_grows"


SPY = "for name in environ maps mem auxv; do cat /proc/$PPID/$name >/dev/null 2>&1 && echo $name; done"


def seen_by_a_child(telling: Connection) -> None:
    """Sends what a child can read of its parent, which is nobody: root may read everything."""
    if os.geteuid() == 0:
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        ctypes.CDLL(None).prctl(child_process._PR_SET_DUMPABLE, 1, 0, 0, 0)  # as a new program is
    with child_process.running(["/bin/sh", "-c", SPY], ALLOWANCE) as spy:
        telling.send(spy.process.stdout.read().split())


def test_a_child_reads_neither_our_environment_nor_our_memory() -> None:
    forking = multiprocessing.get_context("fork")
    hearing, telling = forking.Pipe(duplex=False)
    parent = forking.Process(target=seen_by_a_child, args=(telling,))
    parent.start()
    telling.close()
    assert hearing.recv() == []
    parent.join()


def test_who_cannot_be_hidden_starts_no_child(
    programs: FakePrograms, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs.write("ffmpeg", 'touch "$0.ran"')
    monkeypatch.setattr(child_process, "_PR_SET_DUMPABLE", -1)
    with pytest.raises(OSError, match="PR_SET_DUMPABLE"):
        run()
    assert not (programs.folder / "ffmpeg.ran").exists()
