import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from reelway.caller import ANYBODY, Caller, Scope
from reelway.errors import RequestRefused
from reelway.playback_tokens import MAX_LIFE_S, Key, signed
from tests.support import samples
from tests.support.doubles import moto_aws
from tests.support.doubles.fakes.videos import FakeVideos
from tests.support.samples import UNKNOWN_ID, VIDEO, VIDEO_ID
from videos.sharing import MIN_LIFE_S, Sharing

NOW = 1_767_225_600
KEY = Key("1", "secret")


class FakeRecalls:
    def __init__(self) -> None:
        self.at: dict[str, int] = {}

    def recall(self, video_id: str, *, at: int) -> bool:
        self.at[video_id] = at
        return True


def sharing(**changes: Any) -> Sharing:
    videos = FakeVideos({VIDEO_ID: replace(VIDEO, **changes)})
    return Sharing(videos, FakeRecalls(), lambda: KEY, lambda: NOW + 0.9)


def refused(call: Callable[[], object]) -> RequestRefused:
    with pytest.raises(RequestRefused) as caught:
        call()
    return caught.value


def test_a_token_is_signed_for_the_video_and_the_time_that_was_asked_for() -> None:
    issued = sharing().issue(VIDEO_ID, {"expiresIn": 600}, ANYBODY)
    assert issued["token"] == signed(KEY, VIDEO_ID, issued=NOW, expires=NOW + 600)
    assert datetime.fromisoformat(issued["expires"]).timestamp() == NOW + 600
    assert issued["expiresIn"] == 600
    assert issued["urls"]["master"] == f"/p/{issued['token']}/stream/{VIDEO_ID}/master.m3u8"


@pytest.mark.parametrize(
    ("duration_s", "expected"), [(90.5, 3690), (None, 21_600), (14_400.0, 18_000), (1e9, MAX_LIFE_S)]
)
def test_a_token_lasts_for_the_whole_video_and_an_hour_more(duration_s: float | None, expected: int) -> None:
    assert sharing(duration_s=duration_s).issue(VIDEO_ID, {}, ANYBODY)["expiresIn"] == expected


@pytest.mark.parametrize("life_s", [MIN_LIFE_S - 1, MAX_LIFE_S + 1, 0, -60, 600.0, "600", True, [], {}])
def test_a_time_that_no_token_can_have_is_refused_by_the_fields_name(life_s: object) -> None:
    refusal = refused(lambda: sharing().issue(VIDEO_ID, {"expiresIn": life_s}, ANYBODY))
    assert (refusal.status, refusal.code) == (400, "bad_expires_in")
    assert "expiresIn" in refusal.detail


def test_what_is_issued_right_after_a_recall_is_not_void() -> None:
    assert f"{NOW + 1}-" in sharing(recalled_at=NOW).issue(VIDEO_ID, {}, ANYBODY)["token"]


def test_another_owners_video_is_unknown() -> None:
    other = Caller("b", frozenset(Scope) - {Scope.ADMIN})
    for call in (
        lambda: sharing(owner="a").issue(VIDEO_ID, {}, other),
        lambda: sharing(owner="a").recall(VIDEO_ID, other),
        lambda: sharing().issue(UNKNOWN_ID, {}, ANYBODY),
    ):
        assert refused(call).code == "unknown_video"


@pytest.fixture
def handler(handlers: Callable[..., Any]) -> Any:
    secret = moto_aws.client("secretsmanager").create_secret(Name="key", SecretString="secret")
    handler = handlers("videos.handler", PLAYBACK_SECRET_ARN=secret["ARN"])
    handler.videos.create(VIDEO_ID, size_bytes=12)
    return handler


def ask(handler: Any, method: str, body: str | None = None) -> tuple[int, Any]:
    path = f"/video/{VIDEO_ID}/playback-tokens"
    event = samples.event("rest-video") | {"path": path, "httpMethod": method, "body": body}
    answer = handler.lambda_handler(event, None)
    return answer["statusCode"], json.loads(answer["body"] or "{}")


def test_a_token_is_answered_and_is_not_logged(handler: Any, capsys: pytest.CaptureFixture[str]) -> None:
    status, issued = ask(handler, "POST")
    assert status == 201
    assert re.fullmatch(r"\d{10}-\d{10}\.1\.[\w-]{32}", issued["token"])
    assert issued["token"] not in capsys.readouterr().out


def test_a_recall_is_recorded_and_changes_nothing_else(handler: Any) -> None:
    before = handler.videos.find(VIDEO_ID)
    assert ask(handler, "DELETE") == (204, {})
    after = handler.videos.find(VIDEO_ID)
    assert isinstance(after.recalled_at, int)
    assert replace(after, recalled_at=None) == before


def test_a_deleted_video_is_neither_shared_nor_recalled(handler: Any) -> None:
    handler.videos.delete(VIDEO_ID)
    assert [ask(handler, method)[0] for method in ("POST", "DELETE")] == [410, 410]
    assert not handler.sharing.recalls.recall(VIDEO_ID, at=5)


@pytest.mark.parametrize("body", ["[]", "{", '"x"'])
def test_a_body_that_is_no_object_is_400(handler: Any, body: str) -> None:
    status, problem = ask(handler, "POST", body)
    assert (status, problem["code"]) == (400, "malformed_json")
