"""`GET /stream/ready` where a token is asked for."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import pytest

from reelway.video import State
from streaming import own_list
from tests.support import samples
from tests.unit.reelway.adapters.shelving import put, video_id

ALICE = {"owner": "alice", "scope": "videos:read"}
ADMIN = {"owner": "root", "scope": "admin"}


@pytest.fixture
def handler(handlers: Callable[..., Any]) -> Any:
    return handlers("streaming.handler", ACCESS="token")


def ask(
    handler: Any, authorizer: dict[str, str] | None, query: dict[str, str] | None = None
) -> tuple[int, Any, str | None]:
    event = samples.event("rest-stream-ready") | {"queryStringParameters": query}
    event["requestContext"] |= {"authorizer": authorizer}
    answer = handler.lambda_handler(event, None)
    [link] = answer["multiValueHeaders"].get("Link", [None])
    return answer["statusCode"], json.loads(answer["body"]), link


def put_many(count: int, owner: str = "alice") -> list[str]:
    """Ids, newest first."""
    for number in range(count):
        put(number, at=f"2026-01-01T00:{number // 60:02d}:{number % 60:02d}.000000Z", owner=owner)
    return [video_id(number) for number in reversed(range(count))]


def test_a_caller_gets_its_own_ready_videos_alone(handler: Any) -> None:
    put(1, owner="alice")
    put(2, owner="bob")
    put(3, owner="alice", state=State.FAILED)
    put(4)
    assert ask(handler, ALICE) == (200, [video_id(1)], None)


def test_who_sees_all_gets_the_list_as_it_was(handler: Any) -> None:
    put(1, owner="alice")  # on no ready list, as no run has published it
    assert ask(handler, ADMIN) == (200, [], None)


def test_without_a_token_there_is_no_list(handler: Any) -> None:
    assert ask(handler, None)[0] == 401


def test_pages_lead_through_the_list(handler: Any) -> None:
    ids, found, query = put_many(7), [], {"limit": "3"}
    while True:
        status, page, link = ask(handler, ALICE, query)
        assert status == 200
        found += page
        if link is None:
            break
        query = dict(parse_qsl(link[2 : link.index(">")]))
    assert found == ids


def test_of_a_list_that_is_too_long_the_newest_come_and_a_link_to_the_rest(
    handler: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_list, "_WHOLE", 2)
    ids = put_many(205)
    _, first, link = ask(handler, ALICE)
    assert first == ids[:200]
    assert link
    assert ask(handler, ALICE, dict(parse_qsl(link[2 : link.index(">")])))[1] == ids[200:]


@pytest.mark.parametrize(("query", "code"), [({"limit": "0"}, "bad_limit"), ({"cursor": "x"}, "bad_cursor")])
def test_other_questions_are_refused(handler: Any, query: dict[str, str], code: str) -> None:
    status, problem, _ = ask(handler, ALICE, query)
    assert (status, problem["code"]) == (400, code)
