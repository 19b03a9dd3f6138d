"""docs/smoke-test.md says what `make smoke` checks, topic by topic."""

import re

from tests.support.readers.markdown import Page
from tests.support.samples import ROOT
from tests.support.smoke.report import TOPICS

PAGE = Page(ROOT / "docs" / "smoke-test.md")


def test_the_topics_are_those_of_the_report() -> None:
    described = [row[0] for row in PAGE.rows("## 1. By itself: `make smoke`")]
    assert described == list(TOPICS)


def test_every_marked_test_belongs_to_a_topic_and_every_topic_has_tests() -> None:
    texts = [path.read_text() for path in (ROOT / "tests" / "e2e").glob("test_*.py")]
    marked = {topic for text in texts for topic in re.findall(r'@pytest\.mark\.smoke\("(.*)"\)', text)}
    assert marked == set(TOPICS)
