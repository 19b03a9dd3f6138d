import pytest
from botocore.credentials import Credentials
from multidict import CIMultiDict

from local.edge.distribution import Origin, Signing
from local.edge.origins import ApiAddress, BucketAddress, UnknownOriginError, locate, origin_url, sign, signs

ENDPOINT = "http://127.0.0.1:4566"


@pytest.mark.parametrize(
    ("domain", "address"),
    [
        ("media.s3.eu-west-1.amazonaws.com", BucketAddress("media", "eu-west-1")),
        ("my.media.s3.amazonaws.com", BucketAddress("my.media", "us-east-1")),
        ("abc123.execute-api.eu-west-1.amazonaws.com", ApiAddress("abc123", "eu-west-1")),
        ("media.s3.localhost.localstack.cloud:4566", BucketAddress("media", "us-east-1")),
        ("abc1.execute-api.us-east-1.localhost.localstack.cloud", ApiAddress("abc1", "us-east-1")),
    ],
)
def test_a_domain_name_is_read_as_bucket_or_api(domain: str, address: BucketAddress | ApiAddress) -> None:
    assert locate(domain) == address


@pytest.mark.parametrize("domain", ["example.com", "s3.amazonaws.com", "media.s3.amazonaws.com.example.com"])
def test_another_domain_name_is_an_error_that_names_it(domain: str) -> None:
    with pytest.raises(UnknownOriginError, match=domain):
        locate(domain)


def test_a_bucket_url_keeps_the_raw_path_and_query() -> None:
    origin = Origin("media", "media.s3.us-east-1.amazonaws.com")
    assert origin_url(origin, ENDPOINT, "/a%2Fb/../c", "x=%20") == f"{ENDPOINT}/media/a%2Fb/../c?x=%20"


def test_an_api_url_has_the_origin_path_before_the_raw_path() -> None:
    origin = Origin("api", "abc.execute-api.us-east-1.amazonaws.com", "/v1")
    assert origin_url(origin, ENDPOINT, "/a", "") == f"{ENDPOINT}/_aws/execute-api/abc/v1/a"


def signature(url: str) -> str:
    headers: CIMultiDict[str] = CIMultiDict({"Range": "bytes=0-1"})
    sign("GET", url, headers, region="eu-west-1", credentials=Credentials("AKID", "secret"))
    assert headers["Range"] == "bytes=0-1"
    return headers["Authorization"]


def test_a_signature_names_the_region_and_signs_host_payload_and_date() -> None:
    authorization = signature(f"{ENDPOINT}/media/a")
    assert "/eu-west-1/s3/aws4_request" in authorization
    assert "SignedHeaders=host;x-amz-content-sha256;x-amz-date" in authorization


def test_a_signature_is_of_the_raw_path_so_that_dot_segments_count() -> None:
    plain, dotted = signature(f"{ENDPOINT}/media/b"), signature(f"{ENDPOINT}/media/a/../b")
    assert plain.rpartition("=")[2] != dotted.rpartition("=")[2]


@pytest.mark.parametrize(
    ("signing", "viewer_signs", "expected"),
    [
        (Signing.ALWAYS, True, True),
        (Signing.NEVER, False, False),
        (Signing.NO_OVERRIDE, True, False),
        (Signing.NO_OVERRIDE, False, True),
    ],
)
def test_the_access_control_decides_whether_a_request_is_signed(
    signing: Signing, viewer_signs: bool, expected: bool
) -> None:
    headers: CIMultiDict[str] = CIMultiDict({"Authorization": "x"} if viewer_signs else {})
    assert signs(Origin("media", "d", signing=signing), headers) is expected
