"""libav's log: its errors go to stderr in ffmpeg's form, and its description of a file is read from it."""

from typing import Any

import av.logging


def complain_on_stderr() -> None:
    """As ffmpeg does, '[demuxer @ address] sentence', by which `probe.rejections` knows them."""
    av.logging.set_libav_level(av.logging.ERROR)
    av.logging.restore_default_callback()


def description(container: Any) -> str:
    """What ffmpeg prints of an InputContainer; it alone names codecs that libav does not know."""
    av.logging.set_level(av.logging.INFO)
    try:
        return str(container.dumps_format())
    finally:
        complain_on_stderr()
