"""API Gateway's and Lambda's payload limits, and reading no more than they allow.

Sources:
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
(10 MB) and https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html (6 MB event, reply).
"""

from typing import Protocol

from multidict import CIMultiDict

API_GATEWAY_PAYLOAD_BYTES = 10 * 1024 * 1024  # quota of a REST API's payload
LAMBDA_PAYLOAD_BYTES = 6 * 1024 * 1024  # quota of a synchronous invocation, request and reply each

# About the size of an event's keys, request context and punctuation.
_EVENT_FRAME_BYTES = 2048
_REPLY_FRAME_BYTES = 256  # the same for a reply
_READ_BYTES = 64 * 1024  # what aiohttp's reader buffers


class BodyTooLargeError(Exception):
    """A body is longer than the limit it was read with."""


class ByteSource(Protocol):
    """A source of bytes, such as an aiohttp stream."""

    async def read(self, n: int = -1, /) -> bytes:
        """Return up to `n` bytes; an empty result is the end."""


def request_body_limit(raw_path: str, raw_query: str, headers: CIMultiDict[str]) -> int:
    """Return the maximum size in bytes of a body that fits an API request with this path, query and headers.

    A Lambda event carries the path and the query twice, each header twice, and the body as base64.
    """
    header_bytes = sum(len(name) + len(value) + 8 for name, value in headers.items())
    rest = _EVENT_FRAME_BYTES + 2 * (len(raw_path) + len(raw_query) + header_bytes)
    return min(API_GATEWAY_PAYLOAD_BYTES, _decoded_bytes(LAMBDA_PAYLOAD_BYTES - rest))


def response_body_limit(headers: CIMultiDict[str]) -> int:
    """Return the maximum size in bytes of a body that fits a Lambda reply as base64 beside these headers."""
    header_bytes = sum(len(name) + len(value) + 6 for name, value in headers.items())
    return _decoded_bytes(LAMBDA_PAYLOAD_BYTES - _REPLY_FRAME_BYTES - header_bytes)


async def read_at_most(source: ByteSource, limit_bytes: int) -> bytes:
    """Read a body to its end; raises BodyTooLargeError as soon as it is longer than the limit."""
    body = bytearray()
    while chunk := await source.read(_READ_BYTES):
        body += chunk
        if len(body) > limit_bytes:
            raise BodyTooLargeError
    return bytes(body)


def _decoded_bytes(base64_bytes: int) -> int:
    return max(0, base64_bytes // 4 * 3)
