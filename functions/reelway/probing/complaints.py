"""libav's log: its errors go to stderr in ffmpeg's form, and its description of a file is read from it."""

import av.logging
from av.container import InputContainer


def complain_on_stderr() -> None:
    """As ffmpeg does, '[demuxer @ address] sentence', by which `probe.rejections` knows them."""
    av.logging.set_libav_level(av.logging.ERROR)
    av.logging.restore_default_callback()


def description(container: InputContainer) -> str:
    """What ffmpeg prints of an input; it alone names codecs that libav does not know."""
    av.logging.set_level(av.logging.INFO)
    try:
        return container.dumps_format()
    finally:
        complain_on_stderr()
