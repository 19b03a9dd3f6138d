"""Where an origin's domain name is found on the emulator, and the requests sent to it."""

import re
from dataclasses import dataclass

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from multidict import CIMultiDict

from local.edge.distribution import Origin, Signing
from local.endpoints import api_url

_DEFAULT_REGION = "us-east-1"
# The suffix of AWS, which MiniStack has as well, or that of LocalStack.
_SUFFIX = r"(?:amazonaws\.com(?:\.cn)?|localhost\.localstack\.cloud(?::\d+)?)"
_BUCKET = re.compile(
    rf"(?P<bucket>[a-z0-9][a-z0-9.-]*)\.s3(?:\.(?P<region>(?!localhost)[a-z0-9-]+))?\.{_SUFFIX}"
)
_API = re.compile(rf"(?P<api>[a-z0-9]+)\.execute-api\.(?P<region>[a-z0-9-]+)\.{_SUFFIX}")


class UnknownOriginError(Exception):
    """An origin's domain name is neither an S3 bucket's nor an API's, so the emulator does not serve it."""


@dataclass(frozen=True, slots=True)
class BucketAddress:
    """An S3 bucket, by the names in its domain."""

    bucket: str
    region: str


@dataclass(frozen=True, slots=True)
class ApiAddress:
    """An API of API Gateway, by the names in its domain."""

    api_id: str
    region: str


def locate(domain_name: str) -> BucketAddress | ApiAddress:
    """Read a domain name; raises UnknownOriginError naming it when it belongs to neither service."""
    if found := _BUCKET.fullmatch(domain_name):
        return BucketAddress(found["bucket"], found["region"] or _DEFAULT_REGION)
    if found := _API.fullmatch(domain_name):
        return ApiAddress(found["api"], found["region"])
    raise UnknownOriginError(
        f"origin domain {domain_name!r}: expected <bucket>.s3.<region>.amazonaws.com "
        "or <api>.execute-api.<region>.amazonaws.com"
    )


def origin_url(origin: Origin, endpoint: str, raw_path: str, raw_query: str) -> str:
    """Return the emulator's URL for a request to an origin, with the raw path and query unchanged."""
    address = locate(origin.domain_name)
    if isinstance(address, BucketAddress):
        base = f"{endpoint}/{address.bucket}"
    else:
        base = api_url(endpoint, address.api_id)
    query = f"?{raw_query}" if raw_query else ""
    return f"{base}{origin.path}{raw_path}{query}"


def signs(origin: Origin, viewer_headers: CIMultiDict[str]) -> bool:
    """Whether the origin's access control signs this request."""
    if origin.signing is Signing.NO_OVERRIDE:
        return "Authorization" not in viewer_headers
    return origin.signing is Signing.ALWAYS


def sign(method: str, url: str, headers: CIMultiDict[str], *, region: str, credentials: Credentials) -> None:
    """Add an S3 Signature Version 4 for exactly this raw URL to `headers`; the payload stays unsigned."""
    # Only Host and the x-amz-* headers are signed: a repeated header has no single value to sign.
    request = AWSRequest(method=method, url=url)
    _UnsignedPayload(credentials, "s3", region).add_auth(request)
    headers.update({name: str(value) for name, value in request.headers.items()})


class _UnsignedPayload(S3SigV4Auth):
    """Signs without the payload's hash: a streamed body is not known when the request is signed."""

    def payload(self, request: AWSRequest) -> str:  # noqa: ARG002  the signature is botocore's
        """Return the constant that S3 takes in place of the payload's hash."""
        return "UNSIGNED-PAYLOAD"
