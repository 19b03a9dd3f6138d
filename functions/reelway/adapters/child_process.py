"""A child process that may take a bounded share of the machine, and is never left behind."""

import ctypes
import io
import math
import os
import re
import resource
import signal
import subprocess
import threading
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any

from reelway.adapters.environment import child_environment

_MAX_STDERR_CHARACTERS = 100_000  # of its beginning and of its end; usual complaints are one line
_MAX_LINE_CHARACTERS = 4_000  # a longer line, such as a quoted name, is read in parts
_SILENCE_S = 1.0  # so long a caller waits for a line, at most; then it can end the child
_MAX_OPEN_FILES = 64  # the most that a run needs is a file for each output and an input's connections
_ADDRESS = re.compile(r" ?@ 0x[0-9a-fA-F]+")  # in "[mov,mp4,m4a @ 0x556a2a44a480]"
_PR_SET_DUMPABLE = 4  # of <linux/prctl.h>


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a child process may take of the machine, enforced by the kernel but for `timeout_s`.

    `memory_bytes` (RLIMIT_DATA: heap, stacks and other private memory) makes excessive demand an error that
    the child reports, where Lambda's own limit kills the whole function. The program's own pages come on
    top, 50 to 80 MB. `file_bytes` (RLIMIT_FSIZE) keeps one endless file from filling the disk; a probe has
    nothing to write at all. `timeout_s` is wall-clock time; a CPU time to match (RLIMIT_CPU) ends a child
    that outlives us. Few open files (RLIMIT_NOFILE) stop a file that makes a program open one after the
    other. There are no core dumps (RLIMIT_CORE): they would hold parts of the upload.
    """

    memory_bytes: int
    file_bytes: int
    timeout_s: float

    def grant(self, pid: int) -> None:
        """Hard limits, so that the child cannot raise them; a child that has ended needs none."""
        limits = {
            resource.RLIMIT_DATA: self.memory_bytes,
            resource.RLIMIT_FSIZE: self.file_bytes,
            resource.RLIMIT_CPU: _cpu_s(self.timeout_s),
            resource.RLIMIT_NOFILE: _MAX_OPEN_FILES,
            resource.RLIMIT_CORE: 0,
        }
        with suppress(ProcessLookupError):
            for kind, limit in limits.items():
                resource.prlimit(pid, kind, (limit, limit))


def _cpu_s(timeout_s: float) -> int:
    """A little more CPU time than all processors can give in that wall-clock time."""
    return math.ceil(timeout_s * (os.cpu_count() or 1)) + 1


@dataclass(slots=True)
class Child:
    """A process; `stderr` is what it wrote there, complete when it has ended.

    `counted` is how many lines of it matched `counting` so far, by the named group that matched.
    """

    process: Any  # a Popen whose streams are pipes
    counting: re.Pattern[str] | None = None
    counted: Counter[str] = field(default_factory=Counter)
    stderr: str = ""
    is_out_of_time: bool = False

    def kill(self) -> None:
        with suppress(ProcessLookupError):  # it may end by itself in this moment
            os.killpg(self.process.pid, signal.SIGKILL)

    def end_in_time(self) -> None:
        self.is_out_of_time = True
        self.kill()

    def lines(self) -> Iterator[str]:
        """The lines of stdout, and '' after each second without one: ffmpeg may be silent for long."""
        found: SimpleQueue[str | None] = SimpleQueue()
        threading.Thread(target=self._pass_lines_to, args=(found,)).start()
        while True:
            try:
                line = found.get(timeout=_SILENCE_S)
            except Empty:
                yield ""
                continue
            if line is None:
                return
            yield line

    def _pass_lines_to(self, found: "SimpleQueue[str | None]") -> None:
        with suppress(ValueError):  # closed, because the caller has left
            for line in self.process.stdout:
                found.put(line)
        found.put(None)

    def read_stderr(self) -> None:
        """Keep the beginning and the end: ffmpeg may complain of a damaged file for hours."""
        first, last = io.StringIO(), deque[str]()
        kept = 0
        while line := self.process.stderr.readline(_MAX_LINE_CHARACTERS):
            match = self.counting.search(line) if self.counting else None
            if match:
                self.counted[match.lastgroup or ""] += 1
            if first.tell() < _MAX_STDERR_CHARACTERS:
                first.write(line)
                continue
            last.append(line)
            kept += len(line)
            while kept > _MAX_STDERR_CHARACTERS:
                kept -= len(last.popleft())
        self.stderr = first.getvalue() + "".join(last)


def without_addresses(said: str) -> str:
    """What a program said, without where its objects lie in memory, which helps an attacker alone."""
    return _ADDRESS.sub("", said)


def hide_memory() -> None:
    """Let no process of the same user read this one's environment and memory, which hold its credentials.

    The kernel then gives the process's files in /proc to root, and writes no core dump of it. It is said of
    this process alone: a program that it starts is readable as ever. Raises OSError where it cannot be said.
    """
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_DUMPABLE, 0)")


@contextmanager
def running(
    command: Sequence[str],
    allowance: Allowance,
    environment: Mapping[str, str] | None = None,
    *,
    counting: re.Pattern[str] | None = None,
) -> Iterator[Any]:
    """A child in a process group of its own, within `allowance`; lines of stderr that match are counted.

    It does not get our environment, which holds credentials, but `environment` and what all children get,
    and cannot read ours in /proc. It is killed after `allowance.timeout_s` of wall-clock time and when the
    caller leaves early, and has ended when the context is left.
    """
    hide_memory()
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        env=child_environment() | dict(environment or {}),
        start_new_session=True,
    ) as process:
        allowance.grant(process.pid)
        child = Child(process, counting)
        # In a thread beside stdout's reader: a child whose pipe is full would wait for ever.
        reader = threading.Thread(target=child.read_stderr)
        reader.start()
        timer = threading.Timer(allowance.timeout_s, child.end_in_time)
        timer.start()
        try:
            yield child
            process.wait()
        finally:
            timer.cancel()
            if process.poll() is None:
                child.kill()
            reader.join()
