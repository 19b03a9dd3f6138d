"""Runs the probe and ffmpeg, and separates the file's faults from the machine's."""

import re
import signal
from collections.abc import Callable, Generator, Sequence

from reelway import failures
from reelway.adapters import probe_process
from reelway.adapters.child_process import Allowance, Child, running
from reelway.adapters.redaction import redacted
from reelway.errors import MediaRejected
from reelway.interruptions import Interruption, interrupted
from reelway.ports.encoder import Progress
from reelway.probe.limits import Limits
from reelway.probe.rejections import rejection_of_output, rejection_of_run
from reelway.probe.report import Report

# How ffmpeg's protocols complain. "4XX Client Error" stands for 416 among others, which is the file's fault:
# its index points past its end.
_NETWORK_FAULT = re.compile(r"^\[(?:https?|tcp|tls) @ |Server returned (?!4XX)", re.MULTILINE)
_BROKEN_CONNECTION = re.compile(r"Error during demuxing: (?:Input/output error|Connection |.*timed out)")
# What ffmpeg itself says of each packet that a decoder refuses, beside the decoder's own complaints; it is
# what -max_error_rate counts. `vist` and `aist` are its input streams.
_DECODE_ERROR = re.compile(
    r"\[(?:(?P<video>v)|(?P<audio>a))ist#[^\]]+\] \[dec:[^\]]+\] "
    r"(?:Error submitting packet to decoder|Decoding error): "
)
_DISK_FULL = "No space left on device"
_MAX_LINE_CHARACTERS = 500  # of ffmpeg's last words, in a log

_LIMITS = Limits()
_MB = 2**20  # as Lambda counts memory
_MEMORY_MB = 2_600  # of the encoding function's 3,008
_PROBE_TIMEOUT_S = 8  # good files take less than one; both together must end within the function's 240 s
_MEASURE_TIMEOUT_S = 220  # 5 GiB take about 140 s: 72 s at 75 MB/s, and the waits for each range
_MAX_FILE_BYTES = 6 * 2**30  # a remux is as large as its upload, 5 GiB at most, and a little overhead


class Ffmpeg:
    """Implements `ports.encoder.Encoder` with the ffmpeg found on PATH (on AWS: the layer's /opt/bin).

    `limits` bound probes; runs may take `memory_mb`, which in the functions is Lambda's memory less what
    Python needs. `log(message, code, said)` is called with ffmpeg's last words when it fails on a file.
    """

    def __init__(
        self,
        *,
        limits: Limits = _LIMITS,
        memory_mb: int = _MEMORY_MB,
        probe_timeout_s: int = _PROBE_TIMEOUT_S,
        measure_timeout_s: int = _MEASURE_TIMEOUT_S,
        log: Callable[..., None] | None = None,
    ) -> None:
        self._limits = limits
        self._memory_bytes = memory_mb * _MB
        self._probe_timeout_s = probe_timeout_s
        self._measure_timeout_s = measure_timeout_s
        self._log = log

    def probe(self, url: str) -> Report:
        """The report of the child that reads uploads.

        Raises MediaRejected: those of `probe.rejections` when the file cannot be read, `unreadable` when its
        report cannot, `probe_timeout` when it takes too long. Raises ProcessingInterrupted when it was
        killed or lost the network.
        """
        return probe_process.probe(url, self._limits, timeout_s=self._probe_timeout_s)

    def measure(self, url: str) -> dict[int, float]:
        """When the last packet of each stream ends, in seconds, by the stream's index.

        A file that breaks off is measured up to there. Raises MediaRejected `unknown_duration` when reading
        the whole file takes too long, and ProcessingInterrupted when the child was killed or lost the
        network.
        """
        return probe_process.measure(url, self._limits, timeout_s=self._measure_timeout_s)

    def run(self, command: Sequence[str], *, timeout_s: float) -> Generator[Progress, None, None]:
        """Yield the progress about once a second, and once more at the end.

        ffmpeg reports none before each of its outputs has begun, which for a poster may be late.

        Raises MediaRejected `undecodable` when ffmpeg gave up on the file, `picture_grows` or
        `too_demanding` when it reached a bound, `sound_gap` when audio and video cannot be kept together.
        Raises ProcessingInterrupted when ffmpeg was killed, timed out, filled the disk, or lost the network.
        """
        allowance = Allowance(self._memory_bytes, file_bytes=_MAX_FILE_BYTES, timeout_s=timeout_s)
        with running(command, allowance, counting=_DECODE_ERROR) as child:
            frames = 0
            for line in child.lines():
                key, _, value = line.strip().partition("=")
                if key == "frame" and value.isdigit():
                    frames = int(value)
                if key in {"progress", ""}:  # the last line of a report, or silence
                    yield _progress(frames, child)
        if child.is_out_of_time:
            raise interrupted(Interruption.ENCODER_TIMEOUT, f"within {timeout_s:.0f} s")
        _check_alive(child)
        if _DISK_FULL in child.stderr:
            raise interrupted(Interruption.DISK_FULL, _last_line(child.stderr))
        _check_network(child.stderr, is_failed=child.process.returncode != 0)
        yield _progress(frames, child, rejection_of_run(child.stderr))
        self._check_output(child)

    def _check_output(self, child: Child) -> None:
        """Raises MediaRejected; what ffmpeg said is logged, for its words are no help to an uploader."""
        rejection = rejection_of_output(child.stderr)
        if child.process.returncode:
            rejection = rejection_of_run(child.stderr) or failures.undecodable()
        if rejection:
            if self._log:
                self._log("ffmpeg gave up", code=rejection.code, said=_last_line(child.stderr))
            raise rejection


def _progress(frames: int, child: Child, cause: MediaRejected | None = None) -> Progress:
    return Progress(frames, child.counted["video"], child.counted["audio"], cause)


def _check_alive(child: Child) -> None:
    if child.process.returncode == -signal.SIGXFSZ:
        raise failures.too_demanding(max_remux_bytes=_MAX_FILE_BYTES)
    if child.process.returncode < 0:
        name = signal.Signals(-child.process.returncode).name
        raise interrupted(Interruption.ENCODER_KILLED, name)


def _check_network(stderr: str, *, is_failed: bool) -> None:
    """Raises ProcessingInterrupted when the connection broke; ffmpeg may succeed with what came before."""
    if _BROKEN_CONNECTION.search(stderr) or (is_failed and _NETWORK_FAULT.search(stderr)):
        raise interrupted(Interruption.SOURCE_UNREACHABLE, _last_line(stderr))


def _last_line(stderr: str) -> str:
    """ffmpeg's last line on stderr, without presigned URLs and addresses in memory."""
    lines = [line for line in stderr.splitlines() if line.strip()]
    words = redacted(lines[-1] if lines else "no message").split()
    return " ".join("<source>" if "://" in word else word for word in words)[-_MAX_LINE_CHARACTERS:]
