"""A Reelway and its storage in memory, behind httpx's mock transport."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import httpx

BASE_URL = "http://reelway.test/prefix/"
STORAGE = "http://storage.test"

Answer = httpx.Response | Exception
Fault = Callable[[httpx.Request], Answer | None]


@dataclass
class FakeReelway:
    """Uploads by id, each with its parts by number; `faults` answer in the place of what is here."""

    uploads: dict[str, dict[int, bytes]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    documents: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    pages: list[list[str]] = field(default_factory=list)
    titles: dict[str, dict[str, str]] = field(default_factory=dict)
    queries: list[dict[str, str]] = field(default_factory=list)
    begun: list[dict[str, Any]] = field(default_factory=list)
    texts: dict[str, str | bytes] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    max_bytes: int = 1000

    def answer(self, request: httpx.Request) -> httpx.Response:
        path = unquote(request.url.path.removeprefix("/prefix"))
        self.asked[f"{request.method} {path}"] += 1
        for fault in self.faults:
            found = fault(request)
            if isinstance(found, Exception):
                raise found
            if found is not None:
                return found
        for method, pattern, route in (
            ("POST", "/s3/multipart", self._begin),
            ("GET", "/s3/multipart/([^/]+)/([0-9]+)", self._sign),
            ("POST", "/s3/multipart/([^/]+/?[^/]+)/complete", self._complete),
            ("GET", "/s3/multipart/(.+)", self._list),
            ("DELETE", "/s3/multipart/(.+)", self._abort),
            ("PUT", "/parts/([^/]+)/([0-9]+)", self._store),
            ("GET", "/video/([^/]+)", self._describe),
            ("GET", "/videos", self._videos),
            ("GET", "/((?:p/[^/]+/)?stream/.+)", self._text),
        ):
            match = re.fullmatch(pattern, path)
            if request.method == method and match:
                return route(request, *match.groups())
        return problem(404, "Nothing is here.")

    def _begin(self, request: httpx.Request) -> httpx.Response:
        assert set(json.loads(request.content)) == {"filename", "type", "metadata"}
        self.begun.append(json.loads(request.content))
        upload_id = f"upload{self.asked['POST /s3/multipart'] - 1}"
        self.uploads[upload_id] = {}
        return httpx.Response(200, json={"key": f"uploads/of-{upload_id}", "uploadId": upload_id})

    def _sign(self, request: httpx.Request, upload_id: str, number: str) -> httpx.Response:
        if upload_id not in self.uploads:
            return problem(404, "There is no such upload.")
        return httpx.Response(200, json={"url": f"{STORAGE}/parts/{upload_id}/{number}?signature=1"})

    def _store(self, request: httpx.Request, upload_id: str, number: str) -> httpx.Response:
        self.uploads[upload_id][int(number)] = request.content
        return httpx.Response(200, headers={"ETag": _etag(request.content)})

    def _list(self, request: httpx.Request, upload_id: str) -> httpx.Response:
        if upload_id not in self.uploads:
            return problem(404, "There is no such upload.")
        assert request.url.params["key"] == f"uploads/of-{upload_id}"
        parts = self.uploads[upload_id].items()
        return httpx.Response(200, json=[{"PartNumber": n, "ETag": _etag(body)} for n, body in parts])

    def _abort(self, request: httpx.Request, upload_id: str) -> httpx.Response:
        del self.uploads[upload_id]
        return httpx.Response(200, json={})

    def _complete(self, request: httpx.Request, upload_id: str) -> httpx.Response:
        video_id = f"video-of-{upload_id}"
        parts = self.uploads.pop(upload_id, None)
        if parts is not None:
            listed = json.loads(request.content)["parts"]
            assert [(p["PartNumber"], p["ETag"]) for p in listed] == [
                (n, _etag(body)) for n, body in sorted(parts.items())
            ]
            body = b"".join(parts[n] for n in sorted(parts))
            if len(body) > self.max_bytes:
                return problem(413, f"The file has {len(body)} bytes.")
            self.files[video_id] = body
        if video_id not in self.files:
            return problem(404, "There is no such upload.")
        return httpx.Response(200, json={"videoId": video_id})

    def _describe(self, request: httpx.Request, video_id: str) -> httpx.Response:
        told = self.documents.get(video_id)
        if not told:
            return problem(404, f"There is no video {video_id!r}.")
        return httpx.Response(200, json=told.pop(0) if len(told) > 1 else told[0])

    def _videos(self, request: httpx.Request) -> httpx.Response:
        at, query = int(request.url.params.get("cursor", "0")), dict(request.url.params)
        self.queries.append(query)
        following = {"next": str(at + 1)} if at + 1 < len(self.pages) else {}
        listed = [{"videoId": name, "state": "READY", **self.titles.get(name, {})} for name in self.pages[at]]
        return httpx.Response(200, json={"videos": listed, **following})

    def _text(self, request: httpx.Request, path: str) -> httpx.Response:
        name = path + (f"?{request.url.query.decode()}" if request.url.query else "")
        return httpx.Response(200, content=self.texts[name]) if name in self.texts else problem(404, "Gone.")


def problem(status: int, detail: str) -> httpx.Response:
    return httpx.Response(status, json={"detail": detail})


def fault(method: str, part_of_path: str, *answers: Answer, repeats: bool = False) -> Fault:
    """Answers one after the other to what is asked; `repeats` gives the last one for ever."""
    left = list(answers)

    def answer(request: httpx.Request) -> Answer | None:
        if request.method != method or part_of_path not in str(request.url) or not left:
            return None
        return left[0] if repeats and len(left) == 1 else left.pop(0)

    return answer


def _etag(body: bytes) -> str:
    return f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
