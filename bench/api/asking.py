"""Answers through the edge: how many per second, how long each takes, and which AWS calls each makes.

The load is a closed loop: a number of connections that are kept alive, each with one request at a time. The
client runs on the same cores as the system.
"""

import asyncio
import re
import time
from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp

from bench.api import calls
from bench.pipeline import Pipeline
from bench.spread import percentile, spread
from reelway.timestamps import utc_now
from reelway.video import new_video_id
from tests.support.media import corpus

_CLIP = "bigbuckbunny.mp4"
_WARM_UP_S = 1.0  # until every function that answers has started


def measure(
    pipeline: Pipeline, *, videos: int, rounds: int, round_s: float, concurrencies: Sequence[int]
) -> dict[str, Any]:
    """By path: AWS calls of one request, then requests per second and latencies by number of connections."""
    video_id = pipeline.process(corpus.file(_CLIP)).video_id
    for _ in range(videos - 1):
        pipeline.cloud.put_video(
            new_video_id(), state="READY", rank=2, version=3, listing="ready", listedAt=utc_now()
        )
    paths = asyncio.run(_paths(pipeline.running.edge_url, video_id))
    found: dict[str, Any] = {"videos": videos, "round_s": round_s, "paths": {}}
    for name, path in paths.items():
        of: dict[str, Any] = {"calls": calls.of_path(pipeline.cloud, path) if name != "segment" else []}
        of["functions_per_request"] = calls.functions_per_request(pipeline, path)
        of["load"] = {
            str(count): asyncio.run(_loaded(pipeline.running.edge_url, path, count, rounds, round_s))
            for count in concurrencies
        }
        found["paths"][name] = of
    return found


async def _paths(edge_url: str, video_id: str) -> Mapping[str, str]:
    manifest = f"/stream/{video_id}/manifest"
    async with aiohttp.ClientSession(edge_url) as client, client.get(manifest) as answer:
        [first, *_] = re.findall(r"^segment/.+$", await answer.text(), re.MULTILINE)
    return {"ready": "/stream/ready", "manifest": manifest, "segment": f"/stream/{video_id}/{first}"}


async def _loaded(edge_url: str, path: str, connections: int, rounds: int, round_s: float) -> dict[str, Any]:
    connector = aiohttp.TCPConnector(limit=connections)
    async with aiohttp.ClientSession(edge_url, connector=connector) as client:
        await _round(client, path, connections, _WARM_UP_S)
        measured = [await _round(client, path, connections, round_s) for _ in range(rounds)]
    return summary(measured)


def summary(rounds: Sequence[tuple[float, Sequence[float]]]) -> dict[str, Any]:
    """Of rounds as (duration of the round, durations of its requests), in seconds."""
    every = [taken_s for _, each_s in rounds for taken_s in each_s]
    return {
        "per_s": spread([len(each_s) / round_s for round_s, each_s in rounds]),
        "p50_s": round(percentile(every, 50), 5),
        "p99_s": round(percentile(every, 99), 5),
        "requests": len(every),
    }


async def _round(
    client: aiohttp.ClientSession, path: str, connections: int, round_s: float
) -> tuple[float, list[float]]:
    began_s = time.perf_counter()
    taken_s: list[float] = []

    async def ask_repeatedly() -> None:
        while (asked_s := time.perf_counter()) < began_s + round_s:
            async with client.get(path) as answer:
                answer.raise_for_status()
                await answer.read()
            taken_s.append(time.perf_counter() - asked_s)

    await asyncio.gather(*(ask_repeatedly() for _ in range(connections)))
    return time.perf_counter() - began_s, taken_s
