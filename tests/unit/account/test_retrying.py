"""make retry: what failed by us is found by code and time, and asked for once each."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
import urllib3

from account import retrying
from account.errors import AccountError
from account.retrying import Failed, VideoRecords
from reelway import failures
from reelway.adapters.removals_table import RemovalsTable
from reelway.adapters.telemetry import Metrics
from reelway.adapters.videos_table import VideosTable
from reelway.video import Failure, LadderState
from tests.support.doubles import moto_aws

SINCE = datetime(2026, 11, 26, tzinfo=UTC)
ASKED = {"CODE": "processing_failed", "SINCE": "2026-11-26T00:00Z"}
BEFORE, AFTER = "2026-11-25T23:59:59.999999Z", "2026-11-26T00:00:00.000001Z"
OURS, LOST = failures.processing_failed(), failures.processing_lost()
DAMAGED = Failure("undecodable", "It is damaged.")
Answer = Callable[..., SimpleNamespace]


def number(n: int) -> str:
    return f"{n:08x}-0000-4000-8000-000000000000"


class Videos:
    """The videos of a stack, each made at a time of its own."""

    def __init__(self) -> None:
        moto_aws.make_tables()
        self.now = AFTER
        self.table = VideosTable(
            moto_aws.client("dynamodb"), moto_aws.VIDEOS, Metrics("films"), now=lambda: self.now
        )
        self.records = VideoRecords(moto_aws.client("dynamodb"), moto_aws.VIDEOS)

    def fail(self, n: int, failure: Failure, at: str = AFTER) -> None:
        self.now = at
        self.table.create(number(n), size_bytes=1)
        self.table.fail(number(n), failure)

    def fail_ladder(self, n: int, failure: Failure, at: str, *, ready_at: str) -> None:
        self.now = ready_at
        self.table.create(number(n), size_bytes=1)
        self.table.finish(number(n), run_id="run", renditions=[], ladder=LadderState.ENCODING)
        self.now = at
        self.table.fail_ladder(number(n), failure)


@pytest.fixture
def videos(mocked_aws: None) -> Videos:
    return Videos()


@pytest.fixture
def posted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The URLs that were POSTed to; the API takes all but the second."""
    urls: list[str] = []

    def request(_: object, method: str, url: str) -> SimpleNamespace:
        assert method == "POST"
        urls.append(url)
        return _answer(409, {"code": "source_gone"}) if len(urls) == 2 else _answer(202, {})

    monkeypatch.setattr(urllib3.PoolManager, "request", request)
    return urls


def _answer(status: int, document: Any) -> SimpleNamespace:
    return SimpleNamespace(status=status, json=lambda: json.loads(json.dumps(document)))


def test_videos_that_failed_with_the_code_since_the_time_are_found(videos: Videos) -> None:
    videos.fail(0, OURS, BEFORE)
    videos.fail(1, OURS)
    videos.fail(2, LOST)
    videos.fail(3, DAMAGED)
    assert list(videos.records.failed(OURS.code, SINCE)) == [Failed(number(1), AFTER, is_ladder=False)]


def test_ladders_are_found_by_when_they_failed_not_by_when_their_videos_became_ready(videos: Videos) -> None:
    a_week_before = "2026-11-19T00:00:00.000000Z"
    videos.fail_ladder(1, OURS, AFTER, ready_at=a_week_before)
    videos.fail_ladder(2, OURS, BEFORE, ready_at=a_week_before)
    videos.fail_ladder(3, DAMAGED, AFTER, ready_at=AFTER)
    assert list(videos.records.failed(OURS.code, SINCE)) == [Failed(number(1), AFTER, is_ladder=True)]


def test_videos_whose_files_were_removed_are_left_out(videos: Videos) -> None:
    for n in (1, 2):
        videos.fail(n, OURS)
    RemovalsTable(videos.records.client, videos.records.table).begin(number(1), unless_since=BEFORE)
    assert [failed.video_id for failed in videos.records.failed(OURS.code, SINCE)] == [number(2)]


def test_more_than_a_batch_of_them_is_found(videos: Videos) -> None:
    for n in range(101):
        videos.fail(n, OURS)
    found = {failed.video_id for failed in videos.records.failed(OURS.code, SINCE)}
    assert found == {number(n) for n in range(101)}


def test_what_dynamodb_has_no_time_for_is_read_again() -> None:
    item = {"videoId": {"S": number(1)}}
    unread = {"videos": {"Keys": [item]}}
    answers = [{"Responses": {}, "UnprocessedKeys": unread}, {"Responses": {"videos": [item]}}]
    asked: list[Any] = []

    def batch_get_item(*, RequestItems: Any) -> Any:  # noqa: N803  boto3's name
        asked.append(RequestItems)
        return answers.pop(0)

    records = VideoRecords(SimpleNamespace(batch_get_item=batch_get_item), "videos")
    assert list(records._read([item])) == [item]
    assert asked == [unread, unread]


def test_they_are_listed_asked_about_and_processed_again(
    videos: Videos, posted: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    for n in range(3):
        videos.fail(n, OURS)
    questions: list[str] = []

    def confirm(question: str) -> bool:
        assert posted == []
        questions.append(question)
        return True

    assert retrying.run(videos.records, "https://films.example/", ASKED, confirm) == 1
    said = capsys.readouterr().out
    assert len(questions) == 1
    assert sorted(posted) == [f"https://films.example/video/{number(n)}/retry" for n in range(3)]
    assert "3 to process again at https://films.example/" in said
    assert f"2026-11-26T00:00:00Z  {number(1)}  video\n" in said
    assert said.endswith("2 begun\n1 409 source_gone\n")


def test_nothing_is_done_where_nothing_failed_or_nobody_wants_it(videos: Videos, posted: list[str]) -> None:
    assert retrying.run(videos.records, "https://films.example", ASKED, lambda _: True) == 0
    videos.fail(1, OURS)
    assert retrying.run(videos.records, "https://films.example", ASKED, lambda _: False) == 0
    assert posted == []


@pytest.mark.parametrize("document", [[], {}, "text"])
def test_an_answer_that_is_no_problem_of_ours_is_told_by_its_status(
    document: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(urllib3.PoolManager, "request", lambda *_: _answer(403, document))
    said: list[str] = []
    failed = [Failed(number(1), AFTER, is_ladder=False)]
    assert retrying.retry(failed, "https://films.example", said.append) == {"403": 1}
    assert said == [f"2026-11-26T00:00:00Z  {number(1)}  video: 403"]


def test_an_api_that_does_not_answer_ends_it_with_what_was_done(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise urllib3.exceptions.HTTPError("no route")

    monkeypatch.setattr(urllib3.PoolManager, "request", refuse)
    with pytest.raises(AccountError, match=r"films\.example does not answer: no route; 0 were begun"):
        retrying.retry([Failed(number(1), AFTER, is_ladder=True)], "https://films.example", print)


@pytest.mark.parametrize("since", ["2026-11-26T00:00Z", "2026-11-26", "2026-11-26T01:00+01:00"])
def test_a_time_is_that_of_utc_unless_it_says_otherwise(since: str) -> None:
    assert retrying.asked(ASKED | {"SINCE": since}) == ("processing_failed", SINCE)


@pytest.mark.parametrize("environ", [{}, {"CODE": "x"}, ASKED | {"CODE": ""}, ASKED | {"SINCE": "noon"}])
def test_without_a_code_or_a_time_the_form_is_told(environ: dict[str, str]) -> None:
    with pytest.raises(AccountError, match="2026-11-26T00:00Z"):
        retrying.asked(environ)
