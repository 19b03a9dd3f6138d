"""Reads the uploaded file, and what is said of it, out of a multipart/form-data body."""

from dataclasses import dataclass, field

from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from reelway.errors import bad_request

FIELD = "file"


@dataclass(slots=True)
class Form:
    """The file with its name, and the texts of the other fields, the first of each name.

    Text that is no UTF-8 has the sign for what cannot be shown in its place.
    """

    file: bytes
    file_name: str | None = None
    texts: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Part:
    name: str
    file_name: str | None
    content: bytearray = field(default_factory=bytearray)


def form_of(content_type: str, body: bytes) -> Form:
    """The form with the one field named `file`.

    Raises RequestRefused 400: `not_multipart`, `malformed_multipart`, `no_file`, `several_files`,
    `empty_file`.
    """
    media_type, options = parse_options_header(content_type)
    if media_type != "multipart/form-data" or not options.get("boundary"):
        raise bad_request(
            "not_multipart",
            f"Content-Type is {content_type!r}; expected multipart/form-data with a boundary.",
        )
    try:
        parts = _parts(options["boundary"], body)
    except MultipartError as error:
        raise bad_request("malformed_multipart", f"The multipart body cannot be read: {error}.") from error
    files = [part for part in parts if part.name == FIELD]
    if not files:
        raise bad_request("no_file", f"The form has no field named {FIELD!r}.")
    if len(files) > 1:
        raise bad_request("several_files", f"The form has {len(files)} fields named {FIELD!r}; expected one.")
    if not files[0].content:
        raise bad_request("empty_file", "The file is empty.")
    texts = {part.name: _text(part.content) for part in reversed(parts) if part.name != FIELD}
    return Form(bytes(files[0].content), files[0].file_name, texts)


def _parts(boundary: str, body: bytes) -> list[_Part]:
    """For each, the parser yields a segment, its bytes, None."""
    parts: list[_Part] = []
    # Any bytes are valid Latin-1; what they are in truth is UTF-8, as browsers and clients send names.
    parser = PushMultipartParser(boundary, content_length=len(body), strict=True, header_charset="latin-1")
    with parser:
        for event in parser.parse(body):
            if isinstance(event, MultipartSegment):
                parts.append(_Part(_of_header(event.name), event.filename and _of_header(event.filename)))
            elif event:
                parts[-1].content += event
    return parts


def _of_header(text: str) -> str:
    return _text(text.encode("latin-1"))


def _text(content: bytes | bytearray) -> str:
    return content.decode(errors="replace")
