"""The clip of the seed, uploaded, processed and deleted as by any client."""

import asyncio
from pathlib import Path

import aiohttp

from local import demo
from local.errors import LocalError

_PROCESSING_LIMIT_S = 300
_POLL_S = 0.25


async def processed(edge_url: str, clip: Path) -> str:
    """Uploads the clip and returns its id when it is READY with all renditions; raises LocalError."""
    try:
        async with asyncio.timeout(_PROCESSING_LIMIT_S), aiohttp.ClientSession(base_url=edge_url) as client:
            return await _processed(client, clip)
    except TimeoutError:
        raise LocalError(f"the clip {clip} was not processed within {_PROCESSING_LIMIT_S} s") from None


async def _processed(client: aiohttp.ClientSession, clip: Path) -> str:
    video_id = await demo.upload(client, clip)
    async for message in demo.statuses(client, video_id):
        if message["state"] == "FAILED":
            raise LocalError(f"the clip {clip} failed as video {video_id}")
    while (ladder := await _ladder(client, video_id)) != "complete":
        if ladder == "failed":
            raise LocalError(f"the renditions of the clip {clip} failed as video {video_id}")
        await asyncio.sleep(_POLL_S)
    return video_id


async def _ladder(client: aiohttp.ClientSession, video_id: str) -> str:
    async with client.get(f"/video/{video_id}") as answer:
        return str((await answer.json())["ladder"]["state"])


async def delete(edge_url: str, video_id: str) -> None:
    async with aiohttp.ClientSession(base_url=edge_url) as client, client.delete(f"/video/{video_id}"):
        pass
