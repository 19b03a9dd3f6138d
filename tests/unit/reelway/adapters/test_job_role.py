from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from reelway.adapters import job_wiring
from reelway.adapters.job_role import JobRole
from reelway.adapters.job_wiring import JobAccess, Jobs
from reelway.adapters.settings import JobSettings
from reelway.errors import ProcessingInterrupted
from tests.support.doubles import moto_aws
from tests.support.readers import function_environment
from tests.support.samples import UNKNOWN_ID, VIDEO_ID

ARN = "arn:aws:iam::123456789012:role/jobs"
NOW_S = 1_800_000_000.0
HOUR_S = 3600.0


class FakeSts:
    """Remembers what it is asked, and answers with a new session, or raises."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.fails_with: Exception | None = None
        self.now_s = NOW_S

    def assume_role(self, **asked: Any) -> dict[str, Any]:
        if self.fails_with:
            raise self.fails_with
        self.asked.append(asked)
        number = len(self.asked)
        return {
            "Credentials": {
                "AccessKeyId": f"ASIA{number}",
                "SecretAccessKey": "hidden",
                "SessionToken": "hidden",
                "Expiration": datetime.fromtimestamp(self.now_s + HOUR_S, UTC),
            }
        }


@pytest.fixture
def sts() -> FakeSts:
    return FakeSts()


@pytest.fixture
def role(sts: FakeSts) -> JobRole:
    return JobRole(sts, ARN, now_s=lambda: sts.now_s)


def test_a_session_is_for_one_video(role: JobRole, sts: FakeSts) -> None:
    session = role.session(VIDEO_ID)
    tags = [{"Key": "video", "Value": VIDEO_ID}]
    assert sts.asked == [{"RoleArn": ARN, "RoleSessionName": VIDEO_ID, "Tags": tags}]
    assert session.credentials["aws_access_key_id"] == "ASIA1"
    assert "hidden" not in repr(session)


@pytest.mark.parametrize(("left_s", "lasts"), [(HOUR_S, True), (961.0, True), (959.0, False), (-1.0, False)])
def test_a_session_must_outlast_the_longest_step(
    role: JobRole, sts: FakeSts, left_s: float, lasts: bool
) -> None:
    session = role.session(VIDEO_ID)
    sts.now_s = NOW_S + HOUR_S - left_s
    assert role.lasts(session) is lasts


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (ClientError({"Error": {"Code": "Throttling", "Message": ARN}}, "AssumeRole"), "Throttling"),
        (ClientError({"Error": {"Code": "AccessDenied", "Message": ARN}}, "AssumeRole"), "AccessDenied"),
        (EndpointConnectionError(endpoint_url="https://sts.example"), "EndpointConnectionError"),
    ],
)
def test_a_step_without_a_session_is_tried_again(
    role: JobRole, sts: FakeSts, fault: Exception, reason: str
) -> None:
    sts.fails_with = fault
    with pytest.raises(ProcessingInterrupted, match=rf"no_credentials.*\({reason}\)$"):
        role.session(VIDEO_ID)


@pytest.fixture
def jobs(role: JobRole, monkeypatch: pytest.MonkeyPatch, mocked_aws: None) -> Jobs:
    for name, value in function_environment.environment_of("EncodeFunction", moto_aws.REFERENCES).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(job_wiring, "JobRole", lambda *_: role)
    return Jobs(JobSettings.from_environ())


def access(jobs: Jobs, video_id: str) -> JobAccess:
    with jobs.of(video_id) as job:
        return job


def key_of(job: JobAccess) -> set[str]:
    """The access keys of all that the job has."""
    clients: list[Any] = [job.uploads._client, job.media._client, job.videos._client]
    return {client._request_signer._credentials.access_key for client in clients}


def test_all_that_a_job_has_is_by_its_own_session(jobs: Jobs) -> None:
    assert key_of(access(jobs, VIDEO_ID)) == {"ASIA1"}


def test_the_next_job_of_the_same_video_goes_on_with_its_session(jobs: Jobs, sts: FakeSts) -> None:
    assert access(jobs, VIDEO_ID) is access(jobs, VIDEO_ID)
    assert len(sts.asked) == 1


def test_another_video_has_another_session_and_nothing_is_kept_of_the_first(jobs: Jobs, sts: FakeSts) -> None:
    for video_id in (VIDEO_ID, UNKNOWN_ID, VIDEO_ID):
        access(jobs, video_id)
    assert [asked["RoleSessionName"] for asked in sts.asked] == [VIDEO_ID, UNKNOWN_ID, VIDEO_ID]


def test_a_session_that_would_end_too_early_is_replaced(jobs: Jobs, sts: FakeSts) -> None:
    access(jobs, VIDEO_ID)
    sts.now_s += HOUR_S - 900
    access(jobs, VIDEO_ID)
    assert len(sts.asked) == 2


def test_after_a_failure_the_session_is_another_as_it_may_be_the_reason(jobs: Jobs, sts: FakeSts) -> None:
    access(jobs, VIDEO_ID)
    with pytest.raises(ZeroDivisionError), jobs.of(VIDEO_ID):
        _ = 1 / 0
    access(jobs, VIDEO_ID)
    assert len(sts.asked) == 2


def test_sts_is_asked_in_the_functions_own_region(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not in Virginia, which would be one more region that every video depends on."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    client = boto3.Session().client("sts")
    assert client.meta.endpoint_url == "https://sts.eu-central-1.amazonaws.com"
