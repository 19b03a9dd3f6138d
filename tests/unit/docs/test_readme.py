"""The README is a page, and its examples are those that are run elsewhere."""

import re

from tests.support.readers.markdown import Page, pages
from tests.support.samples import ROOT

README = Page(ROOT / "README.md")
MAX_LINES = 100
_TARGET = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"


def test_it_is_short() -> None:
    assert len(README.text.splitlines()) <= MAX_LINES


def test_it_has_one_page_to_embed() -> None:
    assert len(README.blocks("html runs")) == 1


def test_every_make_target_that_a_page_names_is_there() -> None:
    named = {name for page in pages() for name in re.findall(rf"\bmake ({_TARGET})", _commands(page))}
    targets = set(re.findall(rf"^({_TARGET}):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert "run" in named
    assert named - targets == set()


def _commands(page: Page) -> str:
    """What stands in code, in lines or in blocks."""
    return "\n".join(re.findall(r"`+[^`]+`+", page.text))
