"""Runs ffprobe and ffmpeg, and tells the file's faults from the machine's."""

import json
import os
import re
import signal
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from reelway import commands
from reelway.errors import MediaRejected, ProcessingInterrupted

_LAST_LINE_LENGTH = 500
# What the protocols below a demuxer say of themselves. "4XX Client Error" stands for 416 among others:
# a file whose index points past its end.
_NETWORK_FAULT = re.compile(r"^\[(?:https?|tcp|tls) @ |Server returned (?!4XX)", re.MULTILINE)
_BROKEN_OFF = re.compile(r"Error during demuxing: (?:Input/output error|Connection |.*timed out)")
_DISK_FULL = "No space left on device"


class Ffmpeg:
    """Implements `ports.Encoder` with the binaries found on PATH (on AWS: the layer's /opt/bin)."""

    def __init__(self, *, probe_timeout_s: int = 10) -> None:
        self._probe_timeout_s = probe_timeout_s

    def probe(self, url: str) -> dict[str, Any]:
        """ffprobe's report.

        Raises MediaRejected `unreadable` when it is no known media format and `probe_timeout` when that
        could not be told in time, and ProcessingInterrupted when ffprobe was killed or lost the network.
        """
        with _running(commands.probe(url), self._probe_timeout_s) as child:
            report = child.process.stdout.read()
        if child.is_out_of_time:
            raise MediaRejected(
                "probe_timeout",
                f"The file could not be understood within {self._probe_timeout_s} s. "
                "Re-export it, for example as MP4.",
            )
        _check_alive(child)
        if child.process.returncode:
            _check_network(child.stderr, is_failed=True)
            raise MediaRejected(
                "unreadable",
                "The file is damaged or in no format that is read here. "
                "Upload a video as MP4, MOV, MKV, WebM, AVI, FLV, WMV, OGV, MPEG or MPEG-TS.",
            )
        return dict(json.loads(report))

    def run(self, command: Sequence[str], *, timeout_s: float) -> Iterator[int]:
        """Yield the frames encoded so far, about once a second; return when the command succeeded.

        Raises MediaRejected `undecodable` when ffmpeg gave up on the file, and
        ProcessingInterrupted when it was killed, timed out, filled the disk, or lost the network.
        """
        with _running(command, timeout_s) as child:
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
            raise MediaRejected(
                "undecodable",
                "The file could not be decoded; it is damaged or incomplete. "
                f"Upload it again or re-export it. ({_last_line(child.stderr)})",
            )


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
        self.stderr = self.process.stderr.read()


@contextmanager
def _running(command: Sequence[str], timeout_s: float) -> Iterator[Any]:
    """A child in its own process group and without our environment (credentials live there).

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
        env={"PATH": os.environ.get("PATH", "/opt/bin:/usr/bin:/bin")},
        start_new_session=True,
    ) as process:
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
