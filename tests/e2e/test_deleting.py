"""DELETE /video/{id}: nothing of a video is served afterwards."""

import json
import uuid
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from tests.e2e.test_upload import assert_problem
from tests.support.media import corpus
from tests.support.readers.hls_player import Player
from tests.support.samples import UNKNOWN_ID
from tests.support.system.client import Client, eventually
from tests.support.system.cloud import Cloud
from tests.support.system.processes import processes_about


def leftovers(cloud: Cloud, video_id: str) -> list[str]:
    """Keys of what is served of the video without asking for its record."""
    prefix = f"stream/{video_id}/segment/"
    listed = cloud.s3.list_objects_v2(Bucket=cloud.outputs["MediaBucketName"], Prefix=prefix)
    return [entry["Key"] for entry in listed.get("Contents", [])]


def test_a_deleted_video_is_gone_everywhere(client: Client, cloud: Cloud) -> None:
    video_id = client.upload_until(corpus.file("carphone_pristine.mp4"), "READY")
    assert leftovers(cloud, video_id)

    answer = client.http.delete(f"/video/{video_id}")

    assert (answer.status_code, answer.content) == (204, b"")
    assert_problem(client.get(f"/video/{video_id}"), 410, "deleted_video")
    assert_problem(client.get(f"/stream/{video_id}/master"), 410, "deleted_video")
    assert_problem(client.get(f"/stream/{video_id}/poster"), 410, "deleted_video")
    assert_problem(client.get(f"/stream/{video_id}/manifest"), 404, "unknown_video")
    assert video_id not in client.get("/stream/ready").json()
    eventually(lambda: not leftovers(cloud, video_id))


@pytest.mark.smoke("deleting")
def test_deleting_twice_gives_the_same_answer(client: Client) -> None:
    video_id = client.upload(b"no video")

    answers = [client.http.delete(f"/video/{video_id}").status_code for _ in range(2)]

    assert answers == [204, 204]


@pytest.mark.smoke("deleting")
def test_deleting_an_unknown_video_is_404(client: Client) -> None:
    assert_problem(client.http.delete(f"/video/{UNKNOWN_ID}"), 404, "unknown_video")
    assert_problem(client.http.delete("/video/nonsense"), 404, "unknown_video")


@pytest.mark.smoke("deleting")
def test_sockets_on_a_deleted_video_are_closed_and_new_ones_refused(client: Client) -> None:
    video_id = client.upload(corpus.file("bigbuckbunny.mp4"))
    with client.open_socket(video_id) as socket:
        socket.recv(timeout=20)
        client.http.delete(f"/video/{video_id}")
        for _ in socket:  # ends when the server closes
            pass

    with pytest.raises(InvalidStatus) as refused:
        client.open_socket(video_id)
    assert refused.value.response.status_code == 404


def test_a_video_deleted_while_it_is_processed_does_not_come_back(client: Client, cloud: Cloud) -> None:
    video_id = client.upload(corpus.file("bigbuckbunny.mp4"))
    eventually(lambda: client.describe(video_id)["state"] != "UPLOADED")

    assert client.http.delete(f"/video/{video_id}").status_code == 204

    eventually(lambda: not cloud.is_running(video_id))
    assert_problem(client.get(f"/video/{video_id}"), 410, "deleted_video")
    assert video_id not in client.get("/stream/ready").json()


def test_the_encoders_of_a_deleted_video_end_within_half_a_minute(
    client: Client, cloud: Cloud, player: Player, tmp_path: Path
) -> None:
    clip = tmp_path / "long.mkv"
    long = ("-f", "lavfi", "-i", "smptebars=s=1280x720:r=50:d=200")  # small, but work for minutes
    corpus.run(player.ffmpeg, *long, "-c:v", "libx264", "-preset", "ultrafast", "-crf", "40", clip)
    video_id = client.upload(clip)
    eventually(lambda: processes_about(video_id))

    assert client.http.delete(f"/video/{video_id}").status_code == 204

    eventually(lambda: not processes_about(video_id), within_s=30)
    eventually(lambda: not cloud.is_running(video_id))
    assert not processes_about(video_id)
    assert_problem(client.get(f"/video/{video_id}"), 410, "deleted_video")


def test_a_removal_that_fails_is_retried_and_does_not_delay_status_messages(
    client: Client, cloud: Cloud
) -> None:
    video_id = client.upload_until(corpus.file("carphone_pristine.mp4"), "READY")
    other = str(uuid.uuid4())
    cloud.put_video(other)
    with cloud.queue_attributes("RemovalQueue", VisibilityTimeout="2"):
        with cloud.denied("RemoveFunction", "s3:DeleteObject"), client.open_socket(other) as watching:
            watching.recv(timeout=10)
            client.http.delete(f"/video/{video_id}")
            eventually(lambda: cloud.queued("RemovalQueue") == 1)

            cloud.invoke("FailFunction", {"videoId": other, "error": {"Cause": "null"}})

            assert json.loads(watching.recv(timeout=10))["state"] == "FAILED"
            assert cloud.queued("RemovalQueue") == 1
            assert leftovers(cloud, video_id)

        eventually(lambda: not leftovers(cloud, video_id))
        eventually(lambda: cloud.queued("RemovalQueue") == 0)


def test_a_removal_that_keeps_failing_goes_to_the_dead_letter_queue(client: Client, cloud: Cloud) -> None:
    video_id = client.upload_until(corpus.file("carphone_pristine.mp4"), "READY")
    dead_letters = cloud.queue_arn("RemovalDeadLetterQueue")
    twice = json.dumps({"deadLetterTargetArn": dead_letters, "maxReceiveCount": 2})
    with (
        cloud.queue_attributes("RemovalQueue", VisibilityTimeout="1", RedrivePolicy=twice),
        cloud.denied("RemoveFunction", "s3:DeleteObject"),
    ):
        client.http.delete(f"/video/{video_id}")

        eventually(lambda: cloud.queued("RemovalDeadLetterQueue") == 1)
        assert cloud.queued("RemovalQueue") == 0
        assert leftovers(cloud, video_id)
