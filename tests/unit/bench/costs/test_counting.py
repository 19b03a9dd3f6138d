import json

import pytest

from bench.costs.counting import CountingProxy, changes_list, name_of
from reelway.adapters import video_items, video_updates
from reelway.video import State

_NOW = "2026-01-01T00:00:00.000000Z"


@pytest.mark.parametrize(
    ("method", "query", "target", "name"),
    [
        ("POST", "", "DynamoDB_20120810.UpdateItem", "dynamodb:UpdateItem"),
        ("POST", "", "AmazonSQS.SendMessage", "sqs:SendMessage"),
        ("POST", "", "AWSStepFunctions.StartExecution", "states:StartExecution"),
        ("GET", "list-type=2&prefix=stream", "", "s3:List"),
        ("GET", "X-Amz-Signature=1", "", "s3:Get"),
        ("PUT", "partNumber=1&uploadId=u", "", "s3:Put"),
        ("POST", "uploads", "", "s3:Post"),
        ("HEAD", "", "", "s3:Head"),
        ("DELETE", "", "", "s3:Delete"),
    ],
)
def test_a_request_is_named_as_it_is_billed(method: str, query: str, target: str, name: str) -> None:
    headers = {"X-Amz-Target": target} if target else {}

    assert name_of(method, query, headers) == name


def update(fields: dict[str, str]) -> bytes:
    of = video_updates.advance(State.PROCESSING, fields, now=_NOW)
    names = {f"#{name}": name for name in of.fields}
    return json.dumps(
        {"UpdateExpression": f"SET x = y{of.clause}", "ExpressionAttributeNames": names}
    ).encode()


def test_a_write_that_moves_a_video_in_the_lists_costs_two_writes_to_their_index() -> None:
    assert changes_list("dynamodb:UpdateItem", update({"listing": video_items.OPEN_LIST})) == 2


def test_a_write_that_takes_a_video_off_the_lists_costs_one() -> None:
    taken_off = json.dumps({"UpdateExpression": "REMOVE listing, listedAt"}).encode()
    assert changes_list("dynamodb:UpdateItem", taken_off) == 1


def test_a_new_video_costs_one_and_a_new_socket_none() -> None:
    assert changes_list("dynamodb:PutItem", b'{"Item": {"listedAt": {"S": "x"}}}') == 1
    assert changes_list("dynamodb:PutItem", b'{"Item": {"connectionId": {"S": "x"}}}') == 0
    assert changes_list("dynamodb:GetItem", b'{"Key": {"listedAt": {"S": "x"}}}') == 0


def test_counts_begin_again_after_they_were_taken() -> None:
    proxy = CountingProxy("http://127.0.0.1:1")
    proxy.counts.update({"s3:Put": 2, "s3:Get": 1})

    assert proxy.take() == {"s3:Get": 1, "s3:Put": 2}
    assert proxy.take() == {}
