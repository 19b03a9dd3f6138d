"""The whole local system as a client uses it: upload, wait for READY, then for the complete ladder."""

import asyncio
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import aiohttp

from bench import workers
from local import demo, processes, system
from local.environment import isolate
from local.settings import Settings
from reelway import keys
from reelway.plan.plan import Plan
from reelway.plan.plan_document import PLAN
from tests.support.system.cloud import Cloud
from transcode import job

_LIMIT_S = 600  # several times what the longest clip takes on two cores
_RETRY_S = 0.05  # short against the seconds that are measured
_POLL_S = 0.25  # often enough for seconds of encoding; each poll runs a function, which costs CPU time
# A worker ends after its result is published, and its CPU time counts once the emulator has waited for it.
_SETTLE_S = 1.0


@dataclass(frozen=True, slots=True)
class Processed:
    """Seconds from the answer to the upload until READY, and until the ladder is complete.

    `cpu_s` is the CPU time of all Lambda workers with their ffmpeg and ffprobe.
    """

    video_id: str
    ready_s: float
    whole_s: float
    cpu_s: float


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A running system."""

    settings: Settings
    running: system.System
    cloud: Cloud

    def process(self, clip: Path) -> Processed:
        """Upload `clip` and wait until its last rung is published; raises RuntimeError when it fails."""
        before_s = workers.cpu_s(self._emulator())
        video_id, ready_s, whole_s = asyncio.run(self._watched(clip))
        time.sleep(_SETTLE_S)
        return Processed(video_id, ready_s, whole_s, workers.cpu_s(self._emulator()) - before_s)

    def playlist(self, video_id: str, rung: str) -> str:
        return f"{self.running.edge_url}/stream/{video_id}/manifest?rendition={rung}"

    def plan(self, video_id: str) -> Plan:
        """The prepared plan, which the steps after Prepare read."""
        bucket = self.running.outputs["UploadsBucketName"]
        stored = self.cloud.s3.get_object(Bucket=bucket, Key=keys.prepared_plan(video_id))
        return PLAN.load(stored["Body"].read())

    def threads(self) -> int:
        """Threads of one ffmpeg in the encode function, by its deployed memory."""
        name = self.cloud.physical_id("EncodeFunction")
        found = self.cloud.functions.get_function_configuration(FunctionName=name)
        return job.threads(found["MemorySize"])

    async def _watched(self, clip: Path) -> tuple[str, float, float]:
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=10)
        async with aiohttp.ClientSession(base_url=self.running.edge_url, timeout=timeout) as client:
            video_id = await demo.upload(client, clip)
            answered_s = time.monotonic()
            await asyncio.wait_for(_until_ready(client, video_id), _LIMIT_S)
            ready_s = time.monotonic() - answered_s
            await asyncio.wait_for(_until_whole(client, video_id), _LIMIT_S)
            return video_id, ready_s, time.monotonic() - answered_s

    def _emulator(self) -> workers.Process:
        process = processes.running(self.settings.state / "emulator.pid")
        if process is None:
            raise RuntimeError("the emulator has ended")
        return process


@contextmanager
def started(settings: Settings) -> Iterator[Pipeline]:
    """A system of its own, stopped at the end; without maintenance, which would use CPU time."""
    isolate(os.environ)
    try:
        running = system.start(settings)
        cloud = Cloud(running)
        cloud.disable_schedules()
        yield Pipeline(settings, running, cloud)
    finally:
        system.stop(settings)


async def _until_ready(client: aiohttp.ClientSession, video_id: str) -> None:
    """Listen to the status stream until its message READY; raises RuntimeError after FAILED."""
    async with await _connected(client, f"/video/{video_id}/status/stream") as socket:
        async for message in socket:
            state = message.json()["state"]
            if state == "FAILED":
                raise RuntimeError(f"{video_id} failed: {await _described(client, video_id)}")
            if state == "READY":
                return
    raise RuntimeError(f"{video_id}: the status stream ended before READY")


async def _connected(client: aiohttp.ClientSession, path: str) -> aiohttp.ClientWebSocketResponse:
    """Try again while there is no record: a direct upload gets its record from the S3 event.

    Until then the handshake is answered with 404. It is 403 when the record is written between the two
    requests that the edge makes for a refused handshake.
    """
    while True:
        try:
            return await client.ws_connect(path)
        except aiohttp.WSServerHandshakeError as error:
            if error.status not in {HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN}:
                raise
        await asyncio.sleep(_RETRY_S)


async def _until_whole(client: aiohttp.ClientSession, video_id: str) -> None:
    """Wait for the complete ladder, which may come after READY; raises RuntimeError when it failed."""
    while True:
        ladder = (await _described(client, video_id)).get("ladder", {"state": "complete"})
        if ladder["state"] == "failed":
            raise RuntimeError(f"{video_id}: encoding the ladder failed")
        if ladder["state"] == "complete":
            return
        await asyncio.sleep(_POLL_S)


async def _described(client: aiohttp.ClientSession, video_id: str) -> dict[str, Any]:
    async with client.get(f"/video/{video_id}") as answer:
        return dict(await answer.json())
