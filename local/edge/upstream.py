"""Requests to origins on the emulator: what is sent, and the answer still being read."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, nullcontext
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import aiohttp
from botocore.credentials import Credentials
from multidict import CIMultiDict
from yarl import URL

from local.edge.admission import Admission
from local.edge.distribution import Api, Behavior, Distribution, Origin
from local.edge.forwarding import add_proxy_headers, forwarded_headers, forwarded_query
from local.edge.origins import ApiAddress, BucketAddress, UnknownOriginError, locate, origin_url, sign, signs
from local.edge.problems import EdgeError
from local.edge.routes import Route
from local.edge.viewer_event import ViewerRequest

Body = bytes | aiohttp.StreamReader | None

# On AWS, API Gateway answers within 29 s; the emulator on a busy laptop may take longer.
READ_TIMEOUT_S: Final = 120.0
CONNECT_TIMEOUT_S: Final = 10.0  # CloudFront's default


@dataclass(frozen=True, slots=True)
class OriginRequest:
    """One request as it goes to the emulator."""

    method: str
    url: URL
    headers: CIMultiDict[str]


class Upstream:
    """Sends viewers' requests to the origins of one distribution."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        distribution: Distribution,
        *,
        endpoint: str,
        credentials: Credentials,
        admission: Admission | None = None,
        own_headers: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """`own_headers` are sent with every request, by which the emulator's guard knows the edge."""
        self.session = session
        self.admission = admission or Admission()
        self.distribution = distribution
        self._endpoint = endpoint.rstrip("/")
        self._credentials = credentials
        self._own_headers = own_headers

    def api(self, origin: Origin) -> Api | None:
        """Return the API behind an origin, or None when there is none, as behind a bucket."""
        address = _address(origin)
        return self.distribution.apis.get(address.api_id) if isinstance(address, ApiAddress) else None

    def request_to(self, origin: Origin, viewer: ViewerRequest, behavior: Behavior) -> OriginRequest:
        """Build the request; raises EdgeError 502 for a domain the emulator does not serve."""
        address = _address(origin)
        in_bucket = isinstance(address, BucketAddress)
        if not in_bucket and behavior.forwarding.forwards_host():
            raise EdgeError(
                403,
                f"behavior {behavior.path_pattern!r} forwards the viewer's Host header: "
                "API Gateway answers 403 to a host that is not its own",
            )
        query = forwarded_query(viewer.query, behavior.forwarding)
        url = origin_url(origin, self._endpoint, viewer.path, query)
        headers = forwarded_headers(viewer.headers, behavior.forwarding, to_bucket=in_bucket)
        add_proxy_headers(headers, viewer_ip=viewer.viewer_ip, via=self._via)
        headers.update(origin.custom_headers)
        headers.update(self._own_headers)
        if isinstance(address, ApiAddress):
            # With "*/*" in BinaryMediaTypes, API Gateway decodes binary answers for every Accept, and without
            # one. The emulator does so only if there is an Accept.
            headers.setdefault("Accept", "*/*")
        if isinstance(address, BucketAddress) and signs(origin, viewer.headers):
            sign(viewer.method, url, headers, region=address.region, credentials=self._credentials)
        return OriginRequest(viewer.method, URL(url, encoded=True), headers)

    def send(self, request: OriginRequest, body: Body) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        """Send a request; the answer's body is not decompressed and redirects are not followed."""
        return self.session.request(
            request.method,
            request.url,
            headers=request.headers,
            data=body,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(
                total=None, sock_connect=CONNECT_TIMEOUT_S, sock_read=READ_TIMEOUT_S
            ),
        )

    async def answer(
        self, stack: AsyncExitStack, route: Route, viewer: ViewerRequest, behavior: Behavior, body: Body
    ) -> tuple[Origin, aiohttp.ClientResponse]:
        """Return the origin that answers and its answer, failing over if the route has a second origin.

        The answer lives as long as `stack`. Raises EdgeError 502 or 504 when no origin answers.
        """
        secondary = route.secondary_for(viewer.method)
        try:
            answer = await self._ask(stack, route.primary, viewer, behavior, body)
        except EdgeError as error:
            if secondary is None or error.status not in (502, 504):
                raise
        else:
            if secondary is None or answer.status not in route.failover_statuses:
                return route.primary, answer
            answer.release()
        return secondary, await self._ask(stack, secondary, viewer, behavior, body)

    @property
    def _via(self) -> str:
        return f"1.1 {self.distribution.domain_name} (CloudFront)"

    async def _ask(
        self, stack: AsyncExitStack, origin: Origin, viewer: ViewerRequest, behavior: Behavior, body: Body
    ) -> aiohttp.ClientResponse:
        request = self.request_to(origin, viewer, behavior)
        if isinstance(body, aiohttp.StreamReader) and (length := viewer.headers.get("Content-Length")):
            request.headers["Content-Length"] = length
        # An answer's headers arrive when the function has ended.
        place = self.admission.place() if isinstance(_address(origin), ApiAddress) else nullcontext()
        try:
            async with place:
                return await stack.enter_async_context(self.send(request, body))
        except TimeoutError:
            raise EdgeError(504, f"origin {origin.id!r} did not answer in {READ_TIMEOUT_S:.0f} s") from None
        except (aiohttp.ClientError, OSError) as error:
            raise EdgeError(502, f"origin {origin.id!r} cannot be reached: {error}") from error


def _address(origin: Origin) -> BucketAddress | ApiAddress:
    try:
        return locate(origin.domain_name)
    except UnknownOriginError as error:
        raise EdgeError(502, f"origin {origin.id!r}: {error}") from error
