"""What a person reads of a run, on tests that are made up here."""

import io
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from tests.support.smoke.report import TOPICS, Report, sentence
from tests.support.smoke.stack import CLOUDFRONT, HTTPS, Stack


def item(name: str, topic: str, *needs: str) -> Any:
    marks = {"smoke": SimpleNamespace(args=(topic,)), "only_on": SimpleNamespace(args=needs)}
    return SimpleNamespace(nodeid=f"tests/e2e/test_x.py::{name}", get_closest_marker=marks.get)


def ended(name: str, complaint: str = "", when: str = "call") -> Any:
    crash = SimpleNamespace(message=complaint, path="tests/e2e/test_x.py", lineno=7)
    return SimpleNamespace(
        nodeid=f"tests/e2e/test_x.py::{name}",
        failed=bool(complaint),
        when=when,
        longrepr=SimpleNamespace(reprcrash=crash),
    )


def shown(play: Callable[[Report], None], topics: tuple[str, ...] = TOPICS) -> str:
    """What is written in a run on a stack behind HTTPS, without CloudFront."""
    out = io.StringIO()
    report = Report(Stack("https://video.example", frozenset({HTTPS})), out, topics)
    play(report)
    report.pytest_sessionfinish()
    report.conclude()
    return out.getvalue()


def test_each_topic_is_a_line_with_its_checks() -> None:
    def play(report: Report) -> None:
        for name, topic in (("test_a", "playlists"), ("test_b", "playlists"), ("test_c", "errors")):
            report.pytest_runtest_setup(item(name, topic))
            report.pytest_runtest_logreport(ended(name))

    lines = [line.split() for line in shown(play).splitlines()]
    assert lines[0][:4] == ["playlists", "ok", "2", "checks"]
    assert lines[1][:4] == ["errors", "ok", "1", "checks"]
    assert lines[2][:2] == ["3", "checks"]
    assert lines[2][-2:] == ["all", "passed."]


def test_a_failure_is_told_with_its_reason_once_however_often_it_occurs() -> None:
    def play(report: Report) -> None:
        for number in range(3):
            name = f"test_a_range_is_206[bytes={number}]"
            report.pytest_runtest_setup(item(name, "segments"))
            report.pytest_runtest_logreport(ended(name, "assert 200 == 206"))

    text = shown(play)
    assert "3 FAILED" in text
    assert (
        "    a range is 206 (3 times)\n        assert 200 == 206\n        (tests/e2e/test_x.py:7)\n" in text
    )
    assert text.count("assert 200 == 206") == 1
    assert "3 checks" in text
    assert "3 failed." in text


def test_uploads_that_could_not_be_deleted_are_a_failure() -> None:
    def play(report: Report) -> None:
        report.pytest_runtest_setup(item("test_last", "page"))
        report.pytest_runtest_logreport(ended("test_last"))
        report.pytest_runtest_logreport(ended("test_last", "uploaded and not deleted: /video/1", "teardown"))

    assert "uploaded and not deleted: /video/1" in shown(play)
    assert "1 failed." in shown(play)


def test_what_the_stack_cannot_show_is_named_and_why() -> None:
    left_out = [
        item("test_http_3_is_offered", "CloudFront", CLOUDFRONT),
        item("test_x", "https", HTTPS),
        SimpleNamespace(nodeid="x::test_other", get_closest_marker=lambda name: None),
    ]

    text = shown(lambda report: report.pytest_deselected(left_out))

    assert "Not checked here:\n  HTTP 3 is offered (needs CloudFront)\n" in text
    assert text.count("(needs") == 1


def test_of_one_topic_only_that_is_run_and_nothing_else_is_named() -> None:
    items = [item("test_a", "playlists"), item("test_b", "errors"), item("test_c", "playlists")]

    def play(report: Report) -> None:
        report.pytest_collection_modifyitems(items)
        report.pytest_deselected([item("test_http_3_is_offered", "CloudFront", CLOUDFRONT)])

    assert "Not checked" not in shown(play, ("playlists",))
    assert [each.nodeid[-6:] for each in items] == ["test_a", "test_c"]


def test_topics_come_in_their_order() -> None:
    items = [item("test_a", "errors"), item("test_b", "playlists"), item("test_c", "errors")]

    shown(lambda report: report.pytest_collection_modifyitems(items))

    assert [each.nodeid[-6:] for each in items] == ["test_b", "test_a", "test_c"]


@pytest.mark.parametrize(
    ("nodeid", "said"),
    [
        ("a/b.py::test_tls_1_2_and_http_2_are_spoken", "TLS 1.2 and HTTP 2 are spoken"),
        ("a/b.py::test_a_range_is_206[bytes=0-0]", "a range is 206 [bytes=0-0]"),
    ],
)
def test_a_test_is_named_by_a_sentence(nodeid: str, said: str) -> None:
    assert sentence(nodeid) == said
