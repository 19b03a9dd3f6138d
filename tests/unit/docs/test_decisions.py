"""Every decision has its day and its status, and every area is in the list."""

import re
from datetime import date

import pytest

from tests.support.readers.markdown import Page
from tests.support.samples import ROOT

FOLDER = ROOT / "docs" / "decisions"
AREAS = [Page(path) for path in sorted(FOLDER.glob("*.md")) if path.name != "README.md"]
_DECISION = re.compile(r"^## (.+)\n(.*)$", re.MULTILINE)
_STATUS = re.compile(r"\*(\d{4}-\d\d-\d\d) · (in force|replaced)\b.*")


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.name)
def test_every_decision_has_its_day_and_its_status(area: Page) -> None:
    decisions = _DECISION.findall(area.text)
    assert decisions
    for title, status in decisions:
        found = _STATUS.match(status)
        assert found, title
        assert date.fromisoformat(found[1]) >= date(2026, 11, 23), title


def test_every_area_is_in_the_list() -> None:
    assert {link for link in Page(FOLDER / "README.md").links() if "/" not in link} == {
        area.path.name for area in AREAS
    }
