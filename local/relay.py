"""`python -m local.relay HOST PORT`: what arrives at HOST:PORT goes to 127.0.0.1:PORT, and back.

The emulator listens on loopback only, which containers on Docker's bridge cannot reach. The relay listens on
the bridge, which other machines cannot reach.
"""

import asyncio
import sys
from contextlib import suppress

_PIECE_BYTES = 65_536


async def serve(host: str, port: int, *, target_port: int) -> None:
    """Runs until it is cancelled. Raises OSError when HOST:PORT cannot be listened on."""

    async def pass_on(caller: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            callee, forth = await asyncio.open_connection("127.0.0.1", target_port)
            await asyncio.gather(_copy(caller, forth), _copy(callee, back))
            forth.close()
        back.close()

    server = await asyncio.start_server(pass_on, host, port)
    async with server:
        await server.serve_forever()


async def _copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    """Until `source` ends; the other direction may go on for longer."""
    with suppress(OSError):
        while piece := await source.read(_PIECE_BYTES):
            sink.write(piece)
            await sink.drain()
        sink.write_eof()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], int(sys.argv[2]), target_port=int(sys.argv[2])))
