"""What the message of a failure must be: a sentence for the uploader, in nobody's inner voice."""

import re

MAX_LENGTH = 300
# Contexts of ffmpeg, URLs, options, files of ours, and the words of the C library.
_FOREIGN = ("[", "]", "@", "ffmpeg", "ffprobe", "out#", "in#", "://", " -", ".txt", ".m3u8", "%d")
_POINTER = re.compile(r"\b0x[0-9a-f]+")
_INNER = (
    "Invalid data", "Invalid argument", "Error ", "No such file", "Nothing was written", "Cannot allocate",
    "Input/output", "Permission denied", "Traceback", "None",
)  # fmt: skip


def faults_of(message: str) -> list[str]:
    """What is wrong with the message of a failure; '' stands for no failure."""
    if not message:
        return []
    found = [f"{message!r} has {word!r}" for word in (*_FOREIGN, *_INNER) if word in message]
    if _POINTER.search(message):
        found.append(f"{message!r} has a pointer")
    if not (message[0].isupper() and message.endswith(".")):
        found.append(f"{message!r} is no sentence")
    if len(message) > MAX_LENGTH:
        found.append(f"{message!r} has {len(message)} characters")
    return found
