#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "httpx==0.28.1",
#     "m3u8==6.0.0",
#     "platformdirs==4.14.8",
#     "rich==15.0.0",
#     "tenacity==9.2.1",
#     "websockets==17.4",
# ]
# ///
"""Reelway on the command line: upload, watch, list, get, retry, delete and restore videos.

    reelway upload FILE…     in parts, several at once; an interrupted upload continues where it stopped
    reelway watch ID         each state as it is reached, then the renditions that follow
    reelway list             id, state and title of each video, newest first
    reelway describe ID      all that is known of a video, as JSON
    reelway get ID           the best rendition, as an MPEG transport stream
    reelway retry ID         process a video again that failed by the server's fault, then watch it
    reelway delete ID        nobody is served it any more
    reelway restore ID       undo that, for as long as the server keeps the files
    reelway token --owner NAME   a token for a Reelway that asks for one, signed by the key of its stack

The address is --url or $REELWAY_URL, else http://127.0.0.1:8080; the token is --token or $REELWAY_TOKEN.
Ids and tokens go to stdout, everything else to stderr.
The exit status is 1 when something failed, 2 for an invalid command line, 130 after Ctrl-C.
"""

import argparse
import base64
import hashlib
import hmac
import json
import mimetypes
import os
import re
import stat
import subprocess
import sys
import tempfile
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote, urljoin

import httpx
import m3u8
import platformdirs
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TransferSpeedColumn,
)
from tenacity import (
    Retrying,
    retry_if_exception,
    sleep_using_event,
    stop_after_attempt,
    stop_when_event_set,
    wait_exponential_jitter,
)
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

VERSION = "0.2.0"
DEFAULT_URL = "http://127.0.0.1:8080"
# S3 accepts 10,000 parts, of 5 MiB or more but for the last; at 8 MiB a lost connection costs little.
MIN_PART_BYTES, MAX_PARTS = 8 * 2**20, 10_000
# As many as boto3 and browsers roughly use; more no longer fill a home line any better.
PARTS_AT_ONCE = 4
# One step of the progress bar, and how soon an upload that is given up stops.
PIECE_BYTES = 256 * 2**10
# With the delays below, a server or network may be away for about 15 s.
ATTEMPTS = 6
FIRST_DELAY_S, MAX_DELAY_S = 0.5, 15.0
CONNECT_TIMEOUT_S = 10
# API Gateway gives its functions 29 s.
ANSWER_TIMEOUT = httpx.Timeout(35, connect=CONNECT_TIMEOUT_S)
# For each read or write of a socket, not for the whole part.
PART_TIMEOUT = httpx.Timeout(120, connect=CONNECT_TIMEOUT_S)
# The most that the server lists on one page.
PAGE_LIMIT = 100
# The socket is closed at READY, so the renditions that follow are polled.
RESTORE_DELAY_S = 1.0
# Servers forget an unfinished upload after two days, so an older note is of no use.
NOTE_AGE_S = 7 * 86_400
STATES = ("UPLOADED", "PROCESSING", "READY", "FAILED")
# What a token allows that is made without --scope. Beside them is admin: all of it, for all owners' videos.
SCOPES = ("videos:upload", "videos:read", "videos:delete", "videos:play", "webhooks:manage")
# Exit statuses; 130 is what shells report after SIGINT.
FAILED, INTERRUPTED = 1, 130

console = Console(stderr=True)


class CliError(Exception):
    """A sentence for the person at the terminal.

    CliError
    ├── Unreachable     no answer, or an incomplete one
    └── Refused         the server's own sentence, and its status
    """


class Unreachable(CliError):
    """No answer, or the connection broke."""


class Refused(CliError):
    """An HTTP answer other than 2xx; `status` is its status code."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class Server:
    """A Reelway at `url`, which ends with a slash; all methods raise CliError.

    A `token` is sent to it, and to nobody else: storage has URLs that are signed.
    """

    def __init__(self, url: str, transport: httpx.BaseTransport | None = None, token: str = "") -> None:
        self.url = url
        self.bearer = {"Authorization": f"Bearer {token}"} if token else {}
        self.http = httpx.Client(base_url=url, timeout=ANSWER_TIMEOUT, transport=transport)
        self._has_answered = False

    def close(self) -> None:
        self.http.close()

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """The first 2xx answer of at most `ATTEMPTS` attempts; `path` is relative or a whole URL."""
        return self.attempts()(self.ask_once, method, path, **options)

    def ask_once(self, method: str, path: str, **options: Any) -> httpx.Response:
        request = self.http.build_request(method, path, **options)
        if str(request.url).startswith(self.url):
            request.headers.update(self.bearer)
        try:
            answer = self.http.send(request)
        except httpx.RequestError as error:
            place = self.url if str(request.url).startswith(self.url) else _origin(request.url)
            raise Unreachable(f"{place} cannot be reached: {error or type(error).__name__}") from error
        self._has_answered = True
        if not answer.is_success:
            raise Refused(answer.status_code, _sentence(answer))
        return answer

    def describe(self, video_id: str) -> dict[str, Any]:
        return _document(self.ask("GET", f"video/{_id(video_id)}"), "state")

    def attempts(self, *passing: int, gave_up: threading.Event | None = None) -> Retrying:
        """Retries for failures that may be temporary; `passing` are statuses that count as such here.

        An address that has never answered is probably wrong, so that it is asked only once.
        """
        gave_up = gave_up or threading.Event()

        def may_pass(error: BaseException) -> bool:
            if isinstance(error, Refused):
                return error.status >= 500 or error.status in {408, 429, *passing}
            return isinstance(error, Unreachable) and self._has_answered

        return Retrying(
            stop=stop_after_attempt(ATTEMPTS) | stop_when_event_set(gave_up),
            wait=wait_exponential_jitter(multiplier=FIRST_DELAY_S, max=MAX_DELAY_S),
            sleep=sleep_using_event(gave_up),
            retry=retry_if_exception(may_pass),
            reraise=True,
        )


def _sentence(answer: httpx.Response) -> str:
    """The message of a problem document or of S3's XML; URLs are shown without their signature."""
    if answer.is_redirect:
        return f"{_origin(answer.url)} redirects to {answer.headers.get('location')}; try that as --url."
    with suppress(ValueError, KeyError, TypeError):
        hint = " `reelway token` prints one for --token." if answer.status_code == 401 else ""
        return f"{answer.json()['detail']}{hint}"
    said = re.search("<Message>(.*?)</Message>", answer.text, re.DOTALL)
    place = f"{answer.request.method} {_origin(answer.url)}{answer.url.path}"
    return f"{place} answered {answer.status_code}{f': {said[1]}' if said else '.'}"


def _document(answer: httpx.Response, *names: str) -> dict[str, Any]:
    """The JSON object of an answer; raises CliError unless it has all these names."""
    with suppress(ValueError):
        document = answer.json()
        if isinstance(document, dict) and document.keys() >= set(names):
            return document
    raise _no_reelway(answer)


def _no_reelway(answer: httpx.Response) -> CliError:
    return CliError(f"{_origin(answer.url)} does not answer as a Reelway does; is it one?")


def _origin(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode()}"


def _id(text: str) -> str:
    """The id, if it is safe in a path; whether the video exists is for the server to say."""
    if not re.fullmatch(r"[\w-]{1,100}", text, re.ASCII):
        raise CliError(f"{text!r} is not the id of a video.")
    return text


# ── upload ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Source:
    """A file at one moment: with another size or modification time it counts as another source.

    `said` is what is said of its video, by the API's names.
    """

    file: Path
    size_bytes: int
    changed_ns: int
    said: dict[str, str] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, file: Path) -> "Source":
        """Raises OSError, and CliError when there are no bytes to send."""
        found = file.stat()
        if not stat.S_ISREG(found.st_mode):
            raise CliError("This is not a file.")
        if not found.st_size:
            raise CliError("The file is empty.")
        return cls(file, found.st_size, found.st_mtime_ns)

    @property
    def part_bytes(self) -> int:
        return max(MIN_PART_BYTES, -(-self.size_bytes // MAX_PARTS))

    @property
    def numbers(self) -> range:
        """Of all parts, from 1."""
        return range(1, -(-self.size_bytes // self.part_bytes) + 1)

    def length_bytes(self, number: int) -> int:
        """Of one part."""
        return min(self.part_bytes, self.size_bytes - (number - 1) * self.part_bytes)

    def pieces(self, number: int) -> Iterator[bytes]:
        """One part in pieces of PIECE_BYTES; raises CliError when the file has become too short for it."""
        left = self.length_bytes(number)
        with self.file.open("rb") as opened:
            opened.seek((number - 1) * self.part_bytes)
            while left:
                piece = opened.read(min(left, PIECE_BYTES))
                if not piece:
                    raise CliError("The file has become shorter.")
                left -= len(piece)
                yield piece

    def md5(self, number: int) -> str:
        """Of one part, in hexadecimal, as in the part's ETag."""
        digest = hashlib.md5(usedforsecurity=False)
        for piece in self.pieces(number):
            digest.update(piece)
        return digest.hexdigest()

    def has_changed(self) -> bool:
        try:
            return Source.of(self.file) != self
        except (OSError, CliError):
            return True


@dataclass(frozen=True, slots=True)
class Begun:
    """A multipart upload.

    `parts` is set when all have been sent, in the form that `complete` expects; `video_id` when `complete`
    has answered.
    """

    key: str
    upload_id: str
    parts: list[dict[str, Any]] | None = None
    video_id: str | None = None

    @property
    def path(self) -> str:
        return f"s3/multipart/{quote(self.upload_id, safe='')}"

    @property
    def query(self) -> dict[str, str]:
        return {"key": self.key}


@dataclass(frozen=True, slots=True)
class Note:
    """The file that keeps the progress of one upload, so that it can be continued."""

    path: Path

    @classmethod
    def of(cls, server: Server, source: Source) -> "Note":
        meant = (server.url, source.file.resolve(), source.size_bytes, source.changed_ns)
        name = hashlib.sha256(os.fsencode("\n".join(map(str, meant)))).hexdigest()[:32]
        return cls(platformdirs.user_state_path("reelway") / f"{name}.json")

    def read(self) -> Begun | None:
        with suppress(OSError, ValueError, TypeError):
            return Begun(**json.loads(self.path.read_bytes()))
        return None

    def write(self, begun: Begun) -> None:
        """Replace the file atomically, readable by this user only; very old notes are removed."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        for old in self.path.parent.iterdir():
            with suppress(FileNotFoundError):  # another upload may be removing the same
                if old.stat().st_mtime < time.time() - NOTE_AGE_S:
                    old.unlink()
        with tempfile.NamedTemporaryFile("w", dir=self.path.parent, suffix=".new", delete=False) as new:
            json.dump(asdict(begun), new)
        Path(new.name).replace(self.path)

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)


def upload(server: Server, source: Source, note: Note) -> str:
    """Send the parts that the server does not have yet, and return the video's id.

    Raises CliError and OSError. While the note exists, the next call continues where this one stopped.
    """
    begun = note.read()
    if begun and begun.video_id and _is_known(server, begun.video_id):
        _say(f"{source.file.name}: sent before")
        return begun.video_id
    # If only the answer to `complete` was lost, the server repeats it.
    video_id = _complete_again(server, begun) if begun and begun.parts else None
    if video_id is None:
        begun = _send_all(server, source, note, begun)
        video_id = _complete_first(server, begun, note)
    if begun:
        note.write(replace(begun, video_id=video_id))
    return video_id


def _is_known(server: Server, video_id: str) -> bool:
    """Whether the server has this video, and it has not been deleted."""
    try:
        server.describe(video_id)
    except Refused as refusal:
        if refusal.status in {404, 410}:
            return False
        raise
    return True


def _complete_again(server: Server, begun: Begun) -> str | None:
    try:
        return _complete(server, begun)
    except Refused as refusal:
        if refusal.status in {400, 404}:
            return None
        raise


def _complete_first(server: Server, begun: Begun, note: Note) -> str:
    try:
        return _complete(server, begun)
    except Refused as refusal:
        if refusal.status == 413:  # the server has forgotten it, too
            note.remove()
        raise


def _send_all(server: Server, source: Source, note: Note, begun: Begun | None) -> Begun:
    """Send all parts, continuing the upload that has `begun` if the server still has it."""
    there = _stored(server, begun) if begun else None
    if begun is None or there is None:
        begun, there = _begin(server, source), {}
        note.write(begun)
    try:
        begun = replace(begun, parts=_send(server, source, begun, there))
    except (CliError, OSError):
        _check_unchanged(server, source, note, begun)
        raise
    _check_unchanged(server, source, note, begun)
    note.write(begun)
    return begun


def _check_unchanged(server: Server, source: Source, note: Note, begun: Begun) -> None:
    """Raises CliError and drops what was sent if the file changed meanwhile: its parts would not match."""
    if not source.has_changed():
        return
    note.remove()
    with suppress(CliError):
        server.ask_once("DELETE", begun.path, params=begun.query)
    raise CliError("The file was changed while it was being sent. Upload it again when it is finished.")


def _begin(server: Server, source: Source) -> Begun:
    kind = mimetypes.guess_type(source.file.name)[0] or ""
    name = os.fsencode(source.file.name).decode(errors="replace")
    asked = {"filename": name, "type": kind, "metadata": {"size": source.size_bytes, **source.said}}
    answer = _document(server.ask("POST", "s3/multipart", json=asked), "key", "uploadId")
    return Begun(answer["key"], answer["uploadId"])


def _stored(server: Server, begun: Begun) -> dict[int, str] | None:
    """The ETags of the parts that have arrived, by number; None when the server has forgotten the upload."""
    try:
        listed = server.ask("GET", begun.path, params=begun.query).json()
    except Refused as refusal:
        if refusal.status in {400, 404}:
            return None
        raise
    return {part["PartNumber"]: part["ETag"] for part in listed}


def _send(server: Server, source: Source, begun: Begun, there: dict[int, str]) -> list[dict[str, Any]]:
    """Send the parts that are not `there`, and return all of them in the form that `complete` expects."""
    name = source.file.name
    _say_line(f"{name}: {_parts(len(source.numbers))}" + (f", {len(there)} sent before" if there else ""))
    with _bars(DownloadColumn(), TransferSpeedColumn()) as bars:
        sender = _Sender(server, source, begun, there, bars, bars.add_task(name, total=source.size_bytes))
        pool = ThreadPoolExecutor(PARTS_AT_ONCE)
        try:
            return list(pool.map(sender.send, source.numbers))
        finally:
            # When one part has failed, or after Ctrl-C, the others are not waited for.
            sender.gave_up.set()
            pool.shutdown(wait=False, cancel_futures=True)


def _complete(server: Server, begun: Begun) -> str:
    answer = server.ask("POST", f"{begun.path}/complete", params=begun.query, json={"parts": begun.parts})
    return str(_document(answer, "videoId")["videoId"])


@dataclass(frozen=True, slots=True)
class _Sender:
    """Sends single parts, in any thread."""

    server: Server
    source: Source
    begun: Begun
    there: dict[int, str]
    bars: Progress
    task: TaskID
    gave_up: threading.Event = field(default_factory=threading.Event)

    def send(self, number: int) -> dict[str, Any]:
        """Send one part unless the server has the same bytes; returns it as `complete` expects it."""
        etag = self.there.get(number, "")
        if etag and etag.strip('"') == self.source.md5(number):
            self.show(self.source.length_bytes(number))
        else:
            etag = self.server.attempts(403, gave_up=self.gave_up)(self._put, number)
        return {"PartNumber": number, "ETag": etag}

    def show(self, count_bytes: int) -> None:
        self.bars.advance(self.task, count_bytes)

    def _put(self, number: int) -> str:
        """One attempt, with a newly presigned URL because signatures expire; the part's ETag."""
        signed = self.server.ask_once("GET", f"{self.begun.path}/{number}", params=self.begun.query)
        body = _Body(self.source.pieces(number), self.show, self.gave_up)
        try:
            stored = self.server.ask_once(
                "PUT",
                _document(signed, "url")["url"],
                content=body,
                headers={"Content-Length": str(self.source.length_bytes(number))},
                timeout=PART_TIMEOUT,
            )
        except CliError:
            self.show(-body.sent_bytes)
            raise
        if "ETag" not in stored.headers:
            raise _no_reelway(stored)
        return stored.headers["ETag"]


@dataclass(slots=True)
class _Body:
    """The body of a PUT: reports each piece that was sent, and stops when the upload is given up."""

    pieces: Iterator[bytes]
    show: Callable[[int], None]
    gave_up: threading.Event
    sent_bytes: int = 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self.pieces:
            if self.gave_up.is_set():
                raise CliError("The upload was given up.")
            yield piece
            self.sent_bytes += len(piece)
            self.show(len(piece))


def _parts(count: int) -> str:
    return "1 part" if count == 1 else f"{count} parts"


# ── watch ──────────────────────────────────────────────────────────────────────────────────────


def watch(server: Server, video_id: str, name: str) -> None:
    """Show the states, then the progress of the ladder; raises CliError when the video FAILED."""
    with _bars(TaskProgressColumn()) as bars:
        task = bars.add_task(name, total=1)
        state = ""
        for status in states(server, video_id):
            if status["state"] != state:
                state = status["state"]
                _say_line(f"{name}: {state}")
            follow = ", more renditions follow" if state == "READY" else ""
            done = _ladder(status) if follow else status
            bars.update(task, description=f"{name} {state}{follow}", completed=done.get("progress") or 0)
        video = server.describe(video_id)
        bars.update(task, description=f"{name} {state}", completed=1)
    reason = video.get("failure", {}).get("message", "The server gives no reason.")
    if state == "FAILED":
        raise CliError(reason)
    if _ladder(video)["state"] == "failed":
        _say(f"{name}: there will be no more renditions. {reason}")
    else:
        _say_line(f"{name}: {state} with all its renditions")


def states(server: Server, video_id: str) -> Iterator[dict[str, Any]]:
    """The statuses of a video until it FAILED or its ladder has ended, over as many sockets as that takes.

    Each is a mapping with `state` and, if known, `progress` from 0 to 1 and `ladder`; one may come twice.
    Before each socket the video's description is read, so that no state is missed; a deleted video raises
    Refused. A server that does not know `until` closes its sockets when the video is READY.
    """
    path = f"video/{_id(video_id)}/status/stream?progress=true&until=complete"
    url = urljoin(server.url.replace("http", "ws", 1), path)
    delay_s = FIRST_DELAY_S
    while True:
        status = server.describe(video_id)
        yield status
        if _is_settled(status):
            return
        headers = server.bearer
        with (
            suppress(WebSocketException, OSError),
            connect(url, open_timeout=CONNECT_TIMEOUT_S, additional_headers=headers) as socket,
        ):
            for message in socket:
                status = json.loads(message)
                yield status
                if _is_settled({"ladder": {"state": "encoding"}, **status}):
                    return
                delay_s = FIRST_DELAY_S
        time.sleep(delay_s)
        delay_s = min(delay_s * 2, MAX_DELAY_S)


def _is_settled(video: dict[str, Any]) -> bool:
    is_ready = video["state"] == "READY" and _ladder(video)["state"] != "encoding"
    return bool(is_ready or video["state"] == "FAILED")


def _ladder(video: dict[str, Any]) -> dict[str, Any]:
    return video.get("ladder") or {"state": "complete"}


# ── restore ────────────────────────────────────────────────────────────────────────────────────


def restore(server: Server, video_id: str) -> None:
    """Undo a deletion, wait until the video is there, and watch it; raises CliError when it is too late."""
    path = f"video/{_id(video_id)}/restore"
    while server.ask("POST", path).status_code == httpx.codes.ACCEPTED:
        time.sleep(RESTORE_DELAY_S)
    watch(server, video_id, video_id)


# ── list, get ──────────────────────────────────────────────────────────────────────────────────


def videos(server: Server, **query: str | None) -> Iterator[dict[str, Any]]:
    """Descriptions, newest first; the next page is requested when the one before is used up."""
    asked = {"limit": str(PAGE_LIMIT), **{name: value for name, value in query.items() if value}}
    while True:
        page = _document(server.ask("GET", "videos", params=asked), "videos")
        yield from page["videos"]
        if not page.get("next"):
            return
        asked["cursor"] = page["next"]


def _listed(video: dict[str, Any]) -> str:
    """A line for people and for `cut`: id, state and title, with tabs between them."""
    return "\t".join((str(video["videoId"]), str(video["state"]), _seen(str(video.get("title", "")))))


def _seen(text: str) -> str:
    """Without what would steer a terminal, or turn the direction of the line around."""
    return "".join("\ufffd" if unicodedata.category(sign) in {"Cc", "Cf", "Cs"} else sign for sign in text)


def get(server: Server, video_id: str, output: Path | None) -> None:
    """Write the segments of the best rendition one after the other: together they are one transport stream.

    To the file or into the folder `output`, by default to `ID.ts`; to stdout if it is `-`. Raises CliError
    and OSError, and then leaves a file that was there before as it was.
    """
    name = f"{_id(video_id)}.ts"
    urls = _segment_urls(server, video_id)
    with _opened(output or Path(name), name) as target, _bars(MofNCompleteColumn()) as bars:
        for url in bars.track(urls, description=name):
            target.write(server.ask("GET", url).content)
        target.flush()


def _segment_urls(server: Server, video_id: str) -> list[str]:
    """Of the rendition with the most pixels, and of several such the one with the highest bandwidth."""
    master_url, master = _master(server, f"stream/{video_id}/master.m3u8", video_id)
    renditions = m3u8.loads(master).playlists
    if not renditions:
        raise CliError(f"{master_url} lists no renditions.")
    media_url = urljoin(master_url, max(renditions, key=_quality).uri)
    segments = m3u8.loads(server.ask("GET", media_url).text).segments
    return [urljoin(media_url, segment.uri) for segment in segments]


def _master(server: Server, path: str, video_id: str) -> tuple[str, str]:
    """URL and text of the multivariant playlist; the URL of a signed video has a token in its path."""
    try:
        return urljoin(server.url, path), server.ask("GET", path).text
    except Refused as refused:
        if refused.status != httpx.codes.NOT_FOUND:
            raise
        # Without a playback token a signed video is as one that never was.
        path = f"p/{_playback_token(server, video_id, refused)}/{path}"
    return urljoin(server.url, path), server.ask("GET", path).text


def _playback_token(server: Server, video_id: str, refused: Refused) -> str:
    """Raises Refused for a video that was `refused` already, and may be unknown."""
    try:
        issued = _document(server.ask("POST", f"video/{video_id}/playback-tokens"), "token")
    except Refused as denied:
        if denied.status == httpx.codes.NOT_FOUND:
            raise refused from None
        if denied.status == httpx.codes.GONE:
            raise
        raise Refused(denied.status, f"{refused} If it is a signed one: {denied}") from denied
    return str(issued["token"])


def _quality(rendition: Any) -> tuple[int, int]:
    width, height = rendition.stream_info.resolution or (0, 0)
    return width * height, rendition.stream_info.bandwidth


@contextmanager
def _opened(output: Path, name: str) -> Iterator[BinaryIO]:
    """A file that gets its name only when it is complete."""
    if output == Path("-"):
        yield sys.stdout.buffer
        return
    output = output / name if output.is_dir() else output
    if output.exists() and not output.is_file():
        raise CliError(f"{output} is not a file.")
    unfinished = output.with_name(f"{output.name}.{os.getpid()}.part")
    try:
        with unfinished.open("wb") as target:
            yield target
        unfinished.replace(output)
    finally:
        unfinished.unlink(missing_ok=True)


# ── token ──────────────────────────────────────────────────────────────────────────────────────


def token_for(owner: str, scope: str, lasts_s: int, stack: str | None) -> str:
    """A token that the key of this stack on AWS has signed, by default that of the system on this machine.

    It is a JWT (RFC 7519) with HS256. Raises CliError.
    """
    if not re.fullmatch(r"[A-Za-z0-9._~:/@|+=-]{1,255}", owner):
        raise CliError(f"{owner!r} cannot be an owner: letters, digits and ._~:/@|+=- can, up to 255.")
    key = _key_on_aws(stack) if stack else _key_on_this_machine()
    now_s = int(time.time())
    claims = {"iss": "reelway", "aud": "reelway", "sub": owner, "scope": scope}
    parts = {"alg": "HS256", "kid": key["kid"], "typ": "JWT"}, claims | {"iat": now_s, "exp": now_s + lasts_s}
    text = ".".join(_base64(json.dumps(part, separators=(",", ":")).encode()) for part in parts)
    return f"{text}.{_base64(hmac.new(key['key'].encode(), text.encode(), hashlib.sha256).digest())}"


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _key_on_this_machine() -> dict[str, str]:
    """Of the system that `make up` of this checkout has started, whose emulator trusts everybody here."""
    state = Path(__file__).resolve().parents[1] / ".reelway"
    try:
        port = json.loads((state / "ports.json").read_text())["emulator_port"]
        secret = json.loads((state / "deployed.json").read_text())["outputs"]["TokenKeyArn"]
        scope = "Credential=test/20260101/us-east-1/secretsmanager/aws4_request"
        answer = httpx.post(
            f"http://127.0.0.1:{port}/",
            json={"SecretId": secret},
            headers={
                "Content-Type": "application/x-amz-json-1.1",
                "X-Amz-Target": "secretsmanager.GetSecretValue",
                "X-Amz-Date": "20260101T000000Z",
                "Authorization": f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature={'0' * 64}",
            },
            trust_env=False,
        )
        return _key(answer.raise_for_status().json()["SecretString"])
    except (OSError, KeyError, ValueError, httpx.HTTPError) as error:
        raise CliError(
            "No Reelway of this checkout runs here: `make up` starts it. For one on AWS give --stack NAME."
        ) from error


def _key_on_aws(stack: str) -> dict[str, str]:
    """By the AWS CLI, which knows the account's owner by all the ways that there are."""
    found = "Stacks[0].Outputs[?OutputKey=='TokenKeyArn'].OutputValue"
    arn = _aws("cloudformation", "describe-stacks", "--stack-name", stack, "--query", found)
    if not arn.startswith("arn:"):
        raise CliError(f"The stack {stack} has no key for tokens; is it an older Reelway?")
    return _key(_aws("secretsmanager", "get-secret-value", "--secret-id", arn, "--query", "SecretString"))


def _aws(*arguments: str) -> str:
    try:
        ended = subprocess.run(
            ["aws", *arguments, "--output", "text"], capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise CliError("Keys on AWS are read by the AWS CLI, `aws`, which is not installed here.") from None
    if ended.returncode:
        raise CliError(f"aws {arguments[0]}: {ended.stderr.strip() or 'it failed.'}")
    return ended.stdout.strip()


def _key(secret: str) -> dict[str, str]:
    stored = json.loads(secret)
    return {"kid": str(stored["kid"]), "key": str(stored["key"])}


def _duration_s(text: str) -> int:
    found = re.fullmatch(r"([1-9]\d{0,5})([smhd])", text)
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time such as 90s, 15m, 1h or 30d")
    return int(found[1]) * {"s": 1, "m": 60, "h": 3600, "d": 86_400}[found[2]]


def _scope(text: str) -> str:
    unknown = set(text.split()) - {*SCOPES, "admin"}
    if unknown:
        raise argparse.ArgumentTypeError(f"{unknown.pop()!r} is none of {', '.join((*SCOPES, 'admin'))}")
    return " ".join(text.split())


# ── the terminal ───────────────────────────────────────────────────────────────────────────────


def _bars(*columns: ProgressColumn) -> Progress:
    """Progress bars on a terminal, nothing elsewhere."""
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        *columns,
        console=console,
        disable=not console.is_interactive,
    )


def _say(line: str, style: str = "") -> None:
    console.print(line, style=style, markup=False, highlight=False, soft_wrap=True)


def _say_line(line: str) -> None:
    """Say what the bars would show, unless there are bars."""
    if not console.is_interactive:
        _say(line)


def _say_error(error: CliError | OSError, name: str = "") -> None:
    sentence = str(error)
    if isinstance(error, OSError) and error.strerror:
        place = f"{error.filename}: " if error.filename and str(error.filename) != name else ""
        sentence = f"{place}{error.strerror}."
    _say(f"reelway: {f'{name}: ' if name else ''}{sentence}", style="red")


def _base_url(text: str) -> str:
    """The URL with a slash at its end, so that paths can be joined to it."""
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a URL: {error}") from error
    if url.scheme not in {"http", "https"} or not url.host or url.query or url.fragment:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not the URL of a Reelway, which is like https://host or http://host:8080/path."
        )
    return str(url).rstrip("/") + "/"


def _parser() -> argparse.ArgumentParser:
    address = argparse.ArgumentParser(add_help=False)
    address.add_argument("--url", type=_base_url, default=argparse.SUPPRESS, help="of the Reelway")
    address.add_argument("--token", default=argparse.SUPPRESS, help="where the Reelway asks for one")
    parser = argparse.ArgumentParser(
        prog="reelway", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    address_default = os.environ.get("REELWAY_URL") or DEFAULT_URL
    parser.add_argument("--url", type=_base_url, default=address_default, help="of the Reelway")
    token_default = os.environ.get("REELWAY_TOKEN", "")
    parser.add_argument("--token", default=token_default, help="where the Reelway asks for one")
    parser.add_argument("--version", action="version", version=f"reelway {VERSION}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    uploading = commands.add_parser("upload", parents=[address], help="upload files, then watch them")
    uploading.add_argument("files", nargs="+", type=Path, metavar="FILE")
    uploading.add_argument("--title", help="of each of them; the file's name without it")
    uploading.add_argument("--external-id", metavar="TEXT", help="an id of your own, of each of them")
    uploading.add_argument(
        "--playback", choices=["public", "signed"], help="who may play; as deployed without it"
    )
    uploading.add_argument("--no-watch", action="store_true", help="end when the bytes have arrived")
    watching = commands.add_parser("watch", parents=[address], help="show a video's states")
    watching.add_argument("id", metavar="ID")
    listing = commands.add_parser("list", parents=[address], help="ids, states and titles, newest first")
    listing.add_argument("--ids", action="store_true", help="ids alone")
    listing.add_argument("--state", choices=STATES, help="only videos in this state")
    listing.add_argument("--external-id", metavar="TEXT", help="only videos with this id of your own")
    describing = commands.add_parser(
        "describe", parents=[address], help="print what is known of a video as JSON"
    )
    describing.add_argument("id", metavar="ID")
    getting = commands.add_parser("get", parents=[address], help="save the best rendition")
    getting.add_argument("id", metavar="ID")
    getting.add_argument("-o", "--output", type=Path, help="a file or folder, - for stdout; default: ID.ts")
    retrying = commands.add_parser(
        "retry", parents=[address], help="process a video again that failed by the server's fault"
    )
    retrying.add_argument("id", metavar="ID")
    deleting = commands.add_parser("delete", parents=[address], help="delete a video")
    deleting.add_argument("id", metavar="ID")
    restoring = commands.add_parser("restore", parents=[address], help="undo the deletion of a video")
    restoring.add_argument("id", metavar="ID")
    signing = commands.add_parser("token", help="print a token, by the key of a stack of your own")
    signing.add_argument("--owner", required=True, help="whose videos it is about")
    signing.add_argument("--scope", type=_scope, default=" ".join(SCOPES), help="default: %(default)s")
    signing.add_argument("--expires", type=_duration_s, default="1h", help="default: %(default)s")
    signing.add_argument("--stack", help="on AWS, by the AWS CLI; default: the system on this machine")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return the exit status; raises SystemExit(2) for an invalid command line."""
    asked = _parser().parse_args(arguments)
    try:
        with closing(Server(asked.url, token=asked.token)) as server:
            status = run(asked, server)
            sys.stdout.flush()
            return status
    except BrokenPipeError:  # the reader of stdout has closed it
        _abandon_stdout()
    except (CliError, OSError) as error:
        _say_error(error)
        _abandon_stdout()
    except KeyboardInterrupt:
        hint = "; the same command continues where it stopped" if asked.command == "upload" else ""
        _say(f"reelway: interrupted{hint}", style="red")
        return INTERRUPTED
    return FAILED


def run(asked: argparse.Namespace, server: Server) -> int:
    if asked.command == "upload":
        stated = {"title": asked.title, "externalId": asked.external_id, "playback": asked.playback}
        said = {name: text for name, text in stated.items() if text is not None}
        return _upload_all(server, asked.files, said, is_watched=not asked.no_watch)
    if asked.command == "watch":
        watch(server, asked.id, asked.id)
    elif asked.command == "list":
        for video in videos(server, state=asked.state, externalId=asked.external_id):
            print(video["videoId"] if asked.ids else _listed(video))
    elif asked.command == "describe":
        print(json.dumps(server.describe(asked.id), indent=2))
    elif asked.command == "get":
        get(server, asked.id, asked.output)
    elif asked.command == "retry":
        server.ask("POST", f"video/{_id(asked.id)}/retry")
        watch(server, asked.id, asked.id)
    elif asked.command == "restore":
        restore(server, asked.id)
    elif asked.command == "token":
        print(token_for(asked.owner, asked.scope, asked.expires, asked.stack))
    else:
        server.ask("DELETE", f"video/{_id(asked.id)}")
    return 0


def _upload_all(server: Server, files: list[Path], said: dict[str, str], *, is_watched: bool) -> int:
    """Upload the files in turn and print their ids, then watch them; after a failure the next file follows.

    The notes are kept until the end, so that the same command after Ctrl-C uploads nothing a second time.
    """
    status, uploaded, notes = 0, dict[Path, str](), list[Note]()
    for file in files:
        try:
            source = replace(Source.of(file), said=said)
            note = Note.of(server, source)
            uploaded[file] = upload(server, source, note)
        except (CliError, OSError) as error:
            _say_error(error, str(file))
            status = FAILED
        else:
            notes.append(note)
            print(uploaded[file], flush=True)
    for file, video_id in uploaded.items() if is_watched else ():
        try:
            watch(server, video_id, file.name)
        except CliError as error:
            _say_error(error, str(file))
            status = FAILED
    for note in notes:
        note.remove()
    return status


def _abandon_stdout() -> None:
    """Send the rest to /dev/null: Python would try to write it when it exits, and complain."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    ended = main()
    if ended == INTERRUPTED:
        os._exit(ended)  # without waiting for the parts that are being sent
    sys.exit(ended)
