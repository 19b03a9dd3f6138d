"""Calls of AWS that the streaming function makes, and answers that follow a change."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from reelway import keys
from reelway.video import LadderState, new_video_id
from tests.support import samples
from tests.support.doubles import moto_aws
from tests.support.samples import RENDITION, RUN_ID, UNKNOWN_ID, VIDEO_ID
from tests.support.system.aws_calls import listened
from tests.unit.streaming.serving import ask, with_one_video


@pytest.fixture
def calls(mocked_aws: None) -> Iterator[list[str]]:
    """Calls of AWS; stands before the handler in a test, whose clients are heard from their making on."""
    with listened(moto_aws.session()) as calls:
        yield calls


@pytest.fixture
def handler(handlers: Callable[[str], Any]) -> Any:
    return with_one_video(handlers("streaming.handler"))


@pytest.mark.parametrize("query", [{}, {"rendition": "480p"}])
def test_a_manifest_asks_aws_twice(calls: list[str], handler: Any, query: dict[str, str]) -> None:
    calls.clear()
    assert ask(handler, "rest-stream-manifest", queryStringParameters=query)["statusCode"] == 200
    assert calls == ["dynamodb:GetItem", "s3:GetObject"]


def test_a_segment_past_the_distribution_asks_aws_twice(calls: list[str], handler: Any) -> None:
    calls.clear()
    assert ask(handler, "rest-stream-segment-range")["statusCode"] == 206
    assert calls == ["dynamodb:GetItem", "s3:GetObject"]


@pytest.mark.parametrize("query", [None, {"limit": "2"}])
def test_the_ready_list_is_one_call_as_long_as_it_is_one_page(
    calls: list[str], handler: Any, query: dict[str, str] | None
) -> None:
    list_more(handler, 4)
    calls.clear()
    ask(handler, "rest-stream-ready", queryStringParameters=query)
    assert calls == ["dynamodb:Query"]


def test_the_ready_list_is_as_many_calls_as_dynamodb_has_pages(
    calls: list[str], mocked_aws: None, handlers: Callable[[str], Any]
) -> None:
    def two_a_page(params: dict[str, Any], **_: object) -> None:
        params["Limit"] = 2

    event = "provide-client-params.dynamodb.Query"
    moto_aws.session().events.register(event, two_a_page)
    try:
        handler = handlers("streaming.handler")
    finally:
        moto_aws.session().events.unregister(event, two_a_page)
    list_more(handler, 5)
    calls.clear()

    assert len(json.loads(ask(handler, "rest-stream-ready")["body"])) == 5
    assert calls == 3 * ["dynamodb:Query"]


def list_more(handler: Any, count: int) -> None:
    for _ in range(count):
        video_id = new_video_id()
        handler.videos.create(video_id, size_bytes=1)
        handler.videos.finish(video_id, run_id=RUN_ID, renditions=[RENDITION], ladder=LadderState.COMPLETE)


def test_a_video_that_is_not_ready_is_409(handler: Any) -> None:
    handler.videos.create(UNKNOWN_ID, size_bytes=1)
    answer = ask(handler, "rest-stream-manifest", path=f"/stream/{UNKNOWN_ID}/manifest")
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (409, "not_ready")


def test_a_removed_manifest_takes_its_video_off_the_ready_list(
    handler: Any, handlers: Callable[[str], Any]
) -> None:
    handlers("streaming.unlist_handler").lambda_handler(samples.event("sqs-object-removed"), None)
    assert json.loads(ask(handler, "rest-stream-ready")["body"]) == []


def test_another_removed_object_does_not(handler: Any, handlers: Callable[[str], Any]) -> None:
    event = samples.queued(keys.master(VIDEO_ID))
    handlers("streaming.unlist_handler").lambda_handler(event, None)
    assert json.loads(ask(handler, "rest-stream-ready")["body"]) == [VIDEO_ID]
