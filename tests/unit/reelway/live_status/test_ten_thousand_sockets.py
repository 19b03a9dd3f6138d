"""How long it takes until the last of 10,000 sockets on one video has heard READY: a model.

The calls are counted, of the real classes against answers that are made up. The limits are AWS's. Assumed
are the time of a call, and the CPU time of a socket: measured without TLS on 2026-11-26, and taken twice.
"""

import json
import math
from collections import Counter
from dataclasses import dataclass, field
from hashlib import md5
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse

from reelway.adapters import live_wiring
from reelway.adapters.settings import AnnounceSettings
from reelway.live_status.announcer import MAX_BATCH_S
from reelway.live_status.broadcast import MAX_PAGE
from reelway.ports.announcements import Announcement
from tests.support.readers import template
from tests.support.samples import VIDEO_ID

SOCKETS = 10_000
CALL_S = 0.015  # of DynamoDB, SQS or API Gateway: assumed
CPU_S_PER_SOCKET = 2 * 0.0019
VCPU_MB = 1769  # https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
PARTITION_WRITES_PER_S = 1000
# All APIs and callbacks of an account together, in the regions that have least:
# https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
API_CALLS_PER_S = 2500
FUNCTION = template.properties("AnnounceFunction")
MAPPING = template.properties("AnnouncementQueueMapping")
MEMORY_MB = FUNCTION.get("MemorySize", template.load()["Globals"]["Function"]["MemorySize"])


class _Body:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: object) -> Any:
        yield self._body


@dataclass
class Answers:
    """AWS with one READY video and sockets that are open; what is asked is counted, and messages are kept."""

    sockets: int
    asked: Counter[str] = field(default_factory=Counter)
    messages: list[dict[str, Any]] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.ids = [f"L0SM9cOFvHcCIhw{number:05}=" for number in range(self.sockets)]

    def answer(self, event_name: str, request: Any, **_: object) -> AWSResponse:
        operation = event_name.rsplit(".", 1)[1]
        self.asked[operation] += 1
        if operation == "PostToConnection":
            self.told[request.url.rsplit("/", 1)[1]] += 1
        asked = json.loads(request.body) if operation in ("Query", "SendMessage") else {}
        known = {"GetItem": self._video, "Query": self._page, "SendMessage": self._taken}
        body = known[operation](asked) if operation in known else {}
        return AWSResponse(request.url, 200, {}, _Body(json.dumps(body).encode()))  # type: ignore[arg-type]

    def _video(self, asked: dict[str, Any]) -> dict[str, Any]:
        now = {"S": "2026-01-01T00:00:00.000000Z"}
        numbers = {"version": {"N": "3"}, "rank": {"N": "2"}}
        texts = {"videoId": {"S": VIDEO_ID}, "state": {"S": "READY"}}
        return {"Item": {**texts, **numbers, "createdAt": now, "updatedAt": now}}

    def _page(self, asked: dict[str, Any]) -> dict[str, Any]:
        bounds = {name: value["S"] for name, value in asked["ExpressionAttributeValues"].items()}
        first, last = bounds.get(":first", ""), bounds.get(":last", "~")
        page = [each for each in self.ids if first <= each <= last][: asked["Limit"]]
        return {"Items": [self._row(each) for each in page]}

    def _row(self, connection_id: str) -> dict[str, Any]:
        keys = {"videoId": {"S": VIDEO_ID}, "connectionId": {"S": connection_id}}
        return {**keys, "connectedAt": {"N": "1"}, "wantsProgress": {"BOOL": False}}

    def _taken(self, asked: dict[str, Any]) -> dict[str, Any]:
        text = asked["MessageBody"]
        self.messages.append(json.loads(text))
        return {"MessageId": "1", "MD5OfMessageBody": md5(text.encode()).hexdigest()}  # noqa: S324


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch) -> tuple[live_wiring.LiveStatus, Answers]:
    answers = Answers(2 * MAX_PAGE + 20)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv(
        "AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI", "https://abc.execute-api.us-east-1.amazonaws.com/ws"
    )
    session = boto3.Session()
    answer: Any = answers.answer
    session.events.register("before-send", answer)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
    for name, value in {
        "VIDEOS_TABLE": "videos",
        "CONNECTIONS_TABLE": "connections",
        "IDEMPOTENCY_TABLE": "idempotency",
        "ANNOUNCEMENT_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/AnnouncementQueue",
        "STACK_NAME": "reelway",
    }.items():
        monkeypatch.setenv(name, value)
    settings = AnnounceSettings.from_environ()
    made = live_wiring.live_status(settings, lambda text, **about: pytest.fail(str(about)))
    return made, answers


def test_ten_thousand_sockets_hear_ready_within_the_time_of_one_function(
    live: tuple[live_wiring.LiveStatus, Answers],
) -> None:
    live_status, answers = live
    live_status.broadcast.announce(Announcement(VIDEO_ID))
    pages = [Announcement(VIDEO_ID, m["first"], m["last"]) for m in answers.messages]
    assert len(pages) == 3
    divided = answers.asked.copy()
    for page in pages:
        live_status.broadcast.announce(page)
    told = answers.asked - divided
    assert set(answers.told.values()) == {1}
    assert len(answers.told) == answers.sockets

    # To divide the crowd, two calls a page; to tell a socket, two writes of its row and two calls of the API.
    assert divided == {"GetItem": 1, "Query": 3, "SendMessage": 3}
    assert told["UpdateItem"] + told["DeleteItem"] == 2 * answers.sockets
    assert told["PostToConnection"] + told["DeleteConnection"] == 2 * answers.sockets
    assert told.total() == 4 * answers.sockets + 2 * len(pages)

    count = math.ceil(SOCKETS / MAX_PAGE)
    page_s = max(
        MAX_PAGE * CPU_S_PER_SOCKET / (MEMORY_MB / VCPU_MB),
        4 * CALL_S * MAX_PAGE / live_wiring.MAX_CONCURRENT_SENDS,
    )
    by_workers_s = math.ceil(count / MAPPING["ScalingConfig"]["MaximumConcurrency"]) * page_s
    by_table_s = 2 * SOCKETS / PARTITION_WRITES_PER_S
    by_api_s = 2 * SOCKETS / API_CALLS_PER_S
    last_heard_s = 2 * CALL_S * count + max(by_workers_s, by_table_s, by_api_s)
    assert last_heard_s < FUNCTION["Timeout"]
    # The shard of the stream, in which other videos wait, is held up by one page.
    assert page_s < 5


def test_a_page_has_time_even_if_the_api_does_not_answer() -> None:
    """Each socket is given up after 3 s, and none is begun after the time of a batch."""
    for name in ("AnnounceFunction", "ChangesFunction"):
        # The table may hang twice, for 12 s; the rest of the batch is announced.
        assert template.properties(name)["Timeout"] >= MAX_BATCH_S + 2 * 12
