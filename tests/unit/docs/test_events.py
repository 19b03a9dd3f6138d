"""docs/events.md and its example say which events there are."""

import json
import re
from typing import Any

import yaml  # type: ignore[import-untyped, unused-ignore]

from reelway.events import SOURCE, EventType
from tests.support.readers import events
from tests.support.readers.markdown import Page
from tests.support.samples import ROOT
from tests.unit.docs.test_examples import EXAMPLES, _WithTags

PAGE = Page(ROOT / "docs" / "events.md")
# After which nothing follows unless somebody acts.
LAST = {
    EventType.LADDER_COMPLETE,
    EventType.LADDER_FAILED,
    EventType.FAILED,
    EventType.DELETED,
}


def test_the_page_has_each_type_and_which_are_the_last() -> None:
    rows = {row[0].strip("`"): row[-1] for row in PAGE.rows("## The events")}
    assert set(rows) == set(EventType)
    assert {name for name, is_last in rows.items() if is_last} == LAST


def test_the_event_on_the_page_is_one() -> None:
    [shown] = re.findall(r"```json\n(.*?)```", PAGE.text, re.DOTALL)
    assert events.faults(json.loads(shown)) == []


def test_the_example_has_a_queue_hear_of_every_end() -> None:
    found: Any = yaml.load((EXAMPLES / "event-rule.yaml").read_text(), _WithTags)  # noqa: S506  it is safe
    pattern = found["Resources"]["Rule"]["Properties"]["EventPattern"]
    assert pattern["source"] == [SOURCE]
    assert LAST <= set(pattern["detail-type"]) <= set(EventType)
    [statement] = found["Resources"]["MaySend"]["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Condition"]["ArnEquals"] == {"aws:SourceArn": "Rule.Arn"}
