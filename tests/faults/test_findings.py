"""Cases that a run of everything has found, and that `make test` would not always try."""

from http import HTTPStatus

from tests.faults.cases import Case, Cases
from tests.faults.network import Call
from tests.faults.story import Story
from tests.faults.world import MEDIA


def _played(cases: Cases, scenario: str, call: Call, way: str) -> Story:
    """Nothing may be violated."""
    assert call in cases.of_scenario[scenario]
    story, found = cases.play(Case(scenario, ((call, way),)))
    assert not found
    return story


def test_a_removal_that_could_not_be_ordered_is_ordered_from_the_stream(cases: Cases) -> None:
    _played(cases, "delete", Call("ChangesFunction", "sqs", "SendMessage", 1), "5 min")
    asked = {request.call.kind for request in cases.world.network.requests}
    assert ("RedeliverFunction", "sqs", "SendMessage") in asked
    assert not cases.world.storage.keys(MEDIA)


def test_an_end_of_which_nobody_heard_is_found_within_a_quarter_of_an_hour(cases: Cases) -> None:
    """Lambda drops EventBridge's event after three minutes of tries."""
    story = _played(cases, "retried", Call("FailFunction", "dynamodb", "UpdateItem", 1), "20 min")
    assert cases.world.lambdas.dropped == ["FailFunction"]
    assert story.ended_s
    assert story.ended_s - story.accepted_s < 900


def test_a_file_that_is_removed_before_anybody_looked_at_it_is_one_that_never_came(cases: Cases) -> None:
    story = _played(cases, "form", Call("PlanFunction", "s3", "HeadObject", 1), "file removed")
    assert story.client.ask("GET", f"/video/{story.video_id}").status == HTTPStatus.NOT_FOUND


def test_a_message_whose_answer_is_lost_is_sent_again(cases: Cases) -> None:
    call = Call("ChangesFunction", "apigatewaymanagementapi", "PostToConnection", 1)
    story = _played(cases, "no video", call, "lost")
    assert story.sockets["early"].states == ["FAILED", "FAILED"]


def test_who_repeats_an_unanswered_upload_has_two_videos_but_with_a_key(cases: Cases) -> None:
    recorded = Call("UploadFunction", "dynamodb", "UpdateItem", 2)
    for scenario, count in (("unlisted", 2), ("upload", 1)):
        _played(cases, scenario, recorded, "killed after")
        items = cases.world.tables.items("VideosTable")
        assert len([item for item in items if "state" in item]) == count
