"""Failing over, against a server that stands for both origins."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from botocore.credentials import Credentials
from multidict import CIMultiDict

from local.edge.distribution import Behavior, Distribution, Origin
from local.edge.forwarding import Forwarding
from local.edge.routes import route_for
from local.edge.upstream import Upstream
from local.edge.viewer_event import ForwardRequest, ViewerRequest
from local.edge.viewer_function import ViewerFunction
from tests.support.samples import ROOT, VIDEO_ID

SEGMENT = f"/stream/{VIDEO_ID}/segment/1.ts"
MEDIA = Origin("media", "films.s3.us-east-1.amazonaws.com")
API = Origin("api", "abc123.execute-api.us-east-1.amazonaws.com", "/v1")
BEHAVIOR = Behavior("/stream/*/segment/*", "api", frozenset({"GET", "HEAD", "POST"}), Forwarding())
DISTRIBUTION = Distribution(
    id="E1",
    domain_name="d1.cloudfront.net",
    origins={"media": MEDIA, "api": API},
    groups={},
    default_behavior=BEHAVIOR,
    ordered_behaviors=(),
    functions={},
    apis={},
)


def _chosen(viewer: ViewerRequest) -> ForwardRequest:
    """What the template's function makes of the request."""
    source = (ROOT / "distribution" / "viewer-request.js").read_text()
    function = ViewerFunction(source, distribution_id="E1", domain_name="d1.cloudfront.net")
    try:
        chosen = function.run_blocking(viewer, "request-1")
    finally:
        function.close()
    assert isinstance(chosen, ForwardRequest)
    return chosen


def answer_for(socket: Path, status: int, method: str) -> tuple[int, str]:
    """(status, id of the origin) of the answer for a segment, while the bucket answers with `status`."""
    chosen = _chosen(ViewerRequest(method, SEGMENT, "", CIMultiDict(), "192.0.2.1"))

    async def origin(request: web.Request) -> web.Response:
        return web.Response(status=200 if "execute-api" in request.path else status)

    async def asked() -> tuple[int, str]:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", origin)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.UnixSite(runner, str(socket)).start()
        async with (
            aiohttp.ClientSession(connector=aiohttp.UnixConnector(str(socket))) as session,
            AsyncExitStack() as stack,
        ):
            stack.push_async_callback(runner.cleanup)
            upstream = Upstream(
                session, DISTRIBUTION, endpoint="http://emulator", credentials=Credentials("id", "key")
            )
            route = route_for(DISTRIBUTION, BEHAVIOR, chosen.origin)
            by, answer = await upstream.answer(stack, route, chosen.request, BEHAVIOR, None)
            return answer.status, by.id

    return asyncio.run(asked())


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("status", [403, 404, 416, 500, 502, 503, 504])
def test_a_segment_that_the_bucket_cannot_give_comes_from_the_function(
    tmp_path: Path, status: int, method: str
) -> None:
    assert answer_for(tmp_path / "socket", status, method) == (200, "api")


@pytest.mark.parametrize("status", [200, 206, 304])
def test_any_other_answer_of_the_bucket_is_the_viewers(tmp_path: Path, status: int) -> None:
    assert answer_for(tmp_path / "socket", status, "GET") == (status, "media")
