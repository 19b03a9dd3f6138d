import asyncio
from collections.abc import Iterable

import pytest
from multidict import CIMultiDict

from local.edge.limits import BodyTooLargeError, read_at_most, request_body_limit, response_body_limit

NO_HEADERS: CIMultiDict[str] = CIMultiDict()


class Chunks:
    """A body that arrives in these chunks, and knows how many bytes were asked of it."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self.read_bytes = 0

    async def read(self, n: int = -1, /) -> bytes:
        chunk = next(self._chunks, b"")
        self.read_bytes += len(chunk)
        return chunk


def test_a_body_of_4_4_megabytes_fits_both_ways() -> None:
    assert request_body_limit("/upload", "", NO_HEADERS) > 4_400_000
    assert response_body_limit(NO_HEADERS) > 4_400_000


def test_a_body_whose_base64_alone_is_6_mebibytes_fits_neither_way() -> None:
    assert request_body_limit("/upload", "", NO_HEADERS) < 6 * 1024 * 1024 // 4 * 3
    assert response_body_limit(NO_HEADERS) < 6 * 1024 * 1024 // 4 * 3


def test_headers_take_from_the_room_for_the_body() -> None:
    headers = CIMultiDict({"X-Long": "v" * 1000})
    assert request_body_limit("/", "", headers) < request_body_limit("/", "", NO_HEADERS) - 1000


def test_a_body_within_the_limit_is_read_whole() -> None:
    assert asyncio.run(read_at_most(Chunks([b"ab", b"cd"]), 4)) == b"abcd"


def test_a_body_over_the_limit_is_not_read_further() -> None:
    body = Chunks(b"xx" for _ in range(1000))
    with pytest.raises(BodyTooLargeError):
        asyncio.run(read_at_most(body, 5))
    assert body.read_bytes == 6
