"""An upload as a file object: on the disk, or over HTTP by requests for ranges of bytes.

A connection that breaks is a fault of the network, never the end of the file: the range is asked for again
from where it stopped, and an answer that is shorter than it declares counts as broken. What cannot be read is
kept as `fault`, for libav hides errors of reading behind those of its own.
"""

import io
import re
import ssl
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import HTTPError, SSLError

_MIN_REQUEST_BYTES, _MAX_REQUEST_BYTES = 131_072, 4_194_304  # as ffmpeg asks for (`ffmpeg.inputs`)
# Places of the file that are kept: video and audio may lie far apart, and libav goes to and fro.
_MAX_WINDOWS = 4
_TIMEOUT = urllib3.Timeout(connect=2.5, read=2.5)  # seconds, as ffmpeg's; probing has time for three of them
_ATTEMPTS, _PAUSE_S = 3, 0.2  # in a row without a byte
_MAX_WAIT_S = 5.0  # for the next byte, over all attempts
_PART_BYTES = 65_536  # so much of an answer is kept where it breaks off
_CONTENT_RANGE = re.compile(r"bytes ([0-9]+)-[0-9]+/([0-9]+)")


class LocalFile(io.FileIO):
    """For tests and laptops, where uploads may be on the disk; faults of a disk are errors of libav."""

    fault: str | None = None

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.name = "upload"  # what libav is told; it is not to know where it is

    def __enter__(self) -> "LocalFile":
        return self


class Unreachable(OSError):
    """The server does not give the file's bytes."""


class RangedFile:
    """A file that a server has, read ahead in growing ranges, of which the last few are kept."""

    def __init__(self, url: str, ca_file: str) -> None:
        self.fault: str | None = None
        place = urlsplit(url)
        self._target = f"{place.path or '/'}?{place.query}" if place.query else place.path or "/"
        self._pool = _pool(place.scheme, place.hostname or "", place.port, ca_file)
        self._position = 0
        self._size: int | None = None
        self._etag: str | None = None
        self._windows: list[tuple[int, bytes]] = []

    def __enter__(self) -> "RangedFile":
        return self

    def __exit__(self, *raised: object) -> None:
        self._pool.close()

    def seek(self, offset: int, whence: int = 0, /) -> int:
        base = (0, self._position, self._length() if whence == 2 else 0)[whence]
        self._position = max(0, base + offset)
        return self._position

    def tell(self) -> int:
        return self._position

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes, none at the end of the file only; raises Unreachable."""
        if self._position >= self._length():
            return b""
        start, content = self._window()
        at = self._position - start
        read = content[at : at + size]
        self._position += len(read)
        return read

    def _window(self) -> tuple[int, bytes]:
        """The kept range that holds the present position; asks for it where there is none."""
        for window in self._windows:
            if window[0] <= self._position < window[0] + len(window[1]):
                return window
        before = [w for w in self._windows if w[0] + len(w[1]) == self._position]
        wanted = min(2 * len(before[0][1]), _MAX_REQUEST_BYTES) if before else _MIN_REQUEST_BYTES
        window = (self._position, self._range(self._position, wanted))
        self._windows = [*(w for w in self._windows if w not in before), window][-_MAX_WINDOWS:]
        return window

    def _length(self) -> int:
        if self._size is None:
            self._windows.append((0, self._range(0, _MIN_REQUEST_BYTES)))
        return self._size or 0

    def _range(self, start: int, size: int) -> bytes:
        """`size` bytes from `start`, fewer at the end of the file only; raises Unreachable."""
        parts, got, failed, heard_s = [], 0, 0, time.monotonic()
        while not got or got < min(size, (self._size or 0) - start):
            try:
                for part in self._parts(start + got, start + size - 1):
                    parts.append(part)
                    got, failed, heard_s = got + len(part), 0, time.monotonic()
            except (HTTPError, OSError) as error:
                failed += 1
                is_final = isinstance(error, (SSLError, _Refused))
                if is_final or failed >= _ATTEMPTS or time.monotonic() - heard_s > _MAX_WAIT_S:
                    self.fault = f"{type(error).__name__}: {error}"
                    raise Unreachable(self.fault) from error
                time.sleep(_PAUSE_S * failed)
        return b"".join(parts)

    def _parts(self, start: int, last: int) -> Iterator[bytes]:
        """The bytes of one answer; raises HTTPError where it breaks off, _Refused where it is another."""
        headers = {"Range": f"bytes={start}-{last}", "Accept-Encoding": "identity"}
        answer = self._pool.request(
            "GET", self._target, headers=headers, preload_content=False, redirect=False, retries=False
        )
        try:
            self._check(answer, start)
            yield from answer.stream(_PART_BYTES)
        finally:
            answer.drain_conn() if answer.length_remaining == 0 else answer.close()

    def _check(self, answer: urllib3.BaseHTTPResponse, start: int) -> None:
        """That the answer is the range that was asked for, of the file as it was."""
        if answer.status >= 500 or answer.status == 429:
            raise HTTPError(f"the server answered {answer.status}")
        match = _CONTENT_RANGE.fullmatch(answer.headers.get("Content-Range", ""))
        if answer.status != 206 or not match:
            raise _Refused(f"the server answered {answer.status}")
        size, etag = int(match[2]), answer.headers.get("ETag")
        if int(match[1]) != start or (self._size is not None and (size, etag) != (self._size, self._etag)):
            raise _Refused("the file is no longer the same")
        self._size, self._etag = size, etag


Upload = RangedFile | LocalFile
"""What libav reads from; its `fault` is None, or why the server did not give the file's bytes."""


def open_upload(url: str, ca_file: str) -> Upload:
    """Raises OSError when a path cannot be opened; `ca_file` is the CA bundle for https."""
    return RangedFile(url, ca_file) if url.startswith(("http:", "https:")) else LocalFile(url)


class _Refused(OSError):
    """An answer that asking again does not change."""


def _pool(scheme: str, host: str, port: int | None, ca_file: str) -> urllib3.HTTPConnectionPool:
    """To this host alone, and through no proxy; https with a certificate that `ca_file` vouches for."""
    if scheme == "http":
        return urllib3.HTTPConnectionPool(host, port, timeout=_TIMEOUT, retries=False)
    return urllib3.HTTPSConnectionPool(
        host,
        port,
        timeout=_TIMEOUT,
        retries=False,
        cert_reqs="CERT_REQUIRED",
        ca_certs=ca_file,
        ssl_minimum_version=ssl.TLSVersion.TLSv1_2,
    )
