"""The fields of a multipart form that come before its file, read ahead of the program that takes the form."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from email.message import Message
from typing import Any, Final

MAX_HEAD_BYTES: Final = 64 * 1024
"""S3 takes forms with fields of up to 20 kB beside the file."""

_NAME: Final = re.compile(r'\bname="([^"]*)"')


@dataclass(slots=True)
class FormHead:
    """The beginning of an ASGI request's body. `receive` gives the whole body again."""

    source: Callable[[], Awaitable[Any]]
    content_type: str
    _read: list[Any] = field(default_factory=list)

    async def fields(self) -> dict[str, str]:
        """By lower-case name; empty if there is no file, a field is there twice, or the head is too long."""
        body, has_more = b"", True
        while has_more and len(body) <= MAX_HEAD_BYTES:
            found = _fields(body[:MAX_HEAD_BYTES], self.content_type)
            if found is not None:
                return found
            message = await self.source()
            self._read.append(message)
            body += message.get("body", b"")
            has_more = message["type"] == "http.request" and message.get("more_body", False)
        return _fields(body[:MAX_HEAD_BYTES], self.content_type) or {}

    async def receive(self) -> Any:
        return self._read.pop(0) if self._read else await self.source()


def _fields(body: bytes, content_type: str) -> dict[str, str] | None:
    """The fields before the file; None as long as the file has not begun."""
    parsed = Message()
    parsed["Content-Type"] = content_type
    boundary = parsed.get_boundary()
    if not boundary:
        return {}
    found: dict[str, str] = {}
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary.encode("latin-1", "replace"))[1:]:
        head, has_ended, value = part.partition(b"\r\n\r\n")
        named = _NAME.search(head.decode("latin-1"))
        if not has_ended or named is None:
            return None
        name = named[1].lower()
        if name == "file":
            return found
        if name in found:
            return {}
        found[name] = value.decode("latin-1")
    return None
