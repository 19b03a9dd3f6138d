import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import pytest

from reelway.video import State
from tests.support import samples
from tests.unit.reelway.adapters.shelving import put, video_id


@pytest.fixture
def handler(handlers: Callable[..., Any]) -> Any:
    return handlers("videos.handler")


@pytest.fixture
def with_tokens(handlers: Callable[..., Any]) -> Any:
    """The function where a token is asked for."""
    return handlers("videos.handler", ACCESS="token")


def ask(
    handler: Any, query: dict[str, str] | None = None, authorizer: dict[str, str] | None = None
) -> tuple[int, Any, dict[str, Any]]:
    event = samples.event("rest-video") | {"path": "/videos", "queryStringParameters": query}
    event["requestContext"] |= {"authorizer": authorizer}
    answer = handler.lambda_handler(event, None)
    return answer["statusCode"], json.loads(answer["body"]), answer["multiValueHeaders"]


def token(owner: str) -> dict[str, str]:
    return {"owner": owner, "scope": "videos:read videos:upload"}


def numbers(document: dict[str, Any]) -> list[int]:
    return [int(video["videoId"][:8], 16) for video in document["videos"]]


def test_videos_of_every_state_are_listed_and_described(handler: Any) -> None:
    for number, state in enumerate(State):
        put(number, at=f"2026-01-01T00:00:0{number}.000000Z", state=state)
    status, document, headers = ask(handler)
    assert status == 200
    assert [video["state"] for video in document["videos"]] == ["FAILED", "READY", "PROCESSING", "UPLOADED"]
    assert "Link" not in headers
    assert "next" not in document
    assert numbers(ask(handler, {"state": "FAILED"})[1]) == [3]


def test_the_link_and_the_cursor_lead_to_the_next_page_of_the_same_question(handler: Any) -> None:
    for number in range(5):
        put(number, at=f"2026-01-01T00:00:0{number}.000000Z", external_id="film 1".replace(" ", "-"))
    query = {"externalId": "film-1", "state": "READY", "limit": "2"}
    _, document, headers = ask(handler, query)
    assert numbers(document) == [4, 3]
    [link] = headers["Link"]
    following = dict(parse_qsl(link[2 : link.index(">")]))
    assert following == query | {"cursor": document["next"]}
    assert numbers(ask(handler, following)[1]) == [2, 1]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"state": "ready"}, "bad_state"),
        ({"state": ""}, "bad_state"),
        ({"owner": ""}, "bad_owner"),
        ({"owner": "x" * 256}, "bad_owner"),
        ({"externalId": ""}, "bad_external_id"),
        ({"externalId": "a b"}, "bad_external_id"),
        ({"limit": "0"}, "bad_limit"),
        ({"limit": "101"}, "bad_limit"),
        ({"cursor": "x"}, "bad_cursor"),
    ],
)
def test_other_questions_are_refused_by_name(handler: Any, query: dict[str, str], code: str) -> None:
    status, problem, _ = ask(handler, query)
    assert (status, problem["code"]) == (400, code)


def test_a_caller_sees_its_own_alone_and_an_admin_all_or_one_owners(with_tokens: Any) -> None:
    put(1, owner="alice")
    put(2, owner="bob", at="2026-01-01T00:00:02.000000Z")
    alice, admin = token("alice"), {"owner": "root", "scope": "admin"}
    assert numbers(ask(with_tokens, None, alice)[1]) == [1]
    assert numbers(ask(with_tokens, {"owner": "alice"}, alice)[1]) == [1]
    assert ask(with_tokens, {"owner": "bob"}, alice)[1] == {"videos": []}
    assert numbers(ask(with_tokens, None, admin)[1]) == [2, 1]
    assert numbers(ask(with_tokens, {"owner": "bob"}, admin)[1]) == [2]


def test_a_cursor_of_another_owners_list_leads_to_ones_own(with_tokens: Any) -> None:
    put(1, owner="alice", at="2026-01-01T00:00:01.000000Z")
    for number in (2, 3, 4):
        put(number, owner="bob", at=f"2026-01-01T00:00:0{number}.000000Z")
    stolen = ask(with_tokens, {"limit": "1"}, token("bob"))[1]["next"]
    assert numbers(ask(with_tokens, {"cursor": stolen}, token("alice"))[1]) == [1]


def test_without_a_token_or_its_scope_nothing_is_listed(with_tokens: Any) -> None:
    assert ask(with_tokens)[0] == 401
    assert ask(with_tokens, None, token("alice") | {"scope": "videos:upload"})[0] == 403
    assert ask(with_tokens, None, token("alice") | {"grant": video_id(1)})[0] == 403
