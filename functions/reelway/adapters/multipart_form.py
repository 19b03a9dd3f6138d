"""Reads the uploaded file out of a multipart/form-data body."""

from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from reelway.errors import bad_request

FIELD = "file"


def file_of(content_type: str, body: bytes) -> bytes:
    """The content of the one field named `file`.

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
        files = _fields(options["boundary"], body)
    except MultipartError as error:
        raise bad_request("malformed_multipart", f"The multipart body cannot be read: {error}.") from error
    if not files:
        raise bad_request("no_file", f"The form has no field named {FIELD!r}.")
    if len(files) > 1:
        raise bad_request("several_files", f"The form has {len(files)} fields named {FIELD!r}; expected one.")
    if not files[0]:
        raise bad_request("empty_file", "The file is empty.")
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
