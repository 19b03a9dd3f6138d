"""HTTP answers of AWS's services, as botocore reads them."""

import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

_XML_SERVICES = ("s3",)
_QUERY_SERVICES = ("cloudfront", "sts")
# By kind of refusal: the status and code of most services, and of those that have their own.
_REFUSALS = {
    "error": (500, "InternalServerError"),
    "throttle": (400, "ThrottlingException"),
    "denied": (403, "AccessDeniedException"),
    "expired": (400, "ExpiredTokenException"),
}
_OWN_REFUSALS = {
    ("s3", "error"): (500, "InternalError"),
    ("s3", "throttle"): (503, "SlowDown"),
    ("s3", "denied"): (403, "AccessDenied"),
    ("dynamodb", "throttle"): (400, "ProvisionedThroughputExceededException"),
    ("apigatewaymanagementapi", "throttle"): (429, "LimitExceededException"),
    ("apigatewaymanagementapi", "denied"): (403, "ForbiddenException"),
    ("sts", "error"): (500, "InternalFailure"),
    ("sts", "throttle"): (400, "Throttling"),
    ("sts", "denied"): (403, "AccessDenied"),
    ("s3", "expired"): (400, "ExpiredToken"),
    ("cloudfront", "throttle"): (400, "TooManyInvalidationsInProgress"),
    ("cloudfront", "denied"): (403, "AccessDenied"),
}


class _Body(io.BytesIO):
    """As botocore reads urllib3's."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()


def response(
    request: AWSPreparedRequest, status: int, body: bytes, headers: Mapping[str, str]
) -> AWSResponse:
    named: Any = dict(headers)
    return AWSResponse(request.url, status, named, _Body(body))


def answer(request: AWSPreparedRequest, document: Mapping[str, Any], status: int = 200) -> AWSResponse:
    return response(request, status, json.dumps(document).encode(), {"content-type": "application/json"})


def xml(request: AWSPreparedRequest, text: str, status: int) -> AWSResponse:
    return response(request, status, text.encode(), {"content-type": "application/xml"})


def error(request: AWSPreparedRequest, code: str, status: int = 400) -> AWSResponse:
    refused = answer(request, {"__type": code, "message": code, "code": code}, status)
    refused.headers["x-amzn-errortype"] = code
    return refused


def query_xml(request: AWSPreparedRequest, operation: str, result: str) -> AWSResponse:
    return xml(request, f"<{operation}Response>{result}</{operation}Response>", 200)


def xml_error(request: AWSPreparedRequest, code: str, status: int) -> AWSResponse:
    text = f"<Error><Code>{code}</Code><Message>{code}</Message></Error>"
    return xml(request, text, status)


def refusal(request: AWSPreparedRequest, service: str, kind: str) -> AWSResponse:
    """How the service refuses: kind is error, throttle, denied or expired."""
    status, code = _OWN_REFUSALS.get((service, kind), _REFUSALS[kind])
    if service in _QUERY_SERVICES:
        return xml(request, f"<ErrorResponse><Error><Code>{code}</Code></Error></ErrorResponse>", status)
    make = xml_error if service in _XML_SERVICES else error
    return make(request, code, status)


def body_of(request: AWSPreparedRequest) -> dict[str, Any]:
    """The JSON that the request carries, in memory or in a file."""
    body: Any = request.body
    loaded: dict[str, Any] = json.loads(body.read() if hasattr(body, "read") else body)
    return loaded
