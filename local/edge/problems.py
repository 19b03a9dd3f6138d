"""Errors the edge answers itself, as problem documents (RFC 9457)."""

import json
from http import HTTPStatus

from aiohttp import web


class EdgeError(Exception):
    """CloudFront would answer this request itself: with this status, for this reason."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


def problem(error: EdgeError) -> web.Response:
    """Return the problem document for an error."""
    status = HTTPStatus(error.status)
    document = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status,
        "detail": error.detail,
        "code": status.name.lower(),
    }
    headers = {
        "Server": "CloudFront",
        "X-Cache": "Error from cloudfront",
        "Access-Control-Allow-Origin": "*",
    }
    body = json.dumps(document).encode()
    return web.Response(
        status=error.status, body=body, headers=headers, content_type="application/problem+json"
    )
