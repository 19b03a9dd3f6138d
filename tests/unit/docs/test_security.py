"""docs/security.md names tests that there are, and what the template has."""

import ast
import re
from pathlib import Path

import pytest

from tests.support.readers import template
from tests.support.readers.markdown import Page
from tests.support.samples import ROOT

PAGE = Page(ROOT / "docs" / "security.md")
TABLES = re.findall(r"^### .+$", PAGE.text, re.MULTILINE)
ROWS = [row for heading in TABLES for row in PAGE.rows(heading)]
NAMED = sorted(set(re.findall(r"`(\w+/[\w/]+\.py)(?:::(\w+))?`", PAGE.text)))


def _tests_of(path: Path) -> set[str]:
    return {
        node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)
    } & set(re.findall(r"\btest_\w+", path.read_text()))


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_every_test_that_is_named_exists(file: str, name: str) -> None:
    found = _tests_of(ROOT / "tests" / file)
    assert found
    assert not name or name in found


def test_every_attack_has_what_holds_and_a_test() -> None:
    assert len(ROWS) > 25
    for row in ROWS:
        assert len(row) == 3
        assert all(row)
        assert re.search(r"`\w+/[\w/]+\.py", row[-1]), row


def test_parameters_and_alarms_that_are_named_exist() -> None:
    loaded = template.load()
    words = set(re.findall(r"`([A-Z][a-z]+(?:[A-Z][a-z]+)+)(?:=[\w-]+)?`", PAGE.text))
    assert words
    assert words <= {*loaded["Parameters"], *loaded["Resources"]}
