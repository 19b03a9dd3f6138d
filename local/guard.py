"""Stands in front of the emulator, and lets no web page use it but where pages have to.

MiniStack takes the access key `test` for root whatever the signature, allows every origin, and has a request
that wipes everything. A page of any site could run programs on this machine through it, so of what pages send
only this passes: what has come through the edge, which knows the secret; and S3 requests and forms that were
signed for them, together with the preflights of those.
"""

import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, Protocol
from urllib.parse import parse_qs

from local import visitors
from local.form_fields import FormHead

SECRET_HEADER: Final = "x-reelway-guard"  # noqa: S105  the header's name

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class SignedRequests(Protocol):
    """Knows the buckets, and the credentials that the emulator has given to roles."""

    def has_bucket(self, path: str) -> bool:
        """Whether the first part of the path is a bucket."""

    def is_presigned(
        self, method: str, path: str, headers: Mapping[str, str], query: Mapping[str, list[str]]
    ) -> bool:
        """Whether a role has signed this URL, and it has not expired."""

    def is_signed_form(self, fields: Mapping[str, str]) -> bool:
        """Whether a role has signed the policy of this form."""


@dataclass(frozen=True, slots=True)
class Guard:
    """An ASGI application around the emulator's."""

    app: App
    secret: str
    signed: SignedRequests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = [
            (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]
        ]
        if self._knows_secret(headers):
            kept = [
                (name, value) for name, value in scope["headers"] if name.lower() != SECRET_HEADER.encode()
            ]
            await self.app({**scope, "headers": kept}, receive, send)
        elif not visitors.is_own_host(dict(headers).get("host", "")):
            await _refuse(scope, receive, send, "This host's name is not known here.")
        elif not visitors.is_page(headers):
            await self.app(scope, receive, send)
        else:
            await self._serve_page(scope, dict(headers), receive, send)

    def _knows_secret(self, headers: visitors.Headers) -> bool:
        given = [value for name, value in headers if name == SECRET_HEADER]
        return any(hmac.compare_digest(value.encode(), self.secret.encode()) for value in given)

    async def _serve_page(
        self, scope: Scope, headers: Mapping[str, str], receive: Receive, send: Send
    ) -> None:
        form = None
        if self._may_be_form(scope, headers):
            form = FormHead(receive, headers["content-type"])
            allowed = self.signed.is_signed_form(await form.fields())
        else:
            allowed = self._may_pass(scope, headers)
        if allowed:
            await self.app(scope, form.receive if form else receive, send)
        else:
            await _refuse(scope, receive, send, "Web pages may not use the emulator.")

    def _may_pass(self, scope: Scope, headers: Mapping[str, str]) -> bool:
        """The path is that of an object, so that the emulator takes the request for one of S3."""
        if not self._is_for_bucket(scope, headers):
            return False
        if scope["method"] == "OPTIONS":
            return True
        query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        return self.signed.is_presigned(scope["method"], scope["path"], headers, query)

    def _may_be_form(self, scope: Scope, headers: Mapping[str, str]) -> bool:
        return (
            self._is_for_bucket(scope, headers)
            and scope["method"] == "POST"
            and not scope["query_string"]
            and headers.get("content-type", "").startswith("multipart/form-data")
        )

    def _is_for_bucket(self, scope: Scope, headers: Mapping[str, str]) -> bool:
        """The emulator takes some hosts and headers for requests to other services, whatever the path."""
        name = headers["host"].rpartition(":")[0] or headers["host"]
        return (
            scope["type"] == "http"
            and (visitors.is_address(name) or name == "localhost")
            and not {"authorization", "x-amz-target"}.intersection(headers)
            and self.signed.has_bucket(scope["path"])
        )


async def _refuse(scope: Scope, receive: Receive, send: Send, detail: str) -> None:
    """Without a header for CORS: no page may read even this."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    status = HTTPStatus.FORBIDDEN
    document = {"type": "about:blank", "title": status.phrase, "status": status, "detail": detail}
    headers = [(b"content-type", b"application/problem+json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(document).encode()})
