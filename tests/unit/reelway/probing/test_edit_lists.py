import io
import struct

import pytest

from reelway.probing.edit_lists import MAX_EDITS, TooManyEdits, check_edits
from tests.encoding.boxes import box, full_box, with_compressed_index


def movie(edits: int, *, place: bytes = b"edts", first: bytes = b"") -> bytes:
    rows = struct.pack(">IiI", 1, 0, 0x10000) * edits
    listed = box(place, full_box(b"elst", struct.pack(">I", edits), rows))
    return box(b"ftyp", b"isom") + first + box(b"moov", box(b"mvhd"), box(b"trak", listed))


def check(content: bytes) -> None:
    file = io.BytesIO(content)
    check_edits(file)
    assert file.tell() == 0


@pytest.mark.parametrize("edits", [0, 1, MAX_EDITS])
def test_a_few_edits_are_taken(edits: int) -> None:
    check(movie(edits))


LARGE = struct.pack(">I4sQ", 1, b"mdat", 16 + 5) + bytes(5)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(movie(MAX_EDITS + 1), id="in their place"),
        pytest.param(movie(MAX_EDITS + 1, place=b"mdia"), id="elsewhere in the track"),
        pytest.param(movie(MAX_EDITS + 1, first=box(b"mdat", bytes(99))), id="at the end"),
        pytest.param(movie(MAX_EDITS + 1, first=LARGE), id="behind a box with a long size"),
        pytest.param(with_compressed_index(movie(MAX_EDITS + 1)[12:]), id="compressed"),
        pytest.param(movie(1, first=box(b"free") * 1_000), id="behind too many boxes to look for them"),
    ],
)
def test_a_file_with_more_is_not_opened(content: bytes) -> None:
    with pytest.raises(TooManyEdits):
        check(content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0\0\0",
        b"\x1a\x45\xdf\xa3" + bytes(100),
        movie(MAX_EDITS + 1)[:-3300],
        struct.pack(">I4s", 4, b"moov") + bytes(50),
        struct.pack(">I4s", 1, b"moov"),
        struct.pack(">I4s", 0, b"mdat") + bytes(50),
        box(b"moov", box(b"cmov", box(b"cmvd", bytes(4), b"no zlib"))),
        box(b"moov", box(b"cmov", box(b"dcom"))),
    ],
)
def test_what_is_no_movie_or_broken_is_left_to_libav(content: bytes) -> None:
    check(content)
