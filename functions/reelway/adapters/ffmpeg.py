"""Runs ffprobe and ffmpeg, and tells the file's faults from the machine's."""

import json
import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from reelway import commands
from reelway.errors import MediaRejected, ProcessingInterrupted

_LAST_LINE_LENGTH = 500
_NETWORK_WORDS = ("HTTP error 5", "Server returned 5", "Connection reset", "Connection refused", "timed out")


class Ffmpeg:
    """Implements `ports.Encoder` with the binaries found on PATH (on AWS: the layer's /opt/bin)."""

    def __init__(self, *, probe_timeout_s: int = 10) -> None:
        self._probe_timeout_s = probe_timeout_s

    def probe(self, url: str) -> dict[str, Any]:
        """ffprobe's report. Raises MediaRejected `unreadable` when it is no known media format."""
        with _process(commands.probe(url), self._probe_timeout_s) as (process, stderr):
            stdout = process.stdout.read()
            process.wait()
        if process.returncode < 0:
            raise MediaRejected(
                "probe_timeout",
                f"The file could not be understood within {self._probe_timeout_s} s. "
                "Re-export it, for example as MP4.",
            )
        if process.returncode:
            _interrupt_on_network_fault(stderr[0])
            raise MediaRejected(
                "unreadable",
                "The file is damaged or in no format that is read here. "
                "Upload a video as MP4, MOV, MKV, WebM, AVI, FLV, WMV, OGV, MPEG or MPEG-TS.",
            )
        return dict(json.loads(stdout))

    def run(self, command: Sequence[str], *, timeout_s: int) -> Iterator[int]:
        """Yield the frames encoded so far, about once a second; return when the command succeeded.

        Raises MediaRejected `undecodable` when ffmpeg gave up on the file, and
        ProcessingInterrupted when it was killed, timed out, or lost the network.
        """
        with _process(command, timeout_s) as (process, stderr):
            for line in process.stdout:
                key, _, value = line.strip().partition("=")
                if key == "frame" and value.isdigit():
                    yield int(value)
            process.wait()
        if process.returncode < 0:
            name = signal.Signals(-process.returncode).name
            raise ProcessingInterrupted("encoder_killed", f"ffmpeg was ended by {name} within {timeout_s} s.")
        if process.returncode:
            _interrupt_on_network_fault(stderr[0])
            raise MediaRejected(
                "undecodable",
                "The file could not be decoded; it is damaged or incomplete. "
                f"Upload it again or re-export it. ({_last_line(stderr[0])})",
            )


@contextmanager
def _process(command: Sequence[str], timeout_s: int) -> Iterator[tuple[Any, list[str]]]:
    """A child in its own process group and without our environment (credentials live there).

    It is killed after `timeout_s` of wall-clock time, and whenever the caller leaves early. Afterwards
    the list holds all that it wrote to stderr.
    """
    stderr: list[str] = []
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
        # Read beside stdout: a child that fills either pipe while the other is read would wait for ever.
        reader = threading.Thread(target=_read, args=[process.stderr, stderr])
        reader.start()
        timer = threading.Timer(timeout_s, _kill, [process])
        timer.start()
        try:
            yield process, stderr
        finally:
            timer.cancel()
            if process.poll() is None:
                _kill(process)
            reader.join()


def _read(stream: Any, into: list[str]) -> None:
    into.append(stream.read())


def _kill(process: subprocess.Popen[str]) -> None:
    with suppress(ProcessLookupError):  # it may end by itself in this moment
        os.killpg(process.pid, signal.SIGKILL)


def _interrupt_on_network_fault(stderr: str) -> None:
    if any(word in stderr for word in _NETWORK_WORDS):
        raise ProcessingInterrupted("source_unreachable", _last_line(stderr))


def _last_line(stderr: str) -> str:
    """The last thing ffmpeg said, without the presigned URLs it may have named."""
    lines = [line for line in stderr.splitlines() if line.strip()]
    words = (lines[-1] if lines else "no message").split()
    return " ".join("<source>" if "://" in word else word for word in words)[-_LAST_LINE_LENGTH:]
