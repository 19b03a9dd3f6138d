"""Runs ffprobe and ffmpeg, and tells the file's faults from the machine's."""

import json
import math
import os
import re
import resource
import signal
import subprocess
import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from reelway import ffmpeg
from reelway.adapters.settings import search_path
from reelway.errors import MediaRejected, ProcessingInterrupted
from reelway.probe.limits import Limits
from reelway.probe.rejections import failed_decoding, misencoding, misreading, refusal

_LAST_LINE_LENGTH = 500
# What the protocols below a demuxer say of themselves. "4XX Client Error" stands for 416 among others:
# a file whose index points past its end.
_NETWORK_FAULT = re.compile(r"^\[(?:https?|tcp|tls) @ |Server returned (?!4XX)", re.MULTILINE)
_BROKEN_OFF = re.compile(r"Error during demuxing: (?:Input/output error|Connection |.*timed out)")
_DISK_FULL = "No space left on device"
_KEPT_OF_STDERR = 100_000  # characters
_MAX_REPORT_CHARACTERS = 4_000_000  # characters; that of a thousand streams has half as many

_LIMITS = Limits()
_PROBE_MB = 512
_MEMORY_MB = 2_600  # of the encoding function's 3,008
_MAX_FILE_BYTES = 6 * 2**30  # a remux is as large as its upload, 5 GiB at most
_OPEN_FILES = 64


_MB = 2**20


@dataclass(frozen=True, slots=True)
class _Allowance:
    """What a child may take of the machine, beside its time; enforced by the kernel.

    `memory_bytes` (RLIMIT_DATA: heap, stacks and other private memory) makes a file that wants too much
    an error that can be told, where Lambda's own limit kills the function without a word. The program's
    own pages come on top, 50 to 80 MB. `file_bytes` (RLIMIT_FSIZE) keeps one endless file from filling the
    disk; ffprobe has nothing to write at all. `cpu_s` (RLIMIT_CPU, which is what ffmpeg's -timelimit sets;
    ffprobe has no such option) ends a child that outlived us. Open files (RLIMIT_NOFILE) are few, so that
    a file which makes a program open others comes to an end. Core dumps (RLIMIT_CORE) would hold parts of
    the upload; there are none.
    """

    memory_bytes: int
    file_bytes: int
    cpu_s: int

    def grant(self, pid: int) -> None:
        """Hard limits, so that the child cannot raise them; a child that has ended needs none."""
        limits = {
            resource.RLIMIT_DATA: self.memory_bytes,
            resource.RLIMIT_FSIZE: self.file_bytes,
            resource.RLIMIT_CPU: self.cpu_s,
            resource.RLIMIT_NOFILE: _OPEN_FILES,
            resource.RLIMIT_CORE: 0,
        }
        with suppress(ProcessLookupError):
            for kind, most in limits.items():
                resource.prlimit(pid, kind, (most, most))


class Ffmpeg:
    """Implements `ports.Encoder` with the binaries found on PATH (on AWS: the layer's /opt/bin).

    `limits` are those of probes; runs may take `memory_mb`, in the functions what Lambda gives them less
    what Python needs.
    """

    def __init__(
        self,
        *,
        limits: Limits = _LIMITS,
        memory_mb: int = _MEMORY_MB,
        probe_timeout_s: int = 8,
        measure_timeout_s: int = 40,
    ) -> None:
        self._limits = limits
        self._memory_bytes = memory_mb * _MB
        self._probe_timeout_s = probe_timeout_s
        self._measure_timeout_s = measure_timeout_s

    def probe(self, url: str) -> dict[str, Any]:
        """ffprobe's report.

        Raises MediaRejected by `probe.rejections` when the file cannot be read, and `probe_timeout` when that
        could not be found out in time; ProcessingInterrupted when ffprobe was killed or lost the network.
        """
        command = ffmpeg.probe(url, self._limits.bounds)
        allowance = _Allowance(_PROBE_MB * _MB, file_bytes=0, cpu_s=_cpu_s(self._probe_timeout_s))
        with _running(command, self._probe_timeout_s, allowance) as child:
            text = child.process.stdout.read(_MAX_REPORT_CHARACTERS)
            if len(text) == _MAX_REPORT_CHARACTERS:
                child.kill()
        if child.is_out_of_time:
            raise MediaRejected(
                "probe_timeout",
                f"The file could not be understood within {self._probe_timeout_s} s. "
                "Re-export it, for example as MP4.",
            )
        if len(text) == _MAX_REPORT_CHARACTERS:
            raise MediaRejected(
                "unreadable",
                "The file says more about itself than can be read. Re-export it without its metadata.",
            )
        _check_alive(child)
        if child.process.returncode:
            _check_network(child.stderr, is_failed=True)
            raise refusal(child.stderr, self._limits)
        report = dict(json.loads(text))
        reason = misreading(child.stderr, report, self._limits)
        if reason:
            raise reason
        return report

    def measure(self, url: str) -> dict[int, float]:
        """When the last packet of each stream ends, in seconds, by the stream's index.

        Raises MediaRejected `unknown_duration` when reading the whole file takes too long, and
        ProcessingInterrupted when ffprobe was killed or lost the network. A file that breaks off has its
        lengths up to there.
        """
        ends_s: dict[int, float] = {}
        command = ffmpeg.measure(url, self._limits.bounds)
        allowance = _Allowance(_PROBE_MB * _MB, file_bytes=0, cpu_s=_cpu_s(self._measure_timeout_s))
        with _running(command, self._measure_timeout_s, allowance) as child:
            for line in child.process.stdout:
                index, end_s = _end_of_packet(line)
                ends_s[index] = max(end_s, ends_s.get(index, end_s))
        if child.is_out_of_time:
            raise MediaRejected(
                "unknown_duration",
                "The file does not tell how long it is, and could not be read to its end within "
                f"{self._measure_timeout_s} s. Re-export it, for example as MP4.",
            )
        _check_alive(child)
        _check_network(child.stderr, is_failed=child.process.returncode != 0)
        return ends_s

    def run(self, command: Sequence[str], *, timeout_s: float) -> Generator[int, None, None]:
        """Yield the frames encoded so far, about once a second; return when the command succeeded.

        Raises MediaRejected `undecodable` when ffmpeg gave up on the file, `picture_grows` or
        `too_demanding` when it was kept from it, `sound_gap` when the sound cannot be kept in time, and
        ProcessingInterrupted when it was killed, timed out, filled the disk, or lost the network.
        """
        allowance = _Allowance(self._memory_bytes, file_bytes=_MAX_FILE_BYTES, cpu_s=_cpu_s(timeout_s))
        with _running(command, timeout_s, allowance) as child:
            for line in child.process.stdout:
                key, _, value = line.strip().partition("=")
                if key == "frame" and value.isdigit():
                    yield int(value)
        if child.is_out_of_time:
            raise ProcessingInterrupted("encoder_timeout", f"ffmpeg was not done within {timeout_s:.0f} s.")
        _check_alive(child)
        if _DISK_FULL in child.stderr:
            raise ProcessingInterrupted("disk_full", _last_line(child.stderr))
        _check_network(child.stderr, is_failed=child.process.returncode != 0)
        if child.process.returncode:
            raise failed_decoding(child.stderr) or MediaRejected(
                "undecodable",
                "The file could not be decoded; it is damaged or incomplete. "
                f"Upload it again or re-export it. ({_last_line(child.stderr)})",
            )
        reason = misencoding(child.stderr)
        if reason:
            raise reason


def _cpu_s(timeout_s: float) -> int:
    """More than all processors can give in that time."""
    return math.ceil(timeout_s * (os.cpu_count() or 1)) + 1


def _end_of_packet(line: str) -> tuple[int, float]:
    """Stream index and end in seconds out of 'index,presentation time,decoding time,duration'."""
    index, shown, decoded, duration, *_ = [*line.strip().split(","), "", "", ""]
    times_s = [float(value) for value in (shown, decoded) if value not in {"", "N/A"}]
    lasts_s = float(duration) if duration not in {"", "N/A"} else 0.0
    return int(index), (times_s[0] if times_s else 0.0) + lasts_s


@dataclass(slots=True)
class _Child:
    """A process; `stderr` is all that it wrote there, known when it has ended."""

    process: Any  # a Popen whose streams are pipes
    stderr: str = ""
    is_out_of_time: bool = False

    def kill(self) -> None:
        with suppress(ProcessLookupError):  # it may end by itself in this moment
            os.killpg(self.process.pid, signal.SIGKILL)

    def end_in_time(self) -> None:
        self.is_out_of_time = True
        self.kill()

    def read_stderr(self) -> None:
        """Keep the beginning and the end: damaged files may be complained of for hours."""
        first = self.process.stderr.read(_KEPT_OF_STDERR)
        last = ""
        while more := self.process.stderr.read(_KEPT_OF_STDERR):
            last = (last + more)[-_KEPT_OF_STDERR:]
        self.stderr = first + last


@contextmanager
def _running(command: Sequence[str], timeout_s: float, allowance: _Allowance) -> Iterator[Any]:
    """A child in its own process group, within `allowance`, without our environment (credentials live there).

    It has ended when the context is left; it is killed after `timeout_s` of wall-clock time, and when
    the caller leaves early.
    """
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        env={"PATH": search_path()},
        start_new_session=True,
    ) as process:
        allowance.grant(process.pid)
        child = _Child(process)
        # Read beside stdout: a child that fills either pipe while the other is read would wait for ever.
        reader = threading.Thread(target=child.read_stderr)
        reader.start()
        timer = threading.Timer(timeout_s, child.end_in_time)
        timer.start()
        try:
            yield child
            process.wait()
        finally:
            timer.cancel()
            if process.poll() is None:
                child.kill()
            reader.join()


def _check_alive(child: _Child) -> None:
    if child.process.returncode == -signal.SIGXFSZ:
        raise MediaRejected(
            "too_demanding",
            f"The file becomes larger than {_MAX_FILE_BYTES} bytes when it is made ready for encoding. "
            "Re-export it, for example as MP4, or split it.",
        )
    if child.process.returncode < 0:
        name = signal.Signals(-child.process.returncode).name
        raise ProcessingInterrupted("encoder_killed", f"The program was ended by {name}.")


def _check_network(stderr: str, *, is_failed: bool) -> None:
    """ffmpeg ends well after what it could read, and then says only that something kept it from the rest."""
    if _BROKEN_OFF.search(stderr) or (is_failed and _NETWORK_FAULT.search(stderr)):
        raise ProcessingInterrupted("source_unreachable", _last_line(stderr))


def _last_line(stderr: str) -> str:
    """The last thing ffmpeg said, without the presigned URLs it may have named."""
    lines = [line for line in stderr.splitlines() if line.strip()]
    words = (lines[-1] if lines else "no message").split()
    return " ".join("<source>" if "://" in word else word for word in words)[-_LAST_LINE_LENGTH:]
