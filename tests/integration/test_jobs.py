"""A job that tries what belongs to another video, as code that a hostile file took over would."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

import boto3
import httpx
import pytest
from botocore.exceptions import ClientError

from local.environment import FAKE_ACCOUNT
from reelway import keys
from reelway.adapters.job_wiring import JobAccess, Jobs
from reelway.adapters.settings import JobSettings
from reelway.errors import ProcessingInterrupted, StorageFailed
from reelway.video import Failure
from tests.support.media import corpus
from tests.support.system.client import Client
from tests.support.system.cloud import Cloud

pytestmark = pytest.mark.needs("iam")

ROLES = ("PlanRole", "StepRole")
FAILURE = Failure("undecodable", "Written by another video's job.")
TAG = {"Key": "video", "Value": "00000000-0000-4000-8000-000000000001"}


@pytest.fixture(params=ROLES)
def as_function(request: pytest.FixtureRequest, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> str:
    """boto3 has the credentials of a deployed function with this role, and its environment."""
    take_role(cloud, request.param, monkeypatch)
    return str(request.param)


def take_role(cloud: Cloud, role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    arn = cloud.iam.get_role(RoleName=cloud.physical_id(role))["Role"]["Arn"]
    given = cloud.client("sts").assume_role(RoleArn=arn, RoleSessionName="function")["Credentials"]
    function = cloud.physical_id("EncodeFunction")
    variables = cloud.functions.get_function_configuration(FunctionName=function)["Environment"]["Variables"]
    own = {
        "AWS_ENDPOINT_URL": cloud.endpoint,
        "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
        "AWS_SESSION_TOKEN": given["SessionToken"],
    }
    for name, value in (variables | own).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)


@contextmanager
def refused() -> Iterator[None]:
    with pytest.raises(StorageFailed, match="AccessDenied"):
        yield


@pytest.fixture
def job(as_function: str, short_video: str) -> JobAccess:
    with Jobs(JobSettings.from_environ()).of(short_video) as access:
        return access


@pytest.fixture(scope="module")
def neighbour(client: Client) -> str:
    """A READY video that is somebody else's."""
    return client.upload_until(corpus.file("bigbuckbunny.mp4"), "READY")


def test_a_job_does_its_work(job: JobAccess, short_video: str) -> None:
    assert job.uploads.head(keys.upload(short_video))
    assert job.uploads.read(keys.prepared_plan(short_video))
    assert job.uploads.read(keys.chunk_report(short_video, 999)) is None  # not "forbidden"
    job.uploads.put(keys.rejection(short_video), b"{}", content_type="text/plain")
    job.uploads.put(keys.unused_note(short_video, "2026-11-26T00:00:00Z"), b"", content_type="text/plain")
    job.media.put(keys.segment(short_video, "own.ts"), b"own", content_type="video/mp2t")
    assert job.videos.find(short_video)
    assert not job.videos.add_progress(short_video, run_id="another run", frames=1)
    assert httpx.get(job.uploads.url(keys.upload(short_video))).status_code == HTTPStatus.OK


def test_a_job_cannot_read_another_video(job: JobAccess, neighbour: str) -> None:
    for key in (keys.upload(neighbour), keys.prepared_plan(neighbour), keys.chunk_report(neighbour, 0)):
        with refused():
            job.uploads.read(key)
    assert httpx.get(job.uploads.url(keys.upload(neighbour))).status_code == HTTPStatus.FORBIDDEN
    with pytest.raises(StorageFailed):
        job.videos.find(neighbour)


def test_a_job_removes_what_has_replaced_the_file_of_its_own_video_alone(
    job: JobAccess, short_video: str, neighbour: str, cloud: Cloud
) -> None:
    bucket, own, foreign = (
        cloud.outputs["UploadsBucketName"],
        keys.upload(short_video),
        keys.upload(neighbour),
    )
    accepted = job.uploads.head(own)
    assert accepted
    cloud.s3.put_object(Bucket=bucket, Key=own, Body=b"another film")
    assert job.uploads.versions.undo_replacement(own, accepted.etag)
    assert job.uploads.head(own) == accepted
    for prefix in (foreign, keys.UPLOAD_PREFIX, keys.job_prefix(short_video)):
        with refused():
            job.uploads.versions.are_there(prefix)
    [kept] = cloud.s3.list_object_versions(Bucket=bucket, Prefix=foreign)["Versions"]
    with refused():
        job.uploads.versions._delete([{"Key": foreign, "VersionId": kept["VersionId"]}])
    assert cloud.s3.head_object(Bucket=bucket, Key=foreign, VersionId=kept["VersionId"])


def test_a_job_cannot_change_another_video(job: JobAccess, neighbour: str, cloud: Cloud) -> None:
    before = cloud.item(neighbour)
    for bucket, key in (
        (job.uploads, keys.upload(neighbour)),
        (job.uploads, keys.plan(neighbour)),
        (job.uploads, keys.unused_note(neighbour, "2026-11-26T00:00:00Z")),
        (job.media, keys.segment(neighbour, "foreign.ts")),
        (job.media, keys.manifest(neighbour)),
        (job.media, keys.READY_LIST),
    ):
        with refused():
            bucket.put(key, b"foreign", content_type="text/plain")
    with refused():
        job.uploads.delete(keys.upload(neighbour))
    with pytest.raises(StorageFailed):
        job.videos.fail(neighbour, FAILURE)
    with pytest.raises(StorageFailed):
        job.videos.create(neighbour, size_bytes=1)
    assert cloud.item(neighbour) == before


def test_the_role_of_a_function_alone_reaches_no_video(
    as_function: str, short_video: str, cloud: Cloud
) -> None:
    storage, records = boto3.client("s3"), boto3.client("dynamodb")
    bucket, table = cloud.outputs["UploadsBucketName"], cloud.outputs["VideosTableName"]
    with pytest.raises(ClientError, match="AccessDenied"):
        storage.get_object(Bucket=bucket, Key=keys.upload(short_video))
    with pytest.raises(ClientError, match="AccessDenied"):
        records.get_item(TableName=table, Key={"videoId": {"S": short_video}})


@pytest.mark.parametrize(
    "tags",
    [
        pytest.param([], id="for no video"),
        pytest.param([TAG | {"Value": "all"}], id="for what is no video"),
        pytest.param([TAG, {"Key": "other", "Value": "1"}], id="with another tag"),
    ],
)
def test_a_job_takes_its_role_for_one_video(
    as_function: str, tags: list[dict[str, str]], cloud: Cloud
) -> None:
    arn = JobSettings.from_environ().job_role_arn
    with pytest.raises(ClientError, match="AccessDenied"):
        boto3.client("sts").assume_role(RoleArn=arn, RoleSessionName="job", Tags=tags)


def test_no_other_function_takes_the_role_of_a_job(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    take_role(cloud, "FailFunctionRole", monkeypatch)
    with (
        pytest.raises(ProcessingInterrupted, match="no_credentials"),
        Jobs(JobSettings.from_environ()).of(TAG["Value"]),
    ):
        pass


def test_sam_local_takes_the_role_of_a_job_with_the_account_of_the_emulator(
    cloud: Cloud, short_video: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its containers have the variables of deployed functions, and no role of their own."""
    take_role(cloud, "StepRole", monkeypatch)
    monkeypatch.delenv("AWS_SESSION_TOKEN")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, FAKE_ACCOUNT[name])
    with Jobs(JobSettings.from_environ()).of(short_video) as job:
        assert job.uploads.head(keys.upload(short_video))


def test_before_jobs_had_a_role_a_step_could_reach_every_video(
    cloud: Cloud, neighbour: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The role that versions of that time still have, for executions that began with them."""
    take_role(cloud, "PrepareFunctionRole", monkeypatch)
    bucket = cloud.outputs["UploadsBucketName"]
    assert boto3.client("s3").head_object(Bucket=bucket, Key=keys.upload(neighbour))
