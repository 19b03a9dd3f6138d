"""Runs the child that reads uploads, and separates the file's faults from the machine's."""

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from reelway import failures
from reelway.adapters.child_process import Allowance, Child, running
from reelway.adapters.environment import ca_bundle
from reelway.adapters.redaction import redacted
from reelway.interruptions import Interruption, interrupted
from reelway.probe.limits import Limits
from reelway.probe.probe_document import parsed
from reelway.probe.rejections import rejection_of_probe, rejection_of_report
from reelway.probe.report import Report

# Without the script's folder in front of its path, the user's packages, and bytecode, which it may not write.
READER = (sys.executable, "-P", "-s", "-B", "-m", "reelway.probing")
# Exit codes of `reelway.probing`: the server did not give the file's bytes, or they are no file that can be
# read. Any other is the fault of the program, or of its installation.
_UNREACHABLE, _UNREADABLE = 3, 4
_MAX_REPORT_CHARACTERS = 4_000_000  # that of a thousand streams has half as many
_MAX_REASON_CHARACTERS = 500  # of why the server is unreachable; it goes to the log
_MB = 2**20  # as Lambda counts memory
_PROBE_MB = 512  # three frames of 8192x4320 in RGBA (142 MB), and Python; its function has 1,769


def probe(url: str, limits: Limits, *, timeout_s: int) -> Report:
    """The child's report; raises what `ports.encoder.Encoder.probe` does."""
    with _reading("probe", url, limits, timeout_s) as child:
        text = child.process.stdout.read(_MAX_REPORT_CHARACTERS)
        if len(text) == _MAX_REPORT_CHARACTERS:
            child.kill()
    if child.is_out_of_time:
        raise failures.probe_timeout(timeout_s=timeout_s)
    if len(text) == _MAX_REPORT_CHARACTERS:
        raise failures.too_much_metadata()
    _check(child)
    if child.process.returncode:
        raise rejection_of_probe(child.stderr, limits)
    report = parsed(text)
    rejection = rejection_of_report(child.stderr, report, limits)
    if rejection:
        raise rejection
    return report


def measure(url: str, limits: Limits, *, timeout_s: int) -> dict[int, float]:
    """When each stream ends; raises what `ports.encoder.Encoder.measure` does."""
    with _reading("measure", url, limits, timeout_s) as child:
        text = child.process.stdout.read(_MAX_REPORT_CHARACTERS)
    if child.is_out_of_time:
        raise failures.unknown_duration(measured_for_s=timeout_s)
    _check(child)
    pairs = [line.split() for line in text.split("\n") if line]
    return {int(index): float(end_s) for index, end_s in pairs}


@contextmanager
def _reading(task: str, url: str, limits: Limits, timeout_s: int) -> Iterator[Child]:
    bounds = limits.bounds
    job = {"url": url, "pixels": bounds.pixels, "streams": bounds.streams, "ca_file": ca_bundle()}
    allowance = Allowance(_PROBE_MB * _MB, file_bytes=0, timeout_s=timeout_s)
    command = [*READER, task, json.dumps(job)]
    with running(command, allowance, {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}) as child:
        yield child


def _check(child: Child) -> None:
    """Raises ProcessingInterrupted when the child was killed, broke down, or could not reach the file."""
    code = child.process.returncode
    if code < 0:
        raise interrupted(Interruption.ENCODER_KILLED, signal.Signals(-code).name)
    if code not in {0, _UNREADABLE}:
        said = redacted((child.stderr.splitlines() or [""])[-1])
        reason = said.partition("://")[0][-_MAX_REASON_CHARACTERS:]
        is_network = code == _UNREACHABLE
        raise interrupted(
            Interruption.SOURCE_UNREACHABLE if is_network else Interruption.PROBE_BROKEN, reason
        )
