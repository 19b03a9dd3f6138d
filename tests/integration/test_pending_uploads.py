"""Uploads whose form was given out, and of which S3 sends no event or that never come."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from reelway import keys
from reelway.timestamps import utc_now
from tests.support.media import corpus
from tests.support.system.client import Client, eventually
from tests.support.system.cloud import Cloud

LONG_AGO = "2026-01-01T00:00:00.000000Z"


@contextmanager
def events_lost(cloud: Cloud) -> Iterator[None]:
    bucket = cloud.outputs["UploadsBucketName"]
    notifications = cloud.s3.get_bucket_notification_configuration(Bucket=bucket)
    notifications.pop("ResponseMetadata")
    cloud.s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    try:
        yield
    finally:
        cloud.s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=notifications)


def begun(client: Client) -> tuple[dict[str, str], str, str]:
    """A form's fields and URL, and the id of the video that it is for."""
    form = client.get("/s3/params?filename=clip.mp4&type=video/mp4").json()
    return form["fields"], form["url"], form["fields"]["key"].removeprefix("uploads/")


def expect(cloud: Cloud, video_id: str, *, until: str) -> None:
    """Write the row of an upload that is expected since long ago, so that it is time to look for it."""
    row = {
        "videoId": video_id,
        "createdAt": LONG_AGO,
        "expectedUntil": until,
        "listing": "pending",
        "listedAt": LONG_AGO,
    }
    item = {name: {"S": value} for name, value in row.items()}
    cloud.dynamodb.put_item(TableName=cloud.outputs["VideosTableName"], Item=item)


def test_a_pending_upload_is_known_to_nobody(client: Client, cloud: Cloud) -> None:
    *_, video_id = begun(client)
    assert (cloud.item(video_id) or {})["listing"] == {"S": "pending"}
    assert client.get(f"/video/{video_id}").status_code == 404
    assert client.http.delete(f"/video/{video_id}").status_code == 404
    assert client.get(f"/stream/{video_id}/manifest").status_code == 404
    assert video_id not in client.get("/stream/ready").json()


def test_an_upload_by_form_whose_event_is_lost_is_ready_nevertheless(client: Client, cloud: Cloud) -> None:
    fields, url, video_id = begun(client)
    with events_lost(cloud):
        content = corpus.file("carphone_pristine.mp4").read_bytes()
        assert client.http.post(url, data=fields, files={"file": content}).status_code == 201
    assert client.get(f"/video/{video_id}").status_code == 404
    cloud.age_video(video_id)

    cloud.invoke("LostWorkFunction", {})

    assert client.final_state(video_id) == "READY"


def test_an_upload_that_never_comes_is_forgotten_when_its_time_has_passed(cloud: Cloud) -> None:
    awaited, given_up = str(uuid.uuid4()), str(uuid.uuid4())
    expect(cloud, awaited, until=utc_now(-timedelta(days=1)))
    expect(cloud, given_up, until=LONG_AGO)

    cloud.invoke("LostWorkFunction", {})

    assert (cloud.item(awaited) or {})["listedAt"]["S"] > LONG_AGO
    assert cloud.item(given_up) is None


@pytest.mark.parametrize("is_kept", [False, True])
def test_a_file_that_its_receiver_never_recorded_is_removed_when_nobody_may_repeat_it(
    cloud: Cloud, is_kept: bool
) -> None:
    video_id = str(uuid.uuid4())
    bucket, key = cloud.outputs["UploadsBucketName"], keys.upload(video_id)
    with events_lost(cloud):
        cloud.s3.put_object(Bucket=bucket, Key=key, Body=b"film", Metadata=keys.RECEIVED)
    expect(cloud, video_id, until=utc_now(-timedelta(days=1)) if is_kept else LONG_AGO)

    cloud.invoke("LostWorkFunction", {})

    assert (key in cloud.upload_keys(), cloud.item(video_id) is not None) == (is_kept, is_kept)


def test_an_upload_in_parts_that_is_aborted_is_forgotten_at_once(client: Client, cloud: Cloud) -> None:
    answer = client.http.post("/s3/multipart", json={"filename": "clip.mp4", "type": "video/mp4"}).json()
    video_id = answer["key"].removeprefix("uploads/")
    assert cloud.item(video_id)

    aborted = client.http.delete(f"/s3/multipart/{answer['uploadId']}", params={"key": answer["key"]})

    assert aborted.status_code == 200
    assert eventually(lambda: cloud.item(video_id) is None)
