import pytest

from reelway.errors import RequestRefused
from reelway.ports.storage import Part
from upload import companion
from upload.multipart import BegunUpload
from upload.part_lists import MAX_PARTS


@pytest.mark.parametrize(
    ("document", "declared"),
    [
        ({}, (None, None)),
        ({"type": "video/mp4", "metadata": {"size": 7}}, ("video/mp4", 7)),
        ({"type": 1, "metadata": [7]}, (1, None)),
    ],
)
def test_type_and_size_are_what_the_client_declares(
    document: dict[str, object], declared: tuple[object, object]
) -> None:
    assert companion.type_and_size(document) == declared


def test_numbers_are_read_one_or_many() -> None:
    assert companion.part_number("7") == 7
    assert companion.part_numbers("1,2,10000") == [1, 2, 10_000]


@pytest.mark.parametrize("text", ["", "x", "-1", "1.5", " 1", "1_0", "\u0661", "9" * 10, "9" * 5000])
def test_a_text_that_is_no_number_of_a_part_is_400(text: str) -> None:
    for read in (companion.part_number, companion.part_numbers):
        with pytest.raises(RequestRefused) as refused:
            read(text)
        assert (refused.value.status, refused.value.code) == (400, "bad_part_numbers")


@pytest.mark.parametrize("etag", ["abc", '"abc"', ' "abc" '])
def test_an_etag_may_come_with_or_without_quotes(etag: str) -> None:
    listed = companion.listed_parts({"parts": [{"PartNumber": 1, "ETag": etag}]})
    assert listed == [Part(1, '"abc"')]


@pytest.mark.parametrize("parts", [None, {}, "x", [1], [{"PartNumber": 1, "ETag": "a"}, None]])
def test_a_body_without_a_list_of_parts_is_400(parts: object) -> None:
    with pytest.raises(RequestRefused) as refused:
        companion.listed_parts({"parts": parts})
    assert (refused.value.status, refused.value.code) == (400, "invalid_part")


@pytest.mark.parametrize(
    ("number", "etag"), [("1", "a"), (None, "a"), (1, None), (1.5, "a"), (True, "a"), (1, 2)]
)
def test_a_part_without_number_or_etag_is_400(number: object, etag: object) -> None:
    with pytest.raises(RequestRefused) as refused:
        companion.listed_parts({"parts": [{"PartNumber": number, "ETag": etag}]})
    assert (refused.value.status, refused.value.code) == (400, "invalid_part")


@pytest.mark.parametrize("number", [0, -1, MAX_PARTS + 1])
def test_a_listed_part_whose_number_s3_does_not_take_is_400(number: int) -> None:
    with pytest.raises(RequestRefused) as refused:
        companion.listed_parts({"parts": [{"PartNumber": number, "ETag": "a"}]})
    assert (refused.value.status, refused.value.code) == (400, "bad_part_numbers")


def test_the_answers_have_the_names_that_uppy_reads() -> None:
    upload = BegunUpload("id", "uploads/id", "u1")
    assert companion.begun(upload, "bucket") == {"key": "uploads/id", "uploadId": "u1", "bucket": "bucket"}
    assert companion.stored([Part(1, '"a"', 5)]) == [{"PartNumber": 1, "ETag": '"a"', "Size": 5}]
    assert companion.url("https://x") == {"url": "https://x", "expires": 900}
    assert companion.urls({1: "https://x"}) == {"presignedUrls": {"1": "https://x"}}
    assert companion.completed("uploads/id", video_id="id", location="https://y", bucket="b") == {
        "location": "https://y",
        "key": "uploads/id",
        "bucket": "b",
        "videoId": "id",
    }


@pytest.mark.parametrize(("text", "size"), [(None, None), ("1", 1), ("5368709120", 5368709120)])
def test_a_size_is_a_number_of_bytes(text: str | None, size: int | None) -> None:
    assert companion.size(text) == size


@pytest.mark.parametrize("text", ["", "0", "-1", "1.5", "1e9", "\u0661", "9" * 14, "much"])
def test_anything_else_is_no_size(text: str) -> None:
    with pytest.raises(RequestRefused) as caught:
        companion.size(text)
    assert (caught.value.status, caught.value.code) == (400, "bad_size")
