"""`GET /stream/ready` by its handler, with as many videos as one answer holds, and with more."""

import base64
import gzip
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice
from random import Random
from typing import Any
from urllib.parse import parse_qsl

import pytest

from streaming.ready_list import ReadyList
from tests.support import samples
from tests.support.doubles import moto_aws
from tests.support.doubles.fakes.ready_list import FakeClock, FakeReadyIndex

# What Lambda takes as an answer: "Response payload size exceeded maximum allowed payload size".
MAX_ANSWER_BYTES = 6_291_556
BEGAN = datetime(2026, 11, 1, tzinfo=UTC)
MOST = 300_000  # more than one answer holds, however it is compressed


@cache
def all_entries() -> list[tuple[str, str]]:
    """One a second; ids look random, and are the same in each run."""
    chance = Random(20261101)  # noqa: S311  no secret
    hours = (BEGAN + timedelta(hours=n) for n in range(MOST // 3600 + 1))
    seconds = (
        f"{hour:%Y-%m-%dT%H}:{n // 60:02d}:{n % 60:02d}.000000Z" for hour in hours for n in range(3600)
    )
    return [(second, random_id(chance.randbytes(16).hex())) for second in islice(seconds, MOST)]


def random_id(digits: str) -> str:
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:]}"


def listing(amount: int) -> list[tuple[str, str]]:
    return all_entries()[:amount]


@pytest.fixture
def handler(mocked_aws: None, handlers: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    """With canned pages of the index; the snapshot is in moto's bucket."""
    handler = handlers("streaming.handler")
    clock = FakeClock()
    index = FakeReadyIndex(clock)
    made = handler.ready_list
    monkeypatch.setattr(handler, "ready_list", ReadyList(index, made.snapshots, made.report, clock.ago))
    return handler


def ask(handler: Any, **headers: str) -> tuple[list[str], str | None]:
    """The ids and the query of the next page, after what holds for each answer."""
    asked = {name.replace("_", "-"): value for name, value in headers.items()}
    event = samples.event("rest-stream-ready") | {"headers": asked}
    answer = handler.lambda_handler(event, None)
    assert answer["statusCode"] == 200
    assert len(json.dumps(answer)) < MAX_ANSWER_BYTES
    sent = {name: values[0] for name, values in answer["multiValueHeaders"].items()}
    body = base64.b64decode(answer["body"]) if answer["isBase64Encoded"] else answer["body"].encode()
    assert answer["isBase64Encoded"] == (sent.get("Content-Encoding") == "gzip")
    ids = json.loads(gzip.decompress(body) if answer["isBase64Encoded"] else body)
    assert len(set(ids)) == len(ids)
    return ids, sent.get("Link")


def rest(handler: Any, link: str) -> list[str]:
    """What follows, by the links of all pages."""
    found: list[str] = []
    following: str | None = link
    while following:
        relative = re.fullmatch(r'<\?([^>]+)>; rel="next"', following)
        assert relative
        query = dict(parse_qsl(relative[1], strict_parsing=True))
        answer = handler.lambda_handler(
            samples.event("rest-stream-ready") | {"queryStringParameters": query}, None
        )
        found += json.loads(answer["body"])
        following = answer["multiValueHeaders"].get("Link", [None])[0]
    return found


def test_two_hundred_thousand_videos_are_one_answer(handler: Any) -> None:
    index = handler.ready_list.index
    index.ready = listing(200_000)
    assert ask(handler, Accept_Encoding="gzip") == (index.ids(), None)

    index.publish("ffffffff-0000-4000-8000-000000000000")
    index.take_off(*index.ids()[100_000:100_003])
    assert ask(handler, Accept_Encoding="gzip") == (index.ids(), None)


def test_without_compression_they_are_the_newest_and_a_link_to_the_rest(handler: Any) -> None:
    index = handler.ready_list.index
    index.ready = listing(151_500)
    ids, link = ask(handler)
    assert ids == index.ids()[: len(ids)]
    assert link
    assert 140_000 < len(ids) <= 150_000
    index.ready = index.ready[-len(ids) - 250 :]  # the last pages are enough of the rest
    assert [*ids, *rest(handler, link)] == index.ids()


def test_more_than_one_answer_holds_are_the_newest_and_a_link_to_the_rest(handler: Any) -> None:
    index = handler.ready_list.index
    index.ready = listing(MOST)
    ids, link = ask(handler, Accept_Encoding="gzip")
    assert ids == index.ids()[: len(ids)]
    assert 190_000 < len(ids) <= 200_000
    assert link
    assert index.rows < 250_000


def test_a_long_list_is_kept_outside_of_what_viewers_reach(handler: Any) -> None:
    handler.ready_list.index.ready = listing(2_000)
    ask(handler)
    listed = moto_aws.client("s3").list_objects_v2(Bucket=moto_aws.MEDIA)
    assert [entry["Key"] for entry in listed["Contents"]] == ["lists/ready"]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_head_has_what_get_has(handler: Any, method: str) -> None:
    handler.ready_list.index.ready = listing(3)
    event = samples.event("rest-stream-ready") | {"httpMethod": method}
    answer = handler.lambda_handler(event, None)
    assert (answer["statusCode"], json.loads(answer["body"])) == (200, handler.ready_list.index.ids())


def test_a_snapshot_that_cannot_be_read_is_told_and_made_again(
    handler: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    handler.ready_list.index.ready = listing(2_000)
    handler.ready_list.snapshots.store(b"garbage", replacing=None)
    assert ask(handler) == (handler.ready_list.index.ids(), None)
    assert "ReadyListFaults" in capsys.readouterr().out
    handler.ready_list = ReadyList(handler.ready_list.index, handler.ready_list.snapshots, pytest.fail)
    assert ask(handler) == (handler.ready_list.index.ids(), None)
