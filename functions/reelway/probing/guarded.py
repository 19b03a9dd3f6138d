"""Opens a file with libav, within bounds: nothing but that file can be read, and no decoder but those listed."""

import av
from av.container import InputContainer

from reelway.probe.guards import OPENING
from reelway.probing.ranged_file import Upload


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
    container = av.open(file, options=options, metadata_errors="replace")
    # PyAV's default: makes up missing times, for which it may read far ahead.
    container.flags &= ~av.container.Flags.gen_pts.value
    return container
