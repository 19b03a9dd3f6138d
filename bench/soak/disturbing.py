"""What happens to the system meanwhile: it is stopped and started, its workers and emulator are killed."""

import asyncio
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

import psutil

from bench.soak.journal import Journal, Outage
from bench.soak.verdict import growth_mb
from local import processes, system
from local.settings import Settings

_SAMPLE_S = 2.0
_MB = 2**20


@dataclass(slots=True)
class Memory:
    """Resident memory in MB: of each edge and emulator, and the sum of all functions with their ffmpeg."""

    programs: dict[str, dict[int, list[float]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    functions: list[float] = field(default_factory=list)
    processes: list[int] = field(default_factory=list)

    def growth_mb(self, program: str) -> float:
        """Of the process that was watched longest."""
        return growth_mb(max(self.programs[program].values(), key=len, default=[]))

    def summary(self) -> dict[str, Any]:
        longest = {name: max(found.values(), key=len) for name, found in self.programs.items()}
        return {
            **{f"{name} at most, MB": round(max(sizes)) for name, sizes in longest.items()},
            **{f"{name} grew by, MB": round(growth_mb(sizes)) for name, sizes in longest.items()},
            "functions at most, MB": round(max(self.functions, default=0)),
            "processes at most": max(self.processes, default=0),
        }


async def sample(settings: Settings, memory: Memory) -> None:
    """Until it is cancelled."""
    while True:
        with suppress(psutil.Error):
            _sample(settings, memory)
        await asyncio.sleep(_SAMPLE_S)


def _sample(settings: Settings, memory: Memory) -> None:
    family: list[psutil.Process] = []
    for name in ("edge", "emulator"):
        program = processes.running(settings.state / f"{name}.pid")
        if program:
            memory.programs[name][program.pid].append(program.memory_info().rss / _MB)
            family += program.children(recursive=True)
    sizes = []
    for child in family:
        with suppress(psutil.NoSuchProcess):
            sizes.append(child.memory_info().rss / _MB)
    memory.functions.append(sum(sizes))
    memory.processes.append(len(sizes))


async def kill_workers(settings: Settings, journal: Journal, random: Random, every_s: float) -> None:
    """Until it is cancelled: SIGKILL to a function's process, or to the ffmpeg of one."""
    while True:
        await asyncio.sleep(random.uniform(0.5, 1.5) * every_s)
        emulator = processes.running(settings.state / "emulator.pid")
        children = emulator.children(recursive=True) if emulator else []
        if children:
            with suppress(psutil.NoSuchProcess):
                random.choice(children).kill()
                journal.killed_workers += 1


async def stop_and_start(settings: Settings) -> None:
    """As `make down` and `make up`."""
    await asyncio.to_thread(system.stop, settings)
    await asyncio.to_thread(system.start, settings)


async def kill_and_start(settings: Settings, journal: Journal) -> None:
    """SIGKILL to the emulator, then `make up`; the journal notes since when everything is lost."""
    emulator = processes.running(settings.state / "emulator.pid")
    if emulator is None:
        raise RuntimeError("the emulator has ended by itself")
    emulator.kill()
    killed = time.time()
    await asyncio.to_thread(system.start, settings)
    journal.outages.append(Outage(_saved_at(settings), killed))


def _saved_at(settings: Settings) -> float:
    """When the state was written with which the emulator has come back; 0 if it has begun without any."""
    saved = settings.state / "saved" / "emulator" / "dynamodb.json"
    return saved.stat().st_mtime if saved.exists() else 0.0
