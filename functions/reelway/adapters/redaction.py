"""What logs must not hold is taken out of every line and message here, before it is written."""

import re
from typing import Final

_END: Final = r"[^/?&\s\"'\\]+"  # of a part of a URL, in a line of JSON
_SECRETS: Final = (
    # Whoever has this id and the upload's key may send parts of the file.
    (re.compile(rf"(/s3/multipart(?:/|%2F)+){_END}", re.IGNORECASE), r"\1<uploadId>"),
    (re.compile(rf"(uploadId=){_END}", re.IGNORECASE), r"\1<uploadId>"),
    (re.compile(rf"(X-Amz-(?:Signature|Credential|Security-Token)=){_END}", re.IGNORECASE), r"\1<secret>"),
    # ffmpeg's '[h264 @ 0x55d0…]' and Python's '<object at 0x7f…>' help those who attack the program.
    (re.compile(r"(?<=[@t] )0x[0-9a-f]{6,16}\b", re.IGNORECASE), "<address>"),
)


def redacted(text: str) -> str:
    """The text without ids of uploads in parts, parts of signed URLs, and addresses in memory."""
    for secret, replacement in _SECRETS:
        text = secret.sub(replacement, text)
    return text
