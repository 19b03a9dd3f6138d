"""From the write of a change until the sockets on the video have received its message.

A client opens the sockets through the edge with `?progress=true`. Changes are written as the functions write
them, and timed from just before the write is sent; the next is written when all sockets have received the one
before.
"""

import asyncio
import json
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from bench.pipeline import Pipeline
from bench.spread import percentile
from reelway.adapters.telemetry import Metrics
from reelway.adapters.videos_table import VideosTable
from reelway.video import LadderState

_RUN_ID = "bench"
_TOTAL_FRAMES = 1000  # any number that is large against the number of changes
_MAX_HANDSHAKES = 8  # each runs a function; more at once would only wait for a core
_OPENING_LIMIT_S = 600  # many times what is usual (see bench/results/api.md)
_RECEIVING_LIMIT_S = 300  # likewise
_POLL_S = 0.01  # checks the deadline only: times are taken as messages arrive
# The sender also records that a message was sent, after it was received.
_SETTLE_S = 1.0


def measure(pipeline: Pipeline, counts: Sequence[int], changes: int) -> dict[str, Any]:
    """By number of sockets: the `summary` of changes of progress, and of READY, which closes the sockets."""
    outputs = pipeline.running.outputs
    table = VideosTable(pipeline.cloud.dynamodb, outputs["VideosTableName"], Metrics("bench"))
    return {str(count): asyncio.run(_measured(pipeline, table, count, changes)) for count in counts}


@dataclass(slots=True)
class Listener:
    """One socket, with its messages and the times (monotonic) at which they were received."""

    socket: ClientConnection
    received: list[tuple[float, dict[str, Any]]] = field(default_factory=list)

    async def listen(self) -> None:
        try:
            async for message in self.socket:
                self.received.append((time.perf_counter(), json.loads(message)))
        except ConnectionClosed:
            return


async def _measured(pipeline: Pipeline, table: VideosTable, count: int, changes: int) -> dict[str, Any]:
    video_id = str(uuid.uuid4())
    pipeline.cloud.put_video(video_id)
    began_s = time.perf_counter()
    listeners = await _opened(pipeline.running.edge_url, video_id, count)
    listening = [asyncio.create_task(listener.listen()) for listener in listeners]
    await _all_received(listeners, 1, _OPENING_LIMIT_S)
    opened_s = time.perf_counter() - began_s
    writes: list[Callable[[], object]] = [
        lambda: table.start(video_id, run_id=_RUN_ID, duration_s=40.0, total_frames=_TOTAL_FRAMES)
    ]
    step = _TOTAL_FRAMES // (2 * changes)
    writes += changes * [lambda: table.add_progress(video_id, run_id=_RUN_ID, frames=step)]
    writes.append(lambda: table.finish(video_id, run_id=_RUN_ID, renditions=[], ladder=LadderState.COMPLETE))
    delays_s, written_s = [], []
    for number, write in enumerate(writes):
        await asyncio.sleep(_SETTLE_S)
        at_s, taken_s = await asyncio.to_thread(_timed, write)
        await _all_received(listeners, number + 2, _RECEIVING_LIMIT_S)
        written_s.append(taken_s)
        delays_s.append([listener.received[number + 1][0] - at_s for listener in listeners])
    await asyncio.wait_for(asyncio.gather(*listening), _RECEIVING_LIMIT_S)
    _check(listeners, changes)
    return {
        "opened_s": round(opened_s, 2),
        "write_s": round(percentile(written_s, 50), 4),
        # The first change starts cold functions, so it is not counted.
        "progress": summary(delays_s[1:-1]),
        "ready": summary(delays_s[-1:]),
    }


def summary(delays_s: Sequence[Sequence[float]]) -> dict[str, float]:
    """Of the delays by change and socket; the first and the last socket's are medians over the changes."""
    every = [delay_s for change in delays_s for delay_s in change]
    return {
        "changes": len(delays_s),
        "first_s": round(percentile([min(change) for change in delays_s], 50), 4),
        "p50_s": round(percentile(every, 50), 4),
        "p95_s": round(percentile(every, 95), 4),
        "last_s": round(percentile([max(change) for change in delays_s], 50), 4),
        "worst_s": round(max(every), 4),
    }


def _timed(write: Callable[[], object]) -> tuple[float, float]:
    with redirect_stdout(None):  # the functions' metrics are lines there
        at_s = time.perf_counter()
        write()
        return at_s, time.perf_counter() - at_s


async def _opened(edge_url: str, video_id: str, count: int) -> list[Listener]:
    url = f"{edge_url.replace('http', 'ws', 1)}/video/{video_id}/status/stream?progress=true"
    turn = asyncio.Semaphore(_MAX_HANDSHAKES)

    async def opened() -> Listener:
        async with turn:
            # With pings, the client would take a busy machine for a lost connection.
            return Listener(
                await connect(url, open_timeout=60, ping_interval=None, compression=None, proxy=None)
            )

    return await asyncio.gather(*(opened() for _ in range(count)))


async def _all_received(listeners: Sequence[Listener], messages: int, limit_s: float) -> None:
    """Wait until every socket has received `messages` messages; raises RuntimeError after `limit_s`."""
    deadline_s = time.perf_counter() + limit_s
    waiting = list(listeners)
    while waiting := [listener for listener in waiting if len(listener.received) < messages]:
        if time.perf_counter() > deadline_s:
            raise RuntimeError(f"{len(waiting)} of {len(listeners)} sockets have no message {messages}")
        await asyncio.sleep(_POLL_S)


def _check(listeners: Sequence[Listener], changes: int) -> None:
    """Raises RuntimeError unless every socket has received every change once and in order."""
    expected = ["UPLOADED", *(1 + changes) * ["PROCESSING"], "READY"]
    for listener in listeners:
        messages = [message for _, message in listener.received]
        progress = [message["progress"] for message in messages]
        if [message["state"] for message in messages] != expected or progress != sorted(progress):
            raise RuntimeError(f"a socket has received {messages}")
