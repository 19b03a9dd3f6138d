import random

import pytest

from reelway.adapters.multipart_form import form_of
from reelway.errors import RequestRefused

BOUNDARY = "------------------------d74496d66958873e"
CONTENT_TYPE = f"multipart/form-data; boundary={BOUNDARY}"


def part(
    content: bytes, disposition: str = 'form-data; name="file"; filename="clip.mp4"', more: str = ""
) -> bytes:
    return f"--{BOUNDARY}\r\nContent-Disposition: {disposition}\r\n{more}\r\n".encode() + content + b"\r\n"


def form(*parts: bytes) -> bytes:
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def refusal(content_type: str, body: bytes) -> str:
    with pytest.raises(RequestRefused) as caught:
        form_of(content_type, body)
    assert caught.value.status == 400
    return caught.value.code


def text(name: str, content: str | bytes) -> bytes:
    return part(content.encode() if isinstance(content, str) else content, f'form-data; name="{name}"')


def test_what_is_said_of_the_file_is_read_wherever_it_stands() -> None:
    body = form(text("title", "Ferien ☀"), part(b"film"), text("note", b"\xff"), text("title", "second"))
    found = form_of(CONTENT_TYPE, body)
    assert (found.file, found.file_name) == (b"film", "clip.mp4")
    assert found.texts == {"title": "Ferien ☀", "note": "\ufffd"}


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('form-data; name="file"; filename="Größe ☀.mp4"', "Größe ☀.mp4"),
        ('form-data; name="file"; filename="a%22b.mp4"', 'a"b.mp4'),
        ('form-data; name="file"', None),
    ],
)
def test_a_files_name_is_utf_8(disposition: str, name: str | None) -> None:
    assert form_of(CONTENT_TYPE, form(part(b"film", disposition))).file_name == name


NOTE = part(b"holiday", 'form-data; name="note"')


@pytest.mark.parametrize(
    "content",
    [
        b"x",
        b"\r\n",
        b"\r\n\r\n--\r\n",
        b"\x00\xff\r\n\x00\n\r--",
        f"--{BOUNDARY[:-1]}".encode(),
        random.Random(1).randbytes(100_000),  # noqa: S311  no secret
    ],
    ids=["one byte", "line end", "almost a boundary", "binary", "boundary cut short", "100 kB"],
)
def test_the_files_bytes_come_out_exactly(content: bytes) -> None:
    assert form_of(CONTENT_TYPE, form(part(content))).file == content


def test_other_fields_are_passed_over() -> None:
    other = part(b"other", 'form-data; name="files"; filename="file"')
    assert form_of(CONTENT_TYPE, form(NOTE, part(b"film"), other)).file == b"film"


@pytest.mark.parametrize(
    "disposition",
    [
        'form-data; name="file"',
        "form-data; name=file; filename=clip.mp4",
        'form-data; name="file"; filename="my \\"best\\" clip.mp4"',
        'form-data; name="file"; filename="my %22best%22 clip.mp4"',
        'form-data; name="file"; filename="夏休み.mp4"',
        "form-data; name=\"file\"; filename*=UTF-8''%E5%A4%8F.mp4",
        'form-data; name="file"; filename="C:\\clips\\a.mp4"',
        'form-data; filename="a;name=note.mp4"; name="file"',
    ],
)
def test_the_field_is_found_by_its_name_whatever_the_file_is_called(disposition: str) -> None:
    assert form_of(CONTENT_TYPE, form(part(b"film", disposition))).file == b"film"


def test_a_boundary_may_be_quoted_and_the_type_in_any_case() -> None:
    assert (
        form_of(f'Multipart/Form-Data; charset=utf-8; boundary="{BOUNDARY}"', form(part(b"film"))).file
        == b"film"
    )


def test_what_follows_the_last_boundary_is_no_part_of_the_form() -> None:
    assert form_of(CONTENT_TYPE, form(part(b"film")) + b"an epilogue (RFC 2046)").file == b"film"


def test_a_form_without_the_field_is_refused() -> None:
    assert refusal(CONTENT_TYPE, form(NOTE)) == "no_file"


def test_a_form_without_any_field_is_refused() -> None:
    assert refusal(CONTENT_TYPE, form()) == "no_file"


@pytest.mark.parametrize("name", ["File", "files", "fil", "note"])
def test_only_the_exact_name_is_the_field(name: str) -> None:
    assert (
        refusal(CONTENT_TYPE, form(part(b"film", f'form-data; name="{name}"; filename="file"'))) == "no_file"
    )


def test_an_empty_file_is_refused() -> None:
    assert refusal(CONTENT_TYPE, form(part(b""))) == "empty_file"


def test_two_files_are_refused() -> None:
    assert refusal(CONTENT_TYPE, form(part(b"film"), part(b"film"))) == "several_files"


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "application/json",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        f"multipart/mixed; boundary={BOUNDARY}",
        f"text/plain; boundary={BOUNDARY}",
        "application/x-www-form-urlencoded",
        ";;;",
    ],
)
def test_what_is_no_multipart_form_is_refused(content_type: str) -> None:
    assert refusal(content_type, form(part(b"film"))) == "not_multipart"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"film",
        form(part(b"film")).replace(BOUNDARY.encode(), b"another"),
        form(part(b"film"))[: -len(BOUNDARY)],
        form(part(b"film"))[:30],
        form(part(b"film"))[:-8],
        f"--{BOUNDARY}\r\nno header\r\n\r\nfilm\r\n--{BOUNDARY}--\r\n".encode(),
        f"--{BOUNDARY}\r\n\r\nfilm\r\n--{BOUNDARY}--\r\n".encode(),
        part(b"film"),
        form(part(b"film", more="X-Long: " + "x" * 100_000 + "\r\n")),
    ],
    ids=[
        "empty",
        "no boundary",
        "another boundary",
        "cut before the end",
        "cut in a header",
        "cut in the boundary",
        "a header without a colon",
        "no disposition",
        "no end",
        "an endless header",
    ],
)
def test_a_broken_body_is_refused(body: bytes) -> None:
    assert refusal(CONTENT_TYPE, body) == "malformed_multipart"


def test_no_mangled_form_is_more_than_a_bad_request() -> None:
    dice = random.Random(7)  # noqa: S311  no secret
    whole = form(NOTE, part(b"film" * 20))
    for _ in range(500):
        mangled = bytearray(whole)
        for _ in range(dice.randrange(1, 4)):
            mangled[dice.randrange(len(mangled))] = dice.randrange(256)
        assert outcome(bytes(mangled)) in ("taken", 400)


def outcome(body: bytes) -> str | int:
    try:
        return "taken" if form_of(CONTENT_TYPE, body).file else "nothing"
    except RequestRefused as refused:
        return refused.status


def test_a_file_name_in_any_encoding_is_fine() -> None:
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="caf\xe9.mp4"\r\n\r\n'
    assert form_of("multipart/form-data; boundary=b", head + b"film\r\n--b--\r\n").file == b"film"
