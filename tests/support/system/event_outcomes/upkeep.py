"""Outcomes of the schedule, of removals, and of a deploy."""

import json

from local.seed import ANSWER_KEY
from tests.support.system.event_outcomes.stage import TAKEN, Send, Stage

_MESSAGE_S = 20
_OPENED_LONG_AGO_S = 60  # sockets that were opened a few seconds ago are left to their greeting


def quiet_socket_is_sent_the_state_again(stage: Stage, send: Send) -> None:
    with stage.client.open_socket(stage.ids.unplanned) as socket:
        first = socket.recv(_MESSAGE_S)
        stage.cloud.age_connections(stage.ids.unplanned, seconds=_OPENED_LONG_AGO_S)
        assert send()["sockets"] >= 1
        assert socket.recv(_MESSAGE_S) == first


def video_leaves_the_ready_list(stage: Stage, send: Send) -> None:
    assert stage.record(stage.ids.video)["listing"]["S"] == "ready"
    assert send() == TAKEN
    assert "listing" not in stage.record(stage.ids.video)


def files_are_removed(stage: Stage, send: Send) -> None:
    assert stage.keys(stage.media, f"stream/{stage.ids.video}/")
    assert send() is None
    stage.await_removal()


def page_is_copied(stage: Stage, send: Send) -> None:
    site, index = stage.cloud.physical_id("SiteBucket"), "app/index.html"
    stage.cloud.s3.delete_object(Bucket=site, Key=index)
    assert send() is None
    assert stage.get(site, index)
    answer = json.loads(stage.get(stage.uploads, ANSWER_KEY))
    assert (answer["Status"], answer["RequestId"]) == ("SUCCESS", stage.event["RequestId"])
