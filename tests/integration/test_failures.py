"""Failures behind the API end in a state of the video that its owner can see."""

import json
import uuid
from datetime import timedelta

from reelway.timestamps import utc_now
from tests.support.media import corpus
from tests.support.readers.hls_player import Player
from tests.support.samples import queued
from tests.support.system.client import Client, eventually
from tests.support.system.cloud import Cloud


def put_upload(cloud: Cloud, video_id: str, content: bytes) -> None:
    cloud.s3.put_object(Bucket=cloud.outputs["UploadsBucketName"], Key=f"uploads/{video_id}", Body=content)


def stop(cloud: Cloud, video_id: str) -> None:
    """End the video's execution, as soon as it runs, as a person may do it in the console."""
    execution = eventually(lambda: _running(cloud, video_id))
    cloud.states.stop_execution(executionArn=execution["executionArn"], cause="stopped by a person")


def test_a_ladder_that_ends_leaves_a_standard_source_ready_and_playable(
    client: Client, cloud: Cloud, player: Player
) -> None:
    with cloud.denied("JobRole", "s3:PutObject", "*/jobs/*/chunks/*"):
        video_id = client.upload(corpus.file("bigbuckbunny.mp4"))
        assert client.final_state(video_id) == "READY"
        stop(cloud, video_id)
        assert client.ladder_of(video_id) == "failed"

    described = client.describe(video_id)
    assert (described["state"], described["failure"]["code"]) == ("READY", "processing_failed")
    assert [rendition["name"] for rendition in described["renditions"]] == ["720p"]
    assert player.frame_count(f"{client.base_url}/stream/{video_id}/manifest") == 132

    first = cloud.execution_name(video_id)
    answers = [client.http.post(f"/video/{video_id}/retry") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].json()["state"] == "READY"
    assert client.ladder_of(video_id) == "complete"
    assert "failure" not in client.describe(video_id)
    assert cloud.execution_name(video_id) not in (first, video_id)
    assert player.frame_count(f"{client.base_url}/stream/{video_id}/manifest") == 132


def test_a_video_that_ends_unpublished_is_not_shown(client: Client, cloud: Cloud) -> None:
    with cloud.denied("JobRole", "s3:PutObject", "*/stream/*/manifest"):
        video_id = client.upload(corpus.file("carphone_pristine.mp4"))
        eventually(lambda: _running(cloud, video_id) and cloud.step_errors(video_id), within_s=60)
        stop(cloud, video_id)
        assert client.final_state(video_id) == "FAILED"

    assert client.get(f"/stream/{video_id}/manifest").status_code == 409
    assert video_id not in client.get("/stream/ready").json()

    assert client.describe(video_id)["failure"]["retryable"]
    assert client.http.post(f"/video/{video_id}/retry").json()["state"] == "UPLOADED"
    assert client.final_state(video_id) == "READY"
    assert client.http.post(f"/video/{video_id}/retry").status_code == 409


def test_an_aborted_execution_fails_the_video(client: Client, cloud: Cloud) -> None:
    video_id = client.upload(corpus.file("demo.webm"))

    stop(cloud, video_id)

    eventually(lambda: client.describe(video_id)["state"] == "FAILED")
    assert client.describe(video_id)["failure"]["code"] == "processing_failed"


def test_an_event_delivered_twice_processes_once(client: Client, cloud: Cloud) -> None:
    video_id = client.upload_until(corpus.file("carphone_pristine.mp4"), "READY")
    before = cloud.item(video_id)

    cloud.invoke("PlanFunction", queued(f"uploads/{video_id}"))

    assert cloud.item(video_id) == before


def test_events_delivered_side_by_side_share_one_plan(client: Client, cloud: Cloud) -> None:
    video_id = client.upload(corpus.file("carphone_pristine.mp4"))
    cloud.invoke("PlanFunction", queued(f"uploads/{video_id}"))

    assert client.final_state(video_id) == "READY"
    segments = cloud.s3.list_objects_v2(
        Bucket=cloud.outputs["MediaBucketName"], Prefix=f"stream/{video_id}/segment/"
    )["Contents"]
    assert len({entry["Key"].rsplit("/", 1)[1].split("-")[0] for entry in segments}) == 1


def test_maintenance_starts_processing_after_a_lost_upload_event(client: Client, cloud: Cloud) -> None:
    video_id = str(uuid.uuid4())
    bucket, key = cloud.outputs["UploadsBucketName"], f"uploads/{video_id}"
    notifications = cloud.s3.get_bucket_notification_configuration(Bucket=bucket)
    notifications.pop("ResponseMetadata")
    cloud.s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    try:
        cloud.s3.put_object(Bucket=bucket, Key=key, Body=corpus.file("carphone_pristine.mp4").read_bytes())
    finally:
        cloud.s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=notifications)
    cloud.put_video(video_id)

    cloud.invoke("LostWorkFunction", {})

    assert client.final_state(video_id) == "READY"


def test_an_upload_whose_file_is_gone_fails(client: Client, cloud: Cloud) -> None:
    video_id = str(uuid.uuid4())
    cloud.put_video(video_id)

    cloud.invoke("LostWorkFunction", {})

    assert client.describe(video_id)["failure"]["code"] == "upload_lost"


def test_maintenance_begins_a_run_again_that_ended_without_a_word(
    client: Client, cloud: Cloud, player: Player
) -> None:
    lost = _lost(client, cloud, since=utc_now(timedelta(minutes=10)))
    first = cloud.execution_name(lost)

    for _ in range(2):
        cloud.invoke("LostWorkFunction", {})

    assert client.final_state(lost) == "READY"
    assert cloud.execution_name(lost) != first
    assert (cloud.item(lost) or {})["reruns"] == {"N": "1"}
    assert player.frame_count(f"{client.base_url}/stream/{lost}/manifest") > 0


def test_maintenance_fails_processing_that_was_lost_for_a_day(
    client: Client, cloud: Cloud, processing_video: str
) -> None:
    lost = _lost(client, cloud, since=utc_now(timedelta(days=1, minutes=1)))

    cloud.invoke("LostWorkFunction", {})

    described = client.describe(lost)
    assert (described["failure"]["code"], described["failure"]["retryable"]) == ("processing_lost", True)
    assert client.describe(processing_video)["state"] == "PROCESSING"


def test_a_failed_video_stays_failed(client: Client, cloud: Cloud, failed_video: str) -> None:
    before = cloud.item(failed_video)

    cloud.invoke("PlanFunction", queued(f"uploads/{failed_video}"))
    cloud.invoke("FailFunction", queued(f"uploads/{failed_video}"))
    cloud.invoke("FailFunction", {"videoId": failed_video, "error": {"Cause": json.dumps({})}})

    assert cloud.item(failed_video) == before


def test_a_foreign_object_in_the_uploads_bucket_is_ignored(cloud: Cloud) -> None:
    before = cloud.video_count()
    put_upload(cloud, "not-a-uuid", b"x")

    cloud.invoke("PlanFunction", queued("uploads/not-a-uuid"))

    assert cloud.video_count() == before


def _lost(client: Client, cloud: Cloud, *, since: str) -> str:
    """A video whose record says that it has been PROCESSING since then, and whose execution has ended."""
    video_id = client.upload_until(corpus.file("carphone_pristine.mp4"), "READY")
    eventually(lambda: cloud.execution(video_id)["status"] == "SUCCEEDED")
    execution = cloud.execution(video_id)["name"]
    ended = {"state": "PROCESSING", "rank": 1, "version": 2, "runId": "none", "execution": execution}
    cloud.put_video(video_id, **ended, listedAt=since)
    return video_id


def _running(cloud: Cloud, video_id: str) -> dict[str, object] | None:
    try:
        execution = cloud.execution(video_id)
    except cloud.states.exceptions.ExecutionDoesNotExist:
        return None
    return execution if execution["status"] == "RUNNING" else None
