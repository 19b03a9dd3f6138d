"""The guide for contributors names files and make targets that exist."""

import re

import pytest

from tests.support.samples import ROOT

GUIDE = (ROOT / "CONTRIBUTING.md").read_text()
# Paths stand in `code` or in links; what is no path has no slash and no known ending.
_WORDS = re.findall(r"`([^`\s]+)`", GUIDE) + re.findall(r"\]\(([^)]+)\)", GUIDE)
PATHS = sorted(
    {word for word in _WORDS if "/" in word or re.search(r"\.(md|py|toml|yaml)$", word)} - {"handler.py"}
)
TARGETS = sorted(set(re.findall(r"\bmake ([a-z][a-z0-9-]+)", GUIDE)))


def test_the_guide_names_paths_and_targets() -> None:
    assert len(PATHS) > 15
    assert {"check", "test", "lock"} <= set(TARGETS)


@pytest.mark.parametrize("path", PATHS)
def test_each_path_that_the_guide_names_exists(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize("target", TARGETS)
def test_each_target_that_the_guide_names_exists(target: str) -> None:
    assert re.search(rf"(?m)^{target}:.* ## ", (ROOT / "Makefile").read_text())


def test_the_guide_fits_on_a_page() -> None:
    assert len(GUIDE.splitlines()) < 60
