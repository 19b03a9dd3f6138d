"""POST /video/{id}/restore: a deleted video plays again, and nothing of it is served meanwhile."""

import json
from collections.abc import Iterator

import pytest

from tests.e2e.test_upload import assert_problem
from tests.support.media import corpus
from tests.support.samples import UNKNOWN_ID
from tests.support.system.client import Client, eventually
from tests.support.system.cloud import Cloud


def segments(client: Client, video_id: str) -> list[str]:
    """The paths of all segments of the manifest."""
    lines = client.get(f"/stream/{video_id}/manifest").text.splitlines()
    return [f"/stream/{video_id}/{line}" for line in lines if line.startswith("segment/")]


def statuses(client: Client, paths: list[str]) -> set[int]:
    return {client.get(path).status_code for path in paths}


def restore(client: Client, video_id: str) -> int:
    return client.http.post(f"/video/{video_id}/restore").status_code


def removal(cloud: Cloud, video_id: str) -> None:
    message = json.dumps({"videoId": video_id, "execution": cloud.execution_name(video_id)})
    record = {"body": message, "attributes": {"ApproximateReceiveCount": "1"}}
    cloud.invoke("RemoveFunction", {"Records": [record]})


@pytest.fixture
def deleted(client: Client) -> Iterator[tuple[str, list[str]]]:
    """A READY video that was deleted, and the paths of its segments, which are served no more."""
    video_id = client.upload_until(corpus.file("carphone_pristine.mp4"), "READY")
    client.ladder_of(video_id)
    paths = segments(client, video_id)
    assert statuses(client, paths) == {200}
    assert client.http.delete(f"/video/{video_id}").status_code == 204
    eventually(lambda: statuses(client, paths) == {404})
    yield video_id, paths
    client.http.delete(f"/video/{video_id}")


def test_a_deleted_video_plays_again_is_listed_and_told_to_sockets(
    client: Client, deleted: tuple[str, list[str]]
) -> None:
    video_id, paths = deleted
    assert restore(client, video_id) == 202
    eventually(lambda: client.get(f"/video/{video_id}").status_code == 200)
    assert client.describe(video_id)["state"] == "READY"
    assert statuses(client, paths) == {200}
    assert segments(client, video_id) == paths
    assert client.get("/stream/ready").json()[0] == video_id
    assert client.watch(video_id).states == ["READY"]
    assert restore(client, video_id) == 200


def test_segments_are_kept_under_delete_markers_and_not_served_by_anybody(
    client: Client, cloud: Cloud, deleted: tuple[str, list[str]]
) -> None:
    """The source stays where it is, as it is served by nobody."""
    video_id, paths = deleted
    media = cloud.outputs["MediaBucketName"]
    listed = cloud.s3.list_object_versions(Bucket=media, Prefix=f"stream/{video_id}/segment/")
    assert {f"/{each['Key']}" for each in listed["Versions"]} >= set(paths)
    assert not any(each["IsLatest"] for each in listed["Versions"])
    assert cloud.s3.head_object(Bucket=cloud.outputs["UploadsBucketName"], Key=f"uploads/{video_id}")


def test_a_video_that_was_deleted_while_it_was_processed_is_processed_from_the_beginning(
    client: Client, cloud: Cloud
) -> None:
    video_id = client.upload(corpus.file("bigbuckbunny.mp4"))
    eventually(lambda: client.describe(video_id)["state"] != "UPLOADED")
    client.http.delete(f"/video/{video_id}")
    assert restore(client, video_id) == 202
    eventually(lambda: client.get(f"/video/{video_id}").status_code == 200)
    assert client.final_state(video_id) == "READY"
    client.http.delete(f"/video/{video_id}")


def test_nothing_is_left_and_nothing_restored_once_the_removal_for_good_was_ordered(
    client: Client, cloud: Cloud, deleted: tuple[str, list[str]]
) -> None:
    video_id, _ = deleted
    cloud.dynamodb.update_item(
        TableName=cloud.outputs["VideosTableName"],
        Key={"videoId": {"S": video_id}},
        UpdateExpression="SET purgedAt = :now",
        ExpressionAttributeValues={":now": {"S": "2026-01-01T00:00:00.000000Z"}},
    )
    assert_problem(client.http.post(f"/video/{video_id}/restore"), 410, "not_restorable")
    removal(cloud, video_id)
    for bucket, prefix in (("UploadsBucketName", "uploads/"), ("MediaBucketName", "stream/")):
        listed = cloud.s3.list_object_versions(Bucket=cloud.outputs[bucket], Prefix=f"{prefix}{video_id}")
        assert not listed.get("Versions", []) + listed.get("DeleteMarkers", [])


def test_what_was_never_there_cannot_be_restored(client: Client) -> None:
    assert_problem(client.http.post(f"/video/{UNKNOWN_ID}/restore"), 404, "unknown_video")
