"""The table of failures is the only place that spells their codes, and is what the documents say."""

import ast
import inspect
import re
from pathlib import Path
from typing import Any

import pytest

from reelway import failures
from reelway.errors import MediaRejected
from reelway.failure_codes import FailureCode, Fault
from reelway.video import Failure
from tests.support.readers import descriptions
from tests.support.samples import ROOT

FUNCTIONS = ROOT / "functions"
TABLE = FUNCTIONS / "reelway" / "failure_codes.py"
MAKER = FUNCTIONS / "reelway" / "failures.py"
MADE: list[MediaRejected | Failure] = [
    failures.empty_file(),
    failures.refers_elsewhere(),
    failures.too_much_metadata(),
    failures.too_many_edits(),
    failures.unknown_format(["MP4", "MOV", "RM"]),
    failures.no_video("audio without video"),
    failures.unsupported_codec("video", "", tag="dav1"),
    failures.unknown_duration(),
    failures.unknown_duration(measured_for_s=40),
    failures.truncated(declared_s=10, found_s=2),
    failures.truncated(declared_s=10, found_s=2, rendition="240p"),
    failures.wrong_duration(declared_s=10, found_s=35),
    failures.probe_timeout(timeout_s=8),
    failures.undecodable(),
    failures.undecodable(share=0.07),
    failures.undecodable_audio(),
    failures.picture_grows("1920x1080"),
    failures.sound_gap(),
    failures.too_demanding(),
    failures.too_demanding(max_remux_bytes=6),
    failures.too_large(size_bytes=4, limit_bytes=3),
    failures.too_long(length_s=4, limit_s=3),
    failures.too_many_frames(frames=4, rate=25, limit=3),
    failures.too_many_pixels(40, 30, limit=1000, max_side=100),
    failures.too_many_streams(limit=32),
    failures.frame_rate_too_high(rate=301, limit=300),
    failures.endless_gap(size_bytes=1, length_s=100),
    failures.upload_removed(),
    failures.upload_replaced(),
    failures.upload_lost(),
    failures.processing_lost(),
    failures.processing_failed(),
]


def sources() -> list[Path]:
    """Our own code in functions/, without the libraries beside it."""
    return sorted(FUNCTIONS.glob("[!.]*/**/*.py"))


def literals(text: str) -> set[str]:
    constants = (node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant))
    return {value for value in constants if isinstance(value, str)}


def calls(text: str) -> set[str]:
    """The names of all that is called, without what they are attributes of."""
    called = (node.func for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
    return {func.id if isinstance(func, ast.Name) else getattr(func, "attr", "") for func in called}


def sentence(made: MediaRejected | Failure) -> str:
    return made.detail if isinstance(made, MediaRejected) else made.message


def test_every_code_has_a_constructor_and_no_constructor_another_code() -> None:
    assert {made.code for made in MADE} == {code.value for code in FailureCode}


def test_every_constructor_is_tried_here() -> None:
    public = {
        name
        for name, function in inspect.getmembers(failures, inspect.isfunction)
        if function.__module__ == failures.__name__ and not name.startswith("_")
    }
    assert {f"failures.{name}(" for name in public - {"failure_of", "rejection_of"}} <= set(
        re.findall(r"failures\.\w+\(", Path(__file__).read_text())
    )


@pytest.mark.parametrize("made", MADE, ids=lambda made: made.code)
def test_a_sentence_says_what_was_found_and_then_what_to_do(made: MediaRejected | Failure) -> None:
    assert type(made.code) is str
    assert re.fullmatch(r"[A-Z].+\. ([A-Z]|It is ).+\.", sentence(made))
    assert re.search(r"[Uu]pload|[Rr]e-export|[Ss]plit", sentence(made))


def test_faults_of_ours_are_no_rejections_and_all_others_are() -> None:
    ours = {made.code for made in MADE if isinstance(made, Failure)}
    assert ours == {code.value for code in FailureCode if code.fault is Fault.US}


def test_a_rejection_is_recorded_as_it_is() -> None:
    assert failures.failure_of(failures.sound_gap()).code == "sound_gap"
    assert failures.failure_of(failures.sound_gap()).message == failures.sound_gap().detail


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(FUNCTIONS)))
def test_nobody_else_spells_a_code_or_makes_a_rejection(path: Path) -> None:
    text = path.read_text()
    if path not in {TABLE, MAKER}:
        assert literals(text) & {code.value for code in FailureCode} == set()
        assert "MediaRejected" not in calls(text)


def test_a_code_that_somebody_spells_is_seen() -> None:
    planted = 'from x import errors\nraise errors.MediaRejected(f"upload_{what}", "")\ncode = "too_long"\n'
    assert "too_long" in literals(planted)
    assert "MediaRejected" in calls(planted)


def test_the_functions_have_enough_code_to_be_looked_at() -> None:
    assert len(sources()) > 80
    assert {TABLE, MAKER} < {*sources()}


def test_the_page_on_failures_is_the_table() -> None:
    page = (ROOT / "docs" / "failures.md").read_text()
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert rows == [f"| `{code}` | {code.fault} | {code.cause} | {code.remedy} |" for code in FailureCode]


def test_the_readme_leads_to_the_page_on_failures() -> None:
    assert "(docs/failures.md)" in (ROOT / "README.md").read_text()


def test_the_description_of_a_video_lists_the_codes_and_no_other() -> None:
    video: dict[str, Any] = descriptions.strict_openapi()["components"]["schemas"]["Video"]
    codes = video["properties"]["failure"]["properties"]["code"]["enum"]
    assert codes == [code.value for code in FailureCode]
