"""Those who use the system meanwhile: they upload, watch, play and delete."""

import asyncio
import socket
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from random import Random

import aiohttp

from bench.soak.journal import Journal, Session, Upload
from bench.soak.playing import Unplayable, play

FAULTS = (aiohttp.ClientError, OSError, TimeoutError)
"""What clients of a system that is down meet."""

_REOPEN_S = 1.0
_CUT_WITHIN_S = 4.0
_DELETED = 0.1  # of the uploads


class Crowd:
    """`http` has the edge as its base; every `cut_each`-th watcher breaks its socket."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        journal: Journal,
        clips: list[Path],
        random: Random,
        *,
        watchers: float,
        cut_each: int = 10,
    ) -> None:
        self._http, self._journal, self._random = http, journal, random
        self._clips = [clip.read_bytes() for clip in clips]
        self._watchers, self._cut_each = watchers, cut_each
        self._watching: set[asyncio.Task[None]] = set()
        self._count = 0

    async def upload(self, number: int) -> None:
        """Send the `number`-th file, and have it watched if it was taken."""
        form = aiohttp.FormData()
        form.add_field("file", self._clips[number % len(self._clips)], filename="clip.mp4")
        try:
            async with self._http.post("/upload", data=form) as answer:
                document = await answer.json(content_type=None)
                if answer.status != HTTPStatus.CREATED:
                    raise aiohttp.ClientError(str(answer.status))
        except (*FAULTS, ValueError):
            self._journal.refused += 1
            return
        upload = self._journal.acknowledge(document["videoId"])
        wanted = round(self._watchers * len(self._journal.uploads))
        while self._count < wanted:
            self._count += 1
            task = asyncio.create_task(self._watch(upload, cut=self._count % self._cut_each == 0))
            self._watching.add(task)
            task.add_done_callback(self._watching.discard)

    async def play_and_delete(self) -> None:
        """Until it is cancelled: play what is READY, and delete some of it."""
        while True:
            await asyncio.sleep(self._random.uniform(0.5, 1.5))
            with suppress(*FAULTS, Unplayable, ValueError):
                known = [upload for upload in self._journal.uploads if upload.deleted is None]
                if known:
                    await self._play_or_delete(self._random.choice(known))

    async def hear(self, within_s: float) -> None:
        """Wait until every watcher has heard the end, or for so long."""
        if self._watching:
            await asyncio.wait(self._watching, timeout=within_s)

    async def stop_watching(self) -> None:
        """End the watchers that still wait."""
        for task in self._watching:
            task.cancel()
        await asyncio.gather(*self._watching, return_exceptions=True)

    async def _play_or_delete(self, upload: Upload) -> None:
        async with self._http.get(f"/video/{upload.video_id}") as answer:
            described = await answer.json(content_type=None) if answer.status == HTTPStatus.OK else {}
        if described.get("ladder", {}).get("state") != "complete":
            return
        deleted = sum(other.deleted is not None for other in self._journal.uploads)
        if deleted + 1 > _DELETED * len(self._journal.uploads):
            await play(self._http, upload.video_id)
            self._journal.played += 1
            return
        async with self._http.delete(f"/video/{upload.video_id}") as answer:
            if answer.status == HTTPStatus.NO_CONTENT:
                self._journal.delete(upload)

    async def _watch(self, upload: Upload, *, cut: bool) -> None:
        """Listen until the server closes the stream, and open it again when it breaks."""
        sessions: list[Session] = []
        upload.watchers.append(sessions)
        while not sessions or not (sessions[-1].cut or sessions[-1].code == aiohttp.WSCloseCode.OK):
            try:
                await self._listen(upload.video_id, sessions, cut=cut)
            except aiohttp.WSServerHandshakeError as error:
                if error.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
                    return
            except FAULTS:
                pass
            await asyncio.sleep(_REOPEN_S)

    async def _listen(self, video_id: str, sessions: list[Session], *, cut: bool) -> None:
        async with self._http.ws_connect(f"/video/{video_id}/status/stream") as stream:
            session = Session(cut=cut)
            sessions.append(session)
            if cut:
                cable: socket.socket = stream.get_extra_info("socket")
                delay = self._random.uniform(0, _CUT_WITHIN_S)
                asyncio.get_running_loop().call_later(delay, _cut, cable)
            async for message in stream:
                session.states.append(message.json()["state"])
            broken = stream.close_code in (None, aiohttp.WSCloseCode.ABNORMAL_CLOSURE)
            session.code = None if broken else stream.close_code


def _cut(cable: socket.socket) -> None:
    with suppress(OSError):
        cable.shutdown(socket.SHUT_RDWR)
