"""Outcomes of the schedules, of removals and invalidations, and of a deploy."""

import json
import time
import uuid

from local.seed_events import answer_key
from tests.support.system.client import eventually
from tests.support.system.event_outcomes.stage import TAKEN, Send, Stage
from tests.support.system.signed_videos import edge_values

_MESSAGE_S = 20
_OPENED_LONG_AGO_S = 60  # sockets that were opened a few seconds ago are left to their greeting


def quiet_socket_is_sent_the_state_again(stage: Stage, send: Send) -> None:
    with stage.client.open_socket(stage.ids.unplanned) as socket:
        first = socket.recv(_MESSAGE_S)
        stage.cloud.age_connections(stage.ids.unplanned, seconds=_OPENED_LONG_AGO_S)
        assert send()["sockets"] >= 1
        assert socket.recv(_MESSAGE_S) == first


def upload_without_a_file_has_failed(stage: Stage, send: Send) -> None:
    video_id = str(uuid.uuid4())
    stage.cloud.put_video(video_id)
    assert send()["settled"] >= 1
    assert stage.record(video_id)["state"]["S"] == "FAILED"


def what_a_deleted_video_left_is_removed(stage: Stage, send: Send) -> None:
    video_id = str(uuid.uuid4())
    stage.cloud.s3.put_object(Bucket=stage.uploads, Key=f"jobs/{video_id}/left", Body=b"x")
    long_ago = "2026-01-01T00:00:00.000000Z"
    stage.cloud.put_video(video_id, listing="hidden", listedAt=long_ago, deletedAt=long_ago)
    send()
    eventually(lambda: not stage.keys(stage.uploads, f"jobs/{video_id}/"))
    assert send()["deleted"] >= 1
    assert stage.record(video_id)["listing"]["S"] == "unlisted"


def video_leaves_the_ready_list(stage: Stage, send: Send) -> None:
    assert stage.record(stage.ids.video)["listing"]["S"] == "ready"
    assert send() == TAKEN
    assert stage.record(stage.ids.video)["listing"]["S"] == "unlisted"


def files_are_removed(stage: Stage, send: Send) -> None:
    assert stage.keys(stage.media, f"stream/{stage.ids.video}/segment/")
    stage.delete()
    assert send() is None
    stage.await_removal()


def cdn_forgets_the_media(stage: Stage, send: Send) -> None:
    """The same message makes one invalidation, however often it is delivered."""
    assert send() == TAKEN
    cloudfront, of = (
        stage.cloud.client("cloudfront"),
        {"DistributionId": stage.cloud.outputs["DistributionId"]},
    )
    listed = cloudfront.list_invalidations(**of)["InvalidationList"]["Items"]
    asked = [cloudfront.get_invalidation(**of, Id=each["Id"])["Invalidation"] for each in listed]
    paths = [path for each in asked for path in each["InvalidationBatch"]["Paths"]["Items"]]
    assert f"/stream/{stage.ids.video}/*" in paths


def page_is_copied(stage: Stage, send: Send) -> None:
    site, index, told = stage.cloud.physical_id("SiteBucket"), "app/index.html", "app/config.json"
    before = stage.get(site, told)
    for key in (index, told):
        stage.cloud.s3.delete_object(Bucket=site, Key=key)
    assert send() is None
    assert stage.get(site, index)
    assert stage.get(site, told) == before
    answer = json.loads(stage.get(stage.uploads, answer_key("cloudformation-page")))
    assert (answer["Status"], answer["RequestId"]) == ("SUCCESS", stage.event["RequestId"])


def key_is_verified(stage: Stage, send: Send) -> None:
    values = edge_values(stage.cloud)
    values.change({}, ["key:1"])
    assert send() is None
    assert len(values.all()["key:1"]) == 43
    answer = json.loads(stage.get(stage.uploads, answer_key("cloudformation-playback-keys")))
    assert (answer["Status"], answer["RequestId"]) == ("SUCCESS", stage.event["RequestId"])


def tokens_are_refused(stage: Stage, send: Send) -> None:
    stage.cloud.dynamodb.update_item(
        TableName=stage.cloud.outputs["VideosTableName"],
        Key={"videoId": {"S": stage.ids.video}},
        UpdateExpression="SET recalledAt = :now",
        ExpressionAttributeValues={":now": {"N": str(int(time.time()))}},
    )
    values = edge_values(stage.cloud)
    values.change({"deny:old": "1"}, ["swept"])
    assert send() == TAKEN
    assert "deny:old" not in values.all()
    assert f"deny:{stage.ids.video}" in values.all()
    values.change({}, [f"deny:{stage.ids.video}"])
