"""Opens a file with libav, within bounds: nothing else can be read, no decoder that is not listed is used."""

import av
from av.container import InputContainer

from reelway.probe.guards import OPENING
from reelway.probing.ranged_file import Upload

# AVFMT_FLAG_GENPTS, which PyAV sets: it makes up times that are missing, and may read far ahead for them.
_GENERATE_TIMES = 1


def opened(file: Upload, *, pixels: int, streams: int) -> InputContainer:
    """The container in `file`; frames of more than `pixels` are not decoded, further `streams` not read.

    libav sees an object to read from, no name; a file that names others cannot have them opened, for no
    protocol is let in.
    """
    options = {
        **OPENING,
        "protocol_whitelist": "none",
        "max_pixels": str(pixels),
        "max_streams": str(streams),
        "threads": "1",  # each more would hold a frame, and the first frames are all that is decoded
    }
    container = av.open(file, "r", options=options, metadata_errors="replace")
    container.flags &= ~_GENERATE_TIMES
    return container
