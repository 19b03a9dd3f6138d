"""100,000 sockets, 50,000 unfinished videos and 100,000 READY an hour: nothing is left alone for 15 minutes.

The real classes, over clients that answer at once and say how long that would have taken.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from typing import Any

from maintenance.cursors import Cursors
from maintenance.keep_alive import KeepAlive
from maintenance.lost_work import DESCRIBING_INTERVAL_S
from maintenance.pacing import Pace
from maintenance.settling import Settler
from maintenance.sweeping import Sweeper
from reelway.adapters.connections_table import ConnectionsTable
from reelway.adapters.open_sockets import OpenSocketsTable
from reelway.adapters.step_functions import StepFunctionsWorkflows
from reelway.adapters.unfinished_videos import UnfinishedVideosTable
from reelway.adapters.websocket_api import ApiGatewaySockets
from reelway.live_status.announcer import Announcer
from reelway.ports.open_sockets import Share
from reelway.ports.unfinished import Work
from reelway.ports.videos import Listed
from tests.support.doubles.fakes.storage import FakeBucket
from tests.support.doubles.fakes.videos import FakeVideos
from tests.support.readers import template
from tests.unit.maintenance.machine import Machine, Pages, Refusals, cpu_s

MINUTE_S = 60
SCHEDULE_S = 5 * MINUTE_S
UNSEEN_S = 15 * MINUTE_S
IDLE_S = 10 * MINUTE_S  # after which API Gateway closes a socket
LOST_AFTER_S = 6 * MINUTE_S
RUNNING, WAITING, DEAD = 40_000, 9_500, 500  # of the unfinished videos
LADDERS = 50_000  # that take half an hour each, of 100,000 an hour
SOCKETS, SHARES = 100_000, 10
_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
_LISTED_AT = "2025-12-31T00:00:00.000000Z"


def number(n: int) -> str:
    return f"{n:08x}-0000-4000-8000-000000000000"


@dataclass
class Backlog:
    """Clients of DynamoDB and Step Functions with all that is unfinished. Dead executions are FAILED."""

    machine: Machine
    exceptions: type[Refusals] = Refusals
    settled: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        unfinished = RUNNING + WAITING + DEAD
        self.lists = {
            "open": [number(n) for n in range(unfinished)],
            "encoding": [number(n) for n in range(unfinished, unfinished + LADDERS)],
        }
        self.running = [*self.lists["open"][:RUNNING], *self.lists["encoding"]]
        self.waiting = set(self.lists["open"][RUNNING : RUNNING + WAITING])

    def get_paginator(self, _: str) -> Pages:
        return Pages(self._executions)

    def _executions(self, **_: Any) -> Iterator[dict[str, Any]]:
        for first in range(0, len(self.running), 1000):
            page = self.running[first : first + 1000]
            self.machine.call("list_executions", cpu=len(page) * cpu_s("execution"))
            yield {"executions": [{"name": f"{video_id}_{video_id}"} for video_id in page]}

    def query(self, **asked: Any) -> dict[str, Any]:
        listing = asked["ExpressionAttributeValues"][":listing"]["S"]
        after = asked.get("ExclusiveStartKey", {"videoId": {"S": ""}})["videoId"]["S"]
        listed = self.lists[listing]
        behind = islice(listed, bisect_right(listed, after), None)
        left = (video_id for video_id in behind if video_id not in self.settled)
        page = [*islice(left, asked["Limit"])]
        self.machine.call("query", cpu=len(page) * cpu_s("running_video", less="execution"))
        name = "listedAt" if listing == "open" else "ladderListedAt"
        return {"Items": [{"videoId": {"S": video_id}, name: {"S": _LISTED_AT}} for video_id in page]}

    def batch_get_item(self, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803  boto3's
        [(table, asked)] = RequestItems.items()
        self.machine.call("batch_get_item", cpu=len(asked["Keys"]) * cpu_s("waiting_video"))
        return {"Responses": {table: [self._record(key) for key in asked["Keys"]]}}

    def _record(self, key: dict[str, Any]) -> dict[str, Any]:
        if key["videoId"]["S"] in self.waiting:
            return key | {
                "state": {"S": "UPLOADED"},
                "replans": {"N": "1"},
                "replannedAt": {"S": "2026-12-31T00:00:00.000000Z"},
            }
        return key | {"state": {"S": "PROCESSING"}}

    def describe_execution(self, **_: Any) -> dict[str, Any]:
        self.machine.call("describe_execution")
        return {"status": "FAILED"}


@dataclass
class Looks(UnfinishedVideosTable):
    """Notes when each entry was given out in a page, which is looked at before the next one."""

    def __init__(self, client: Any, machine: Machine) -> None:
        super().__init__(client, "videos")
        self.machine = machine
        self.times: dict[str, list[float]] = {}

    def page(self, work: Work, *, after: Listed | None, before: str, limit: int) -> list[Listed]:
        page = super().page(work, after=after, before=before, limit=limit)
        for entry in page:
            self.times.setdefault(entry.video_id, []).append(self.machine.now_s)
        return page


class Ended(FakeVideos):
    """Takes every end, of which it tells the backlog."""

    def __init__(self, backlog: Backlog) -> None:
        super().__init__()
        self.backlog = backlog

    def fail(self, video_id: str, failure: object, *, execution: str | None = None) -> bool:
        self.backlog.settled.add(video_id)
        return True


def test_no_unfinished_video_or_ladder_is_left_alone_for_15_minutes() -> None:
    machine = Machine()
    backlog = Backlog(machine)
    looks = Looks(backlog, machine)
    sweeper = sweeper_of(backlog, looks, machine)
    longest_s = 0.0
    for start_s in (0, SCHEDULE_S):
        machine.now_s = start_s
        swept = sweeper.sweep(machine.run())
        assert swept.is_complete
        longest_s = max(longest_s, machine.now_s - start_s)
    # A video is listed for six minutes before it counts, and may have just missed a run.
    assert LOST_AFTER_S + SCHEDULE_S + longest_s < UNSEEN_S
    pauses = [later - earlier for times in looks.times.values() for earlier, later in pairwise(times)]
    assert len(looks.times) == RUNNING + WAITING + DEAD + LADDERS
    assert max(pauses) < UNSEEN_S
    assert len(backlog.settled) == DEAD


def test_step_functions_is_asked_no_faster_than_it_takes() -> None:
    machine = Machine()
    backlog = Backlog(machine)
    sweeper_of(backlog, Looks(backlog, machine), machine).sweep(machine.run())
    described, listed = machine.calls["describe_execution"], machine.calls["list_executions"]
    assert len(described) == DEAD
    assert rate(described) <= 10.1
    assert rate(listed) <= 2


def sweeper_of(backlog: Backlog, looks: Looks, machine: Machine) -> Sweeper:
    def ago(span: timedelta) -> str:
        time = _BEGIN + timedelta(seconds=machine.now_s) - span
        return time.isoformat(timespec="microseconds").replace("+00:00", "Z")

    client: Any = backlog
    workflows = StepFunctionsWorkflows(client, "arn:aws:states:::stateMachine:processing")
    pace = Pace(DESCRIBING_INTERVAL_S, now_s=lambda: machine.now_s, sleep=machine.sleep)
    bucket = FakeBucket()
    videos = Ended(backlog)
    settler = Settler(bucket, videos, videos, looks, workflows, no_replan, pace.wait, fail, ago)
    return Sweeper(looks, workflows, settler.settle, Cursors(bucket), fail, fail, machine.for_each(0.0), ago)


def no_replan(video_id: str) -> None:
    raise AssertionError(f"planning of {video_id} was asked for a moment ago")


def fail(message: str, **about: object) -> None:
    raise AssertionError(message, about)


def rate(times: list[float]) -> float:
    return (len(times) - 1) / (times[-1] - times[0])


@dataclass
class Crowd:
    """Clients of DynamoDB and API Gateway, with one share of the sockets, each on a video of its own."""

    machine: Machine
    exceptions: type[Refusals] = Refusals
    sent: dict[str, list[float]] = field(default_factory=dict)

    def scan(self, **asked: Any) -> dict[str, Any]:
        self.machine.call("scan")
        first = int(asked.get("ExclusiveStartKey", {"row": {"S": "0"}})["row"]["S"])
        end = min(first + asked["Limit"], SOCKETS // SHARES)
        rows = [
            {
                "videoId": {"S": number(n)},
                "connectionId": {"S": str(n)},
                "connectedAt": {"N": "0"},
                "wantsProgress": {"BOOL": False},
            }
            for n in range(first, end)
        ]
        return {"Items": rows} | (
            {"LastEvaluatedKey": {"row": {"S": str(end)}}} if end < SOCKETS // SHARES else {}
        )

    def batch_get_item(self, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803  boto3's
        self.machine.call("batch_get_item")
        [(table, asked)] = RequestItems.items()
        video = {
            "state": {"S": "PROCESSING"},
            "version": {"N": "2"},
            "createdAt": {"S": _LISTED_AT},
            "updatedAt": {"S": _LISTED_AT},
        }
        return {"Responses": {table: [key | video for key in asked["Keys"]]}}

    def update_item(self, **_: Any) -> None:
        self.machine.call("update_item")

    def post_to_connection(self, ConnectionId: str, Data: bytes) -> None:  # noqa: N803  boto3's
        self.machine.call("post_to_connection")
        self.sent.setdefault(ConnectionId, []).append(self.machine.now_s)


def test_no_socket_is_quiet_for_so_long_that_it_is_closed() -> None:
    """Of the shares as many are done at a time as the queue's mapping lets; all of them are alike."""
    machine = Machine()
    crowd = Crowd(machine)
    at_once = template.properties("ShareQueueMapping")["ScalingConfig"]["MaximumConcurrency"]
    keep_alive = keep_alive_of(crowd, machine)
    rounds_s = []
    for start_s in (0, SCHEDULE_S):
        machine.now_s = start_s
        kept = keep_alive.run(Share(until_s=start_s + 540, index=0, count=SHARES), machine.run())
        assert kept.sockets * SHARES == SOCKETS
        rounds_s.append((machine.now_s - start_s) * -(-SHARES // at_once))
    # Its share may be among the first of one round and among the last of the next.
    pauses = [later - earlier for times in crowd.sent.values() for earlier, later in pairwise(times)]
    assert len(crowd.sent) == SOCKETS // SHARES
    assert max(pauses) + max(rounds_s) < IDLE_S - MINUTE_S
    assert max(rounds_s) < SCHEDULE_S


def keep_alive_of(crowd: Crowd, machine: Machine) -> KeepAlive:
    client: Any = crowd
    now_s = 1_000_000.0
    connections = ConnectionsTable(client, "connections", now_s=lambda: now_s)
    announcer = Announcer(
        FakeVideos(), connections, ApiGatewaySockets(client), now_s=lambda: now_s, sleep=machine.sleep
    )
    return KeepAlive(
        OpenSocketsTable(client, "connections", "videos"),
        announcer.repeat,
        no_order,
        fail,
        fail,
        machine.for_each(cpu_s("socket")),
    )


def no_order(share: Share) -> None:
    raise AssertionError(f"there was no time for {share}")
