from typing import Any

import pytest

from reelway.adapters import clients, wiring
from tests.support.doubles import moto_aws

REGION = "eu-central-1"


@pytest.fixture(autouse=True)
def function_in_another_region(mocked_aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)


def test_downloads_are_signed_for_the_address_of_the_buckets_own_region() -> None:
    url = wiring.bucket(moto_aws.UPLOADS).url("uploads/1")
    assert url.startswith(f"https://{moto_aws.UPLOADS}.s3.{REGION}.amazonaws.com/uploads/1?")
    assert f"%2F{REGION}%2Fs3%2Faws4_request" in url


def test_uploads_are_sent_to_the_address_of_the_buckets_own_region() -> None:
    url, fields = wiring.bucket(moto_aws.UPLOADS).upload_form("uploads/1", max_bytes=1, expires_s=60)
    assert url == f"https://{moto_aws.UPLOADS}.s3.{REGION}.amazonaws.com/"
    assert f"/{REGION}/s3/aws4_request" in fields["x-amz-credential"]


def config_of(client: Any) -> Any:
    """What botocore works with; its attributes have no types."""
    return client.meta.config


def test_two_calls_that_nobody_answers_end_before_api_gateway_gives_up() -> None:
    config, max_pause_s = config_of(clients.dynamodb(clients.ANSWERING)), 1
    call_s = config.retries["total_max_attempts"] * (config.connect_timeout + config.read_timeout)
    assert 2 * (call_s + max_pause_s) < 29


def test_an_answering_bucket_is_as_impatient() -> None:
    config = config_of(wiring.bucket(moto_aws.UPLOADS, clients.ANSWERING)._client)
    assert (config.connect_timeout, config.read_timeout) == (2, 4)
    assert config.signature_version == "s3v4"


def test_a_socket_that_hangs_is_tried_once() -> None:
    config = config_of(wiring.sockets()._client)
    assert (config.connect_timeout, config.read_timeout) == (1, 2)
    assert config.retries["total_max_attempts"] == 1
