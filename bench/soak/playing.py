"""Plays a video as a player would, but all of it: every playlist and every segment that they list."""

from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urljoin

import aiohttp
import m3u8

_PACKET_BYTES, _SYNC = 188, 0x47  # of an MPEG transport stream


@dataclass(frozen=True, slots=True)
class Unplayable(Exception):
    """What cannot be fetched or read, and why."""

    what: str
    why: str

    def __str__(self) -> str:
        return f"{self.what}: {self.why}"


async def play(http: aiohttp.ClientSession, video_id: str) -> int:
    """How many segments there are; raises Unplayable for the first that is missing or is no stream."""
    path = f"/stream/{video_id}/master.m3u8"
    master = m3u8.loads((await _fetched(http, path)).decode())
    playlists = [urljoin(path, rendition.uri) for rendition in master.playlists]
    if not playlists:
        raise Unplayable(path, "it names no renditions")
    return sum([await _play_rendition(http, playlist) for playlist in playlists])


async def _play_rendition(http: aiohttp.ClientSession, path: str) -> int:
    playlist = m3u8.loads((await _fetched(http, path)).decode())
    if not playlist.segments or not playlist.is_endlist:
        raise Unplayable(path, "it has no segments, or no end")
    for uri in sorted({urljoin(path, segment.uri) for segment in playlist.segments}):
        body = await _fetched(http, uri)
        if not body or len(body) % _PACKET_BYTES or any(byte != _SYNC for byte in body[::_PACKET_BYTES]):
            raise Unplayable(uri, f"its {len(body)} bytes are no transport stream")
    return len(playlist.segments)


async def _fetched(http: aiohttp.ClientSession, path: str) -> bytes:
    async with http.get(path) as answer:
        body = await answer.read()
        if answer.status != HTTPStatus.OK:
            raise Unplayable(path, str(answer.status))
        return body
