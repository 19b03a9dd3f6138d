import pytest

from reelway.adapters import wiring
from tests.support.doubles import moto_aws

REGION = "eu-central-1"


@pytest.fixture(autouse=True)
def function_in_another_region(mocked_aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("UPLOADS_BUCKET", moto_aws.UPLOADS)


def test_downloads_are_signed_for_the_address_of_the_buckets_own_region() -> None:
    url = wiring.uploads_bucket().url("uploads/1")
    assert url.startswith(f"https://{moto_aws.UPLOADS}.s3.{REGION}.amazonaws.com/uploads/1?")
    assert f"%2F{REGION}%2Fs3%2Faws4_request" in url


def test_uploads_are_sent_to_the_address_of_the_buckets_own_region() -> None:
    url, fields = wiring.uploads_bucket().upload_form("uploads/1", max_bytes=1, expires_s=60)
    assert url == f"https://{moto_aws.UPLOADS}.s3.{REGION}.amazonaws.com/"
    assert f"/{REGION}/s3/aws4_request" in fields["x-amz-credential"]


def test_two_calls_that_nobody_answers_end_before_api_gateway_gives_up() -> None:
    longest_pause_s = 1
    tries = wiring.ANSWERING["retries"]["total_max_attempts"]
    call_s = tries * (wiring.ANSWERING["connect_timeout"] + wiring.ANSWERING["read_timeout"])
    assert 2 * (call_s + longest_pause_s) < 29
