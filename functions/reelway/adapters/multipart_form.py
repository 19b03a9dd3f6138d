"""Reads the uploaded file out of a multipart/form-data body."""

from http import HTTPStatus

from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from reelway.errors import AnswerCode, RequestRefused

FIELD = "file"


def file_of(content_type: str, body: bytes) -> bytes:
    """The content of the one field named `file`.

    Raises RequestRefused 400: `not_multipart`, `malformed_multipart`, `no_file`, `several_files`,
    `empty_file`.
    """
    media_type, options = parse_options_header(content_type)
    if media_type != "multipart/form-data" or not options.get("boundary"):
        raise _bad(
            "not_multipart",
            f"Content-Type is {content_type!r}; expected multipart/form-data with a boundary.",
        )
    try:
        files = _fields(options["boundary"], body)
    except MultipartError as error:
        raise _bad("malformed_multipart", f"The multipart body cannot be read: {error}.") from error
    if not files:
        raise _bad("no_file", f"The form has no field named {FIELD!r}.")
    if len(files) > 1:
        raise _bad("several_files", f"The form has {len(files)} fields named {FIELD!r}; expected one.")
    if not files[0]:
        raise _bad("empty_file", "The file is empty.")
    return files[0]


def _fields(boundary: str, body: bytes) -> list[bytes]:
    """The contents of all fields named `file`. For each, the parser yields a segment, its bytes, None."""
    files: list[bytearray] = []
    is_ours = False
    # Any bytes are valid Latin-1; of the headers, only the name of the field is read.
    parser = PushMultipartParser(boundary, content_length=len(body), strict=True, header_charset="latin-1")
    with parser:
        for event in parser.parse(body):
            if isinstance(event, MultipartSegment):
                is_ours = event.name == FIELD
                if is_ours:
                    files.append(bytearray())
            elif event and is_ours:
                files[-1] += event
    return [bytes(file) for file in files]


def _bad(code: AnswerCode, detail: str) -> RequestRefused:
    return RequestRefused(HTTPStatus.BAD_REQUEST, code, detail)
