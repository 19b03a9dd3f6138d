"""S3's event notifications wait in queues while the functions that consume them fail."""

import json

import pytest

from tests.support.media import corpus
from tests.support.system.client import Client, eventually
from tests.support.system.cloud import Cloud
from tests.support.system.queues import Queue


def failed_tries(cloud: Cloud) -> int:
    return len(cloud.log_lines("an event could not be handled"))


def test_an_upload_whose_planning_fails_at_every_retry_fails(client: Client, cloud: Cloud) -> None:
    dead = Queue(cloud, "UnplannedQueue")
    redrive = json.dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 1})
    with (
        cloud.denied("PlanFunction", "states:StartExecution"),
        Queue(cloud, "PlanQueue").changed(RedrivePolicy=redrive),
    ):
        video_id = client.upload(corpus.file("carphone_pristine.mp4"))
        eventually(lambda: client.describe(video_id)["state"] == "FAILED", within_s=60)

    assert client.describe(video_id)["failure"]["code"] == "processing_failed"
    assert eventually(lambda: dead.message_count() == 0)


@pytest.mark.parametrize(
    ("role", "outage"),
    [
        ("PlanRole", "states:StartExecution"),
        ("PlanRole", "sts:AssumeRole"),
        ("PlanRole", "dynamodb:*"),
        ("JobRole", "s3:GetObject"),
        ("JobRole", "dynamodb:*"),
    ],
)
def test_an_upload_is_processed_after_an_outage_of_planning(
    client: Client, cloud: Cloud, role: str, outage: str
) -> None:
    with cloud.denied(role, outage):
        tries = failed_tries(cloud)
        video_id = client.upload(corpus.file("carphone_pristine.mp4"))
        eventually(lambda: failed_tries(cloud) > tries)
        # Even long after the upload, maintenance does not fail an upload that waits in the queue.
        cloud.age_video(video_id)
        cloud.invoke("LostWorkFunction", {})
        assert client.describe(video_id)["state"] in {"UPLOADED", "PROCESSING"}

    assert client.final_state(video_id) == "READY"


def test_a_message_that_is_not_an_s3_event_stays_in_the_queue(cloud: Cloud) -> None:
    queue = Queue(cloud, "PlanQueue")
    # What earlier tests had maintenance send may still wait for its next try.
    eventually(lambda: queue.message_count() == 0, within_s=120)
    tries = failed_tries(cloud)
    queue.send("no event")
    try:
        eventually(lambda: failed_tries(cloud) > tries)
        assert eventually(lambda: queue.message_count() == 1)
    finally:
        queue.purge()


@pytest.mark.needs("iam")
def test_s3_refuses_to_notify_a_queue_whose_policy_allows_another_account(cloud: Cloud) -> None:
    bucket, queue = cloud.outputs["UploadsBucketName"], Queue(cloud, "PlanQueue")
    account = queue.arn.split(":")[4]
    notifications = cloud.s3.get_bucket_notification_configuration(Bucket=bucket)
    notifications.pop("ResponseMetadata")
    assert [entry["QueueArn"] for entry in notifications["QueueConfigurations"]] == [queue.arn]
    policy = queue.attribute("Policy")
    assert account in policy

    with (
        queue.changed(Policy=policy.replace(f'"{account}"', '"111111111111"')),
        pytest.raises(cloud.s3.exceptions.ClientError, match="Unable to validate"),
    ):
        cloud.s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=notifications)
    cloud.s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=notifications)
