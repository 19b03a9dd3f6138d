"""Answers as a deployed stack gives them, without a network."""

from typing import Any

import httpx

URL = "https://d111111abcdef8.cloudfront.net"
# What CloudFront adds to every answer.
CLOUDFRONT_HEADERS = {
    "via": "1.1 0123456789abcdef0123456789abcdef.cloudfront.net (CloudFront)",
    "x-amz-cf-id": "aQ2wZx-9b7Qb1Jt8PZ0eWq8r2h3VbY4cD5eF6gH7iJ8kL9mN0oPqRs==",
    "x-amz-cf-pop": "FRA56-P3",
    "alt-svc": 'h3=":443"; ma=86400',
}


def answer(
    status: int,
    content: bytes | str = b"",
    *,
    method: str = "GET",
    url: str = f"{URL}/x",
    **headers: str,
) -> httpx.Response:
    """One answer; underscores in names of headers stand for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, headers=named, content=content, request=httpx.Request(method, url))


def problem(
    status: int, code: str, *, request_id: str = "1", url: str = f"{URL}/x", **headers: str
) -> httpx.Response:
    """Reelway's problem document."""
    document: dict[str, Any] = {
        "type": f"urn:reelway:problem:{code}",
        "code": code,
        "status": status,
        "detail": f"It is {code}.",
        "requestId": request_id,
    }
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    shown = {"content-type": "application/problem+json", "access-control-allow-origin": "*"} | named
    return httpx.Response(status, headers=shown, json=document, request=httpx.Request("GET", url))


def denied(**more: str) -> httpx.Response:
    """S3's refusal."""
    xml = '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code></Error>'
    return answer(403, xml, content_type="application/xml", server="AmazonS3", **more)
