"""A proxy in front of the emulator that counts AWS requests as AWS bills them.

Functions are pointed at it by the variable AWS_ENDPOINT_URL, and presigned URLs that they make lead to it as
well, so that it sees the reads of ffmpeg and the parts of an upload.
"""

import asyncio
import json
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from aiohttp import ClientSession, ClientTimeout, TCPConnector, web
from yarl import URL

_MAX_BODY = 2**30  # files are passed through memory
# Of the connection, not of the message; the body is sent on in one piece.
_HOP_BY_HOP = {"connection", "content-length", "keep-alive", "transfer-encoding", "expect"}
_S3_BY_METHOD = {"GET": "Get", "HEAD": "Head", "PUT": "Put", "POST": "Post", "DELETE": "Delete"}


def name_of(method: str, query: str, headers: Mapping[str, str]) -> str:
    """The request as "service:Operation"; S3's as Put, Post, List, Get, Head or Delete, as it bills them."""
    target = headers.get("X-Amz-Target", "")
    if target:
        service, _, operation = target.rpartition(".")
        return f"{_SERVICES.get(service.partition('_')[0], service)}:{operation}"
    asked = parse_qs(query, keep_blank_values=True)
    if method == "GET" and ("list-type" in asked or "uploads" in asked):
        return "s3:List"
    return f"s3:{_S3_BY_METHOD.get(method, method)}"


_SERVICES = {"DynamoDB": "dynamodb", "AmazonSQS": "sqs", "AWSStepFunctions": "states"}


def changes_list(name: str, body: bytes) -> int:
    """Units that a write costs in the index of lists, whose key is (listing, listedAt).

    A new entry or the removal of one is a write to the index; a changed key is both.
    """
    if name == "dynamodb:PutItem":
        return 1 if b'"listedAt"' in body else 0
    if name != "dynamodb:UpdateItem":
        return 0
    asked = json.loads(body)
    set_to, _, removed = asked.get("UpdateExpression", "").partition("REMOVE")
    named = set(asked.get("ExpressionAttributeNames", {}).values())
    if "listing" in removed:
        return 1
    return 2 if "listedAt" in set_to or "listedAt" in named else 0


@dataclass
class CountingProxy:
    """Passes requests on to `target`; `counts` are those since the last `take`."""

    target: str
    counts: Counter[str] = field(default_factory=Counter)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def take(self) -> dict[str, int]:
        """The counts, which begin again at 0."""
        taken, self.counts = self.counts, Counter()
        return dict(sorted(taken.items()))

    async def pass_on(self, request: web.Request) -> web.Response:
        body = await request.read()
        name = name_of(request.method, request.query_string, request.headers)
        # Progress is written once a second, however fast the machine is.
        self.counts["dynamodb:progress" if b"ADD encodedFrames" in body else name] += 1
        self.counts["dynamodb:index"] += changes_list(name, body)
        headers = [(k, v) for k, v in request.headers.items() if k.lower() not in _HOP_BY_HOP]
        client: ClientSession = request.app[_CLIENT]
        async with client.request(
            request.method,
            URL(f"{self.target}{request.raw_path}", encoded=True),  # as it was signed
            data=body,
            headers=headers,
            allow_redirects=False,
        ) as answer:
            own = _HOP_BY_HOP - {"content-length"} if request.method == "HEAD" else _HOP_BY_HOP
            kept = [(k, v) for k, v in answer.headers.items() if k.lower() not in own]
            response = web.Response(status=answer.status, body=await answer.read())
            response.headers.clear()
            response.headers.extend(kept)
            return response


_CLIENT = web.AppKey("client", ClientSession)


@contextmanager
def counted(target: str) -> Iterator[CountingProxy]:
    """A proxy that listens on a free port of 127.0.0.1 as long as the context lasts."""
    proxy, started, ended = CountingProxy(target), threading.Event(), threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(_serve(proxy, started, ended)))
    thread.start()
    try:
        started.wait()
        yield proxy
    finally:
        ended.set()
        thread.join()


async def _serve(proxy: CountingProxy, started: threading.Event, ended: threading.Event) -> None:
    app = web.Application(client_max_size=_MAX_BODY)
    connector, timeout = TCPConnector(limit=0), ClientTimeout(total=None)
    async with ClientSession(connector=connector, timeout=timeout, auto_decompress=False) as client:
        app[_CLIENT] = client
        app.router.add_route("*", "/{path:.*}", proxy.pass_on)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        proxy.port = runner.addresses[0][1]
        started.set()
        await asyncio.to_thread(ended.wait)
        await runner.cleanup()
