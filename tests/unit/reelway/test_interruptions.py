import re
from pathlib import Path

import pytest

from reelway.failure_codes import FailureCode
from reelway.interruptions import Interruption, interrupted
from tests.unit.reelway.test_failures import FUNCTIONS, calls, literals, sources

TABLE = FUNCTIONS / "reelway" / "interruptions.py"


@pytest.mark.parametrize("code", Interruption)
def test_an_interruption_says_what_happened_and_to_what(code: Interruption) -> None:
    assert re.fullmatch(r"[a-z_]+", code)
    assert (interrupted(code).code, interrupted(code).detail) == (code.value, code.sentence)
    assert interrupted(code, "x").detail == f"{code.sentence} (x)"


@pytest.mark.parametrize("code", Interruption)
def test_every_interruption_happens_somewhere(code: Interruption) -> None:
    assert any(f"Interruption.{code.name}" in path.read_text() for path in sources())


def test_no_interruption_looks_like_a_failure() -> None:
    assert {*Interruption} & {*FailureCode} == set()


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(FUNCTIONS)))
def test_nobody_else_spells_an_interruption(path: Path) -> None:
    text = path.read_text()
    if path != TABLE:
        assert literals(text) & {code.value for code in Interruption} == set()
        assert not {"ProcessingInterrupted", "ProcessingAborted"} & set(calls(text))
