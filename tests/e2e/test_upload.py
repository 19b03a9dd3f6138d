"""POST /upload and the direct upload to S3, as clients use them at the edge."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.support.doubles import faulty_servers
from tests.support.media import corpus
from tests.support.samples import queued
from tests.support.smoke import checks
from tests.support.system.client import Client, eventually
from tests.support.system.cloud import Cloud

LIMIT_BYTES = 4_400_000  # so that base64 of it fits into the 6 MB of a Lambda request
GATEWAY_TIMEOUT_S = 29  # API Gateway's limit for an integration
FORM = "multipart/form-data; boundary=frontier"
PART = b'--frontier\r\nContent-Disposition: form-data; name="%s"; filename="a"\r\n\r\n'
END = b"\r\n--frontier--\r\n"


def assert_problem(answer: httpx.Response, status: int, code: str) -> None:
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    document = answer.json()
    assert (document["code"], document["status"]) == (code, status)
    assert document["detail"]
    checks.is_readable_by_scripts(answer)


@pytest.mark.smoke("uploading by form")
def test_an_upload_is_answered_with_201_and_the_new_id_alone(client: Client) -> None:
    answer = client.post_file(corpus.file("carphone_pristine.mp4").read_bytes())

    assert answer.status_code == 201
    assert list(answer.json()) == ["videoId"]
    assert str(uuid.UUID(answer.json()["videoId"])) == answer.json()["videoId"]
    assert answer.headers["content-type"] == "application/json"
    checks.is_readable_by_scripts(answer)


def test_the_stored_file_is_the_uploaded_file_byte_for_byte(client: Client, cloud: Cloud) -> None:
    content = bytes(range(256)) * 40 + b"\r\n--frontier\r\n" + b"\x00\xff" * 100

    video_id = client.upload(content)

    stored = cloud.s3.get_object(Bucket=cloud.outputs["UploadsBucketName"], Key=f"uploads/{video_id}")
    assert stored["Body"].read() == content


@pytest.mark.smoke("uploading by form")
@pytest.mark.needs("sent_bodies")
@pytest.mark.parametrize(
    ("body", "content_type", "code"),
    [
        (b"--frontier--\r\n", FORM, "no_file"),
        (PART % b"other" + b"x" + END, FORM, "no_file"),
        (PART % b"file" + END, FORM, "empty_file"),
        (b"just bytes", "video/mp4", "not_multipart"),
        (b"{}", "application/json", "not_multipart"),
        (b"x", "multipart/form-data", "not_multipart"),
        (PART % b"file" + b"abc", FORM, "malformed_multipart"),
        (b"--another\r\n\r\nabc\r\n--another--\r\n", FORM, "malformed_multipart"),
        (b"", FORM, "malformed_multipart"),
    ],
)
def test_a_body_without_one_whole_file_is_400(
    client: Client, body: bytes, content_type: str, code: str
) -> None:
    answer = client.http.post("/upload", content=body, headers={"Content-Type": content_type})

    assert_problem(answer, 400, code)


def test_a_file_of_exactly_the_limit_is_taken(client: Client) -> None:
    assert client.post_file(b"\x00" * LIMIT_BYTES).status_code == 201


@pytest.mark.smoke("uploading by form")
@pytest.mark.parametrize(
    "size_bytes",
    [
        LIMIT_BYTES + 1,  # refused by the function
        5_500_000,  # by Lambda, and by API Gateway in its place
        9_500_000,
        11_000_000,  # by API Gateway
        pytest.param(60_000_000, marks=pytest.mark.started_here),
    ],
)
def test_a_larger_file_is_413_with_a_hint_at_the_direct_upload(client: Client, size_bytes: int) -> None:
    answer = client.post_file(b"\x00" * size_bytes)

    assert_problem(answer, 413, "file_too_large")
    assert "/s3/params" in answer.json()["detail"]


@pytest.mark.smoke("uploading to storage")
def test_a_file_can_be_uploaded_directly_to_s3(client: Client) -> None:
    form = client.get("/s3/params?filename=clip.mp4&type=video/mp4").json()
    content = corpus.file("carphone_pristine.mp4").read_bytes()

    stored = client.http.post(form["url"], data=form["fields"], files={"file": content})

    assert (form["method"], stored.status_code) == ("POST", 201)
    video_id = form["fields"]["key"].removeprefix("uploads/")
    eventually(lambda: client.get(f"/video/{video_id}").status_code == 200)
    assert client.final_state(video_id) == "READY"


def test_a_form_that_is_posted_again_cannot_replace_what_was_accepted(client: Client, cloud: Cloud) -> None:
    form = client.get("/s3/params?filename=clip.mp4&type=video/mp4").json()
    key, bucket = form["fields"]["key"], cloud.outputs["UploadsBucketName"]
    video_id, content = key.removeprefix("uploads/"), corpus.file("carphone_pristine.mp4").read_bytes()

    def post(file: bytes) -> None:
        assert client.http.post(form["url"], data=form["fields"], files={"file": file}).status_code == 201

    post(content)
    eventually(lambda: client.get(f"/video/{video_id}").status_code == 200)
    assert client.final_state(video_id) == "READY"
    client.ladder_of(video_id)
    before = cloud.item(video_id)
    for other in (b"another film", corpus.file("bigbuckbunny.mp4").read_bytes()):
        post(other)
    eventually(lambda: cloud.s3.get_object(Bucket=bucket, Key=key)["Body"].read() == content)
    [kept] = cloud.s3.list_object_versions(Bucket=bucket, Prefix=key)["Versions"]
    assert kept["Size"] == len(content)
    assert cloud.item(video_id) == before


@pytest.mark.smoke("uploading by form")
def test_the_same_idempotency_key_gives_the_same_video(client: Client) -> None:
    files = {"file": ("clip.mp4", b"no video")}
    key = {"Idempotency-Key": str(uuid.uuid4())}
    first, second = (client.http.post("/upload", files=files, headers=key) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert client.upload(b"no video") != first.json()["videoId"]


@pytest.mark.smoke("uploading by form")
def test_an_idempotency_key_with_another_file_is_another_key(client: Client) -> None:
    """A stranger who takes the same one is told nothing of the other upload, and keeps nobody out."""
    key = {"Idempotency-Key": str(uuid.uuid4())}
    files = (b"one", b"two", b"one")
    answers = [client.http.post("/upload", files={"file": file}, headers=key) for file in files]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    one, two, again = (answer.json()["videoId"] for answer in answers)
    assert one == again != two


@pytest.mark.smoke("uploading by form")
def test_an_idempotency_key_whose_video_was_deleted_makes_a_live_one(client: Client) -> None:
    key = {"Idempotency-Key": str(uuid.uuid4())}

    def upload() -> str:
        answer = client.http.post("/upload", files={"file": b"no video"}, headers=key)
        assert answer.status_code == 201
        return str(answer.json()["videoId"])

    deleted = upload()
    assert client.http.delete(f"/video/{deleted}").status_code == 204
    live = upload()
    assert live != deleted
    assert client.get(f"/video/{live}").status_code == 200


def test_many_uploads_at_once_with_one_key_make_one_video(client: Client, cloud: Cloud) -> None:
    known = cloud.upload_keys()
    key = {"Idempotency-Key": str(uuid.uuid4())}
    with ThreadPoolExecutor(8) as pool:
        sent = [
            pool.submit(client.http.post, "/upload", files={"file": b"no video"}, headers=key)
            for _ in range(8)
        ]
    answers = [future.result() for future in sent]
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.json()["videoId"] for answer in answers if answer.status_code == 201}) == 1
    assert len(cloud.upload_keys() - known) <= 1


def test_a_refusal_by_s3_is_500_and_nothing_is_recorded(client: Client, cloud: Cloud) -> None:
    before = cloud.video_count()

    with cloud.denied("UploadFunction", "s3:PutObject"):
        answer = client.post_file(b"some video")

    assert_problem(answer, 500, "storage_failed")
    assert cloud.video_count() == before


def test_an_unreachable_s3_is_500_and_nothing_is_recorded(client: Client, cloud: Cloud) -> None:
    before = cloud.video_count()

    with cloud.environment("UploadFunction", AWS_ENDPOINT_URL_S3="http://127.0.0.1:9"):
        answer = client.post_file(b"some video")

    assert_problem(answer, 500, "storage_failed")
    assert cloud.video_count() == before


def test_an_s3_that_never_answers_is_500_in_time(client: Client, cloud: Cloud) -> None:
    before = cloud.video_count()

    with (
        faulty_servers.silence() as url,
        cloud.environment("UploadFunction", AWS_ENDPOINT_URL_S3=url),
    ):
        answer = client.post_file(b"some video")

    assert_problem(answer, 500, "storage_failed")
    assert answer.elapsed.total_seconds() < GATEWAY_TIMEOUT_S
    assert cloud.video_count() == before


def test_a_stored_file_whose_put_failed_is_never_recorded(client: Client, cloud: Cloud) -> None:
    before, keys_before = cloud.video_count(), cloud.upload_keys()

    with (
        faulty_servers.lost_answers(cloud.endpoint) as url,
        cloud.environment("UploadFunction", AWS_ENDPOINT_URL_S3=url),
    ):
        answer = client.post_file(corpus.file("carphone_pristine.mp4").read_bytes())

    assert_problem(answer, 500, "storage_failed")
    [key] = cloud.upload_keys() - keys_before
    assert cloud.invoke("PlanFunction", queued(key))["batchItemFailures"]
    assert eventually(lambda: cloud.log_lines(f"The upload {key.removeprefix('uploads/')} has no record"))
    assert cloud.video_count() == before


def test_a_file_that_could_not_be_recorded_is_not_kept(client: Client, cloud: Cloud) -> None:
    before = cloud.upload_keys()

    with cloud.denied("UploadFunction", "dynamodb:UpdateItem"):
        answer = client.post_file(b"some video")

    assert_problem(answer, 500, "storage_failed")
    assert cloud.upload_keys() == before
