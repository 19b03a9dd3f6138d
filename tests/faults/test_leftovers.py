"""Nothing is left of a deleted video, whatever is stored after its removal, and the CDN is told twice."""

from tests.faults.cases import Cases
from tests.faults.invariants import violations


def test_what_is_stored_after_a_deletion_is_removed(cases: Cases) -> None:
    scenario = cases.scenarios["upload"].deleted_when_ready()
    story = scenario.play(cases.world)
    assert story.is_deleted
    assert violations(story, scenario) == []
    assert cases.world.cdn.invalidations == 2
