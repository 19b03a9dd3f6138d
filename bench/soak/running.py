"""One soak from the start of the system to the verdict."""

import asyncio
import time
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from random import Random
from typing import Any

import aiohttp

from bench.soak.crowd import FAULTS, Crowd
from bench.soak.disturbing import Memory, kill_and_start, kill_workers, sample, stop_and_start
from bench.soak.journal import Journal, Upload
from bench.soak.playing import Unplayable, play
from bench.soak.verdict import DELETED, MAX_GROWTH_MB, UNKNOWN, Ending, faults, outcomes
from local import system
from local.settings import Settings

# Of the time for which the system is disturbed.
_UPLOADS_END, _RESTARTED, _KILLED = 0.9, 0.35, 0.65
_KILLS = 15  # of workers in all
_TERMINAL = ("READY", "FAILED", DELETED, UNKNOWN)
_DRAIN_S = (
    3600  # a step that was killed is tried again after minutes; 200 videos keep two cores busy for many
)
_POLL_S = 2.0
_TREND_MINUTES = 5  # before that, memory grows because programs have just begun
_IDLE_S = 75  # surplus processes of functions are ended after a minute
# A message that is lost with the function that sends it is repeated every five minutes.
_HEARD_WITHIN_S = 390


@dataclass(frozen=True, slots=True)
class Extent:
    """How long the system is disturbed, how many files are sent to it, and how many sockets watch them."""

    minutes: float
    uploads: int
    sockets: int

    def __str__(self) -> str:
        return f"MINUTES={self.minutes:g} UPLOADS={self.uploads} SOCKETS={self.sockets}"


async def soak(settings: Settings, extent: Extent, clips: list[Path], seed: int) -> dict[str, Any]:
    """What was found, ready for JSON; the system is stopped at the end."""
    journal, memory, random = Journal(), Memory(), Random(seed)  # noqa: S311  no secret
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=300)
    try:
        await asyncio.to_thread(system.start, settings)
        connector = aiohttp.TCPConnector(limit=0, force_close=True)
        async with aiohttp.ClientSession(settings.edge_url, timeout=timeout, connector=connector) as http:
            sampling = asyncio.create_task(sample(settings, memory))
            crowd = Crowd(http, journal, clips, random, watchers=extent.sockets / extent.uploads)
            began = time.monotonic()
            await _disturbed(settings, extent, crowd, journal, random)
            states = await _ended(http, journal)
            took_s = time.monotonic() - began
            await asyncio.sleep(_IDLE_S if extent.minutes >= _TREND_MINUTES else 0)
            sampling.cancel()
            await crowd.hear(_HEARD_WITHIN_S)
            await crowd.stop_watching()
            endings = [await _ending(http, upload, states[upload.video_id]) for upload in journal.uploads]
    finally:
        await asyncio.to_thread(system.stop, settings)
    return _found(extent, journal, memory, endings, took_s)


async def _disturbed(
    settings: Settings, extent: Extent, crowd: Crowd, journal: Journal, random: Random
) -> None:
    """Everything that happens while files are sent."""
    duration_s = 60 * extent.minutes
    pause_s = duration_s * _UPLOADS_END / extent.uploads
    sending = [_after(pause_s * number, crowd.upload(number)) for number in range(extent.uploads)]
    if not extent.minutes:
        await asyncio.gather(*sending)
        return
    meanwhile = [
        asyncio.create_task(crowd.play_and_delete()),
        asyncio.create_task(kill_workers(settings, journal, random, duration_s / _KILLS)),
    ]
    outages = _outages(settings, journal, duration_s)
    await asyncio.gather(*sending, outages, asyncio.sleep(duration_s))
    for task in meanwhile:
        task.cancel()
    await asyncio.gather(*meanwhile, return_exceptions=True)


async def _outages(settings: Settings, journal: Journal, duration_s: float) -> None:
    await asyncio.sleep(duration_s * _RESTARTED)
    await stop_and_start(settings)
    await asyncio.sleep(duration_s * (_KILLED - _RESTARTED))
    await kill_and_start(settings, journal)


async def _after(delay_s: float, action: Coroutine[Any, Any, None]) -> None:
    await asyncio.sleep(delay_s)
    await action


async def _ended(http: aiohttp.ClientSession, journal: Journal) -> dict[str, str]:
    """The state of each upload, as soon as all have come to an end; after an hour as it is then."""
    states: dict[str, str] = {}
    deadline = time.monotonic() + _DRAIN_S
    while time.monotonic() < deadline:
        open_videos = [upload.video_id for upload in journal.uploads if not _is_terminal(states, upload)]
        if not open_videos:
            break
        for video_id in open_videos:
            with suppress(*FAULTS, ValueError):
                states[video_id] = await _state(http, video_id)
        await asyncio.sleep(_POLL_S)
    return states


def _is_terminal(states: dict[str, str], upload: Upload) -> bool:
    return states.get(upload.video_id) in _TERMINAL


async def _state(http: aiohttp.ClientSession, video_id: str) -> str:
    """READY only when its ladder has ended, too."""
    async with http.get(f"/video/{video_id}") as answer:
        if answer.status == HTTPStatus.GONE:
            return DELETED
        if answer.status == HTTPStatus.NOT_FOUND:
            return UNKNOWN
        described = await answer.json()
    ladder = described.get("ladder", {}).get("state")
    if described["state"] == "READY" and ladder != "complete":
        return "READY without its ladder" if ladder == "failed" else "READY, its ladder unfinished"
    return str(described["state"])


async def _ending(http: aiohttp.ClientSession, upload: Upload, state: str) -> Ending:
    if state != "READY":
        return Ending(upload, state)
    try:
        await play(http, upload.video_id)
    except (Unplayable, *FAULTS) as error:
        return Ending(upload, state, (str(error),))
    return Ending(upload, state)


def _found(
    extent: Extent, journal: Journal, memory: Memory, endings: list[Ending], took_s: float
) -> dict[str, Any]:
    wrong = faults(journal, endings)
    grown = memory.growth_mb("edge")
    if extent.minutes >= _TREND_MINUTES and grown > MAX_GROWTH_MB:
        wrong.append(f"the edge has grown by {grown:.0f} MB")
    return {
        "asked": str(extent),
        "took_s": round(took_s),
        "events": journal.summary(),
        "outcomes": dict(outcomes(journal, endings)),
        "memory": memory.summary(),
        "faults": wrong,
    }
