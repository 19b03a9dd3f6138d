"""Starts the edge: `python -m local.edge --endpoint URL --distribution-id ID --port PORT`."""

import argparse
import asyncio
import errno
import logging
import resource
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import aiohttp
import boto3
from aiohttp import web
from botocore.exceptions import BotoCoreError, ClientError

from local.edge.access import Access
from local.edge.deployed import read_distribution
from local.edge.distribution import Distribution
from local.edge.key_values import KeyValueStore, data_client
from local.edge.log_lines import RedactingFormatter, is_no_viewers_fault
from local.edge.proxy import Edge
from local.edge.upstream import Upstream
from local.edge.viewer_function import ViewerFunction
from local.guard import SECRET_HEADER

HOST = "127.0.0.1"
REGION = "us-east-1"

# How long the rest of a refused body is read and discarded, so that its sender gets the answer. Enough for
# the 10 MB that an API takes, at 1.4 Mb/s.
LINGERING_S = 60.0
SHUTDOWN_S = 1.0  # clients of a system that is being stopped get no more time

UpstreamFactory = Callable[[aiohttp.ClientSession], Upstream]

logger = logging.getLogger("local.edge")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run until SIGTERM or SIGINT; exits with a message when it cannot start."""
    options = _parser().parse_args(arguments)
    _log_to_stderr()
    # A viewer's socket takes two open files, to viewer and origin; the usual limit is 1,024.
    _, maximum = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (maximum, maximum))
    session = boto3.Session(region_name=REGION)
    credentials = session.get_credentials()
    if credentials is None:
        raise SystemExit("edge: no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
    make_client: Any = partial(session.client, endpoint_url=options.endpoint)
    try:
        distribution = read_distribution(make_client, options.distribution_id)
    except (BotoCoreError, ClientError) as error:
        raise SystemExit(f"edge: distribution {options.distribution_id}: {error}") from error
    if distribution.has_custom_errors:
        logger.warning("the distribution's custom error responses are ignored")
    secret = options.guard_secret.read_text() if options.guard_secret else ""
    make_upstream = partial(
        Upstream,
        distribution=distribution,
        endpoint=options.endpoint,
        credentials=credentials,
        own_headers={SECRET_HEADER: secret} if secret else {},
    )
    reader = data_client(make_client)
    stores = {arn: KeyValueStore(reader, store) for arn, store in distribution.stores.items()}
    access = Access(tuple(options.host), tuple(options.origin))
    asyncio.run(serve(distribution, make_upstream, options.port, access, stores))


def _log_to_stderr() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(RedactingFormatter("edge: %(message)s"))
    handler.addFilter(is_no_viewers_fault)
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("local.edge").setLevel(logging.INFO)
    # aiohttp warns about subprotocols that the origin did not choose, which is up to the viewer.
    logging.getLogger("aiohttp.websocket").setLevel(logging.ERROR)


async def serve(
    distribution: Distribution,
    make_upstream: UpstreamFactory,
    port: int,
    access: Access,
    stores: Mapping[str, KeyValueStore] = MappingProxyType({}),
) -> None:
    """Serve a distribution until a signal; exits with a message naming the port when it is taken."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with _edge(distribution, make_upstream, access, stores) as edge:
        runner = web.ServerRunner(_server(edge), shutdown_timeout=SHUTDOWN_S)
        await runner.setup()
        try:
            await _listen(runner, port)
            print(f"edge: http://{HOST}:{port}", flush=True)
            await stopped.wait()
        finally:
            await runner.cleanup()


@asynccontextmanager
async def _edge(
    distribution: Distribution,
    make_upstream: UpstreamFactory,
    access: Access,
    stores: Mapping[str, KeyValueStore],
) -> AsyncIterator[Edge]:
    functions = {
        arn: ViewerFunction(
            source,
            distribution_id=distribution.id,
            domain_name=distribution.domain_name,
            store=stores.get(arn),
        )
        for arn, source in distribution.functions.items()
    }
    async with aiohttp.ClientSession(
        auto_decompress=False,
        connector=aiohttp.TCPConnector(limit=0),
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
    ) as session:
        try:
            yield Edge(make_upstream(session), functions, access)
        finally:
            for function in functions.values():
                function.close()


def _server(edge: Edge) -> web.Server:
    # A server without a router: a router would decode the path. Bodies pass through compressed.
    return web.Server(edge.handle, auto_decompress=False, lingering_time=LINGERING_S, access_log=None)


async def _listen(runner: web.ServerRunner, port: int) -> None:
    try:
        await web.TCPSite(runner, HOST, port).start()
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise SystemExit(
            f"edge: port {port} is taken: stop what listens there or choose another --port"
        ) from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m local.edge", description="Serve a deployed distribution locally."
    )
    parser.add_argument(
        "--endpoint", default="http://127.0.0.1:4566", help="the emulator (default: %(default)s)"
    )
    parser.add_argument(
        "--distribution-id", required=True, help="the deployed distribution, as in its stack's outputs"
    )
    parser.add_argument(
        "--guard-secret", type=Path, help="a file with what the guard of the emulator knows the edge by"
    )
    parser.add_argument(
        "--origin",
        action="append",
        default=[],
        help="the origin of another site whose pages may upload, delete and open sockets; may be repeated",
    )
    parser.add_argument(
        "--host",
        action="append",
        default=[],
        help="a name of this machine to answer to, beside addresses and localhost; may be repeated",
    )
    parser.add_argument("--port", type=int, default=8080, help="the local port (default: %(default)s)")
    return parser


if __name__ == "__main__":
    main()
