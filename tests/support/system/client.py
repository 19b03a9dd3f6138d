"""A client of Reelway's public API, over real sockets."""

import json
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.support.system.capabilities import ALL, Capabilities
from tests.support.system.own_uploads import OwnUploads

# For clips of a minute on a busy machine, where each function may start in a container of its own.
PROCESSING_LIMIT_S = 300
_JSON = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Watched:
    """All messages of one status stream, and the code that the server closed it with."""

    messages: list[_JSON]
    close_code: int | None

    @property
    def states(self) -> list[str]:
        return [message["state"] for message in self.messages]


class Client:
    """A client of one base URL, which is the edge's in most tests.

    `own` knows what was uploaded through it. The environment's proxies and certificates are used for
    addresses beyond this machine only. With an `origin`, requests are those of a page of that origin. `key`
    is what the REST API itself asks for; a `token` is sent with requests and handshakes. What needs a
    capability that is not there skips the test.
    """

    def __init__(
        self,
        base_url: str,
        origin: str = "",
        *,
        key: str = "",
        token: str = "",
        capabilities: Capabilities = ALL,
    ) -> None:
        self.base_url = base_url
        self.origin = origin or "https://app.example"
        self.capabilities = capabilities
        self._is_remote = httpx.URL(base_url).host not in {"127.0.0.1", "::1", "localhost"}
        self._tls = httpx.create_ssl_context(trust_env=self._is_remote)
        self.own = OwnUploads(base_url)
        self.bearer = {"Authorization": f"Bearer {token}"} if token else {}
        self.http = httpx.Client(
            base_url=base_url,
            headers=({"Origin": origin} if origin else {})
            | ({"x-api-key": key} if key else {})
            | self.bearer,
            timeout=60,
            trust_env=self._is_remote,
            verify=self._tls,
            event_hooks={"response": [self.own.note]},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.http.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def raw(self, method: str, target: str) -> tuple[int, dict[str, str], bytes]:
        """Send a request target unchanged and no header but Host; (status, headers, body)."""
        url = httpx.URL(self.base_url)
        whole = f"{url.path.rstrip('/')}{target}"
        request = httpx.Request(method, url, extensions={"target": whole.encode()})
        answer = self.http.send(request)
        return answer.status_code, dict(answer.headers), answer.content

    def post_file(self, content: bytes, *, field: str = "file", name: str = "clip.mp4") -> httpx.Response:
        return self.http.post("/upload", files={field: (name, content)})

    def upload(self, source: Path | bytes) -> str:
        """Upload through POST /upload; the video's id."""
        content = source if isinstance(source, bytes) else source.read_bytes()
        answer = self.post_file(content)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["videoId"])

    def open_socket(self, video_id: str, query: str = "") -> ClientConnection:
        self.capabilities.require("websockets")
        url = f"{self.base_url.replace('http', 'ws', 1)}/video/{video_id}/status/stream{query}"
        tls = self._tls if url.startswith("wss:") else None
        return connect(
            url,
            open_timeout=20,
            ssl=tls,
            additional_headers=self.bearer,
            proxy=True if self._is_remote else None,
        )

    def watch(self, video_id: str, query: str = "") -> Watched:
        """Receive messages until the server closes the socket."""
        messages: list[_JSON] = []
        deadline = time.monotonic() + PROCESSING_LIMIT_S
        with self.open_socket(video_id, query) as socket:
            try:
                while True:
                    messages.append(json.loads(socket.recv(timeout=deadline - time.monotonic())))
            except ConnectionClosed as closed:
                return Watched(messages, closed.rcvd.code if closed.rcvd else None)

    def describe(self, video_id: str) -> _JSON:
        return dict(self.get(f"/video/{video_id}").json())

    def upload_until(self, source: Path | bytes, state: str) -> str:
        """Upload and wait for the final `state`, READY with all renditions; the video's id."""
        self.capabilities.require("processing")
        video_id = self.upload(source)
        final = self.final_state(video_id)
        assert final == state, self.describe(video_id)
        if state == "READY":
            assert self.ladder_of(video_id) == "complete", self.describe(video_id)
        return video_id

    def final_state(self, video_id: str) -> str:
        """Wait until the video is READY or FAILED: by its messages, or where there are none by asking."""
        self.capabilities.require("processing")
        if self.capabilities.has("websockets"):
            return self.watch(video_id).states[-1]
        ended = eventually(
            lambda: (state := self.describe(video_id)["state"]) in ("READY", "FAILED") and state,
            within_s=PROCESSING_LIMIT_S,
        )
        return str(ended)

    def ladder_of(self, video_id: str) -> str:
        """Wait until the ladder of a READY video is no longer being encoded; its state then."""
        ended = eventually(
            lambda: (state := self.describe(video_id)["ladder"]["state"]) != "encoding" and state,
            within_s=PROCESSING_LIMIT_S,
        )
        return str(ended)


def eventually(condition: Any, *, within_s: float = 30) -> Any:
    """Call `condition` until its result is true, and return that; fails after `within_s`."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"not within {within_s} s: {condition}")
