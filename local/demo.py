"""Uploads a clip as any client would, and shows its states until it is READY or FAILED."""

import asyncio
import mimetypes
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import aiohttp
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from local.errors import LocalError

Status = dict[str, Any]
"""One message of the status stream: videoId, state, timestamp and, while processing, progress from 0 to 1."""

_RECORD_LIMIT_S = 20
"""The S3 event of a direct upload creates its record, usually within a second; until then it is 404."""


async def play(edge_url: str, clip: Path, console: Console, token: str = "") -> str:
    """Uploads `clip`, shows its states, prints where it plays and returns that URL.

    With a `token`, where the server asks for one.

    Raises LocalError when the upload is refused or the video ends in FAILED.
    """
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=10)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with aiohttp.ClientSession(base_url=edge_url, timeout=timeout, headers=headers) as client:
        video_id = await upload(client, clip)
        console.print(f"uploaded {clip.name} as {video_id}")
        final = await _show(statuses(client, video_id), console)
        if final["state"] == "FAILED":
            raise LocalError(await _failure(client, video_id))
    url = f"{edge_url}/stream/{video_id}/master"
    console.print(f"plays at {url}", soft_wrap=True)
    console.print(f"one rendition: {edge_url}/stream/{video_id}/manifest", soft_wrap=True)
    console.print("open it in Safari, or: ffplay URL, mpv URL, vlc URL")
    return url


async def upload(client: aiohttp.ClientSession, clip: Path) -> str:
    """Sends `clip` through POST /upload, or directly to S3 if it is too large; returns the videoId."""
    media_type = mimetypes.guess_type(clip.name)[0] or "application/octet-stream"
    with clip.open("rb") as content:
        form = aiohttp.FormData()
        form.add_field("file", content, filename=clip.name, content_type=media_type)
        async with client.post("/upload", data=form) as answer:
            if answer.status == HTTPStatus.CREATED:
                return str((await answer.json())["videoId"])
            if answer.status != HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
                raise LocalError(f"POST /upload answered {answer.status}: {await _detail(answer)}")
    return await _upload_directly(client, clip, media_type)


async def statuses(client: aiohttp.ClientSession, video_id: str) -> AsyncIterator[Status]:
    """Every message of the video's status stream, until the server closes it."""
    async with await _connect(client, f"/video/{video_id}/status/stream?progress=true") as socket:
        async for message in socket:
            yield message.json()


async def _upload_directly(client: aiohttp.ClientSession, clip: Path, media_type: str) -> str:
    asked = {"filename": clip.name, "type": media_type}
    async with client.get("/s3/params", params=asked) as answer:
        if answer.status != HTTPStatus.OK:
            raise LocalError(f"GET /s3/params answered {answer.status}: {await _detail(answer)}")
        target = await answer.json()
    # In a session of its own: storage takes the form's signature, and no token beside it.
    with clip.open("rb") as content:
        form = aiohttp.FormData(target["fields"])
        form.add_field("file", content, filename=clip.name, content_type=media_type)
        async with aiohttp.ClientSession() as storage, storage.post(target["url"], data=form) as answer:
            if not answer.ok:
                raise LocalError(f"S3 answered {answer.status}: {await answer.text()}")
    return str(target["fields"]["key"]).removeprefix("uploads/")


async def _connect(client: aiohttp.ClientSession, path: str) -> aiohttp.ClientWebSocketResponse:
    deadline = asyncio.get_running_loop().time() + _RECORD_LIMIT_S
    while True:
        try:
            return await client.ws_connect(path)
        except aiohttp.WSServerHandshakeError as error:
            if error.status != HTTPStatus.NOT_FOUND or asyncio.get_running_loop().time() > deadline:
                raise LocalError(f"{path} answered {error.status}, expected a WebSocket") from error
            await asyncio.sleep(0.25)  # short against the second that it usually takes


async def _show(messages: AsyncIterator[Status], console: Console) -> Status:
    """Shows state and progress of every message and returns the last, which must be READY or FAILED."""
    latest: Status = {"state": None}
    columns = (TextColumn("{task.description:<10}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    with Progress(*columns, TimeElapsedColumn(), console=console) as bar:
        task = bar.add_task("", total=1.0)
        async for message in messages:
            if message["state"] != latest["state"]:
                bar.console.print(f"{message['timestamp']}  {message['state']}")
            done = 1.0 if message["state"] == "READY" else message.get("progress")
            bar.update(task, description=message["state"], completed=done)
            latest = message
    if latest["state"] not in ("READY", "FAILED"):
        raise LocalError(f"the status stream ended at {latest['state']}, expected READY or FAILED")
    return latest


async def _detail(answer: aiohttp.ClientResponse) -> str:
    """The `detail` of a problem document, or else the whole body."""
    if answer.content_type == "application/problem+json":
        return str((await answer.json(content_type=None))["detail"])
    return await answer.text()


async def _failure(client: aiohttp.ClientSession, video_id: str) -> str:
    async with client.get(f"/video/{video_id}") as answer:
        failure = (await answer.json()).get("failure", {})
    return f"the video failed: {failure.get('code')}: {failure.get('message')}"
