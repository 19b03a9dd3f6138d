"""The first frame of the video, for what the container does not declare, or declares wrongly."""

import struct
from typing import Any

from av.container import InputContainer
from av.error import FFmpegError
from av.sidedata.sidedata import Type
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from reelway.probe.guards import OPENING

_MAX_PACKETS = 50  # of the video; with a keyframe every two seconds, there is one among them
_TRIED_PACKETS = 5  # though they are not marked as keyframes, which some containers cannot do
_MAX_BYTES = 16 * 2**20  # of all streams


def first_frame(container: InputContainer, stream: VideoStream) -> VideoFrame | None:
    """The first frame that a single packet gives; None where there is none among the first ones.

    The decoder is made to give it at once: it then holds one frame, where reordering may take sixteen.
    """
    context = stream.codec_context
    if context.width * context.height > int(container.options["max_pixels"]):
        return None  # will be refused; a decoder makes large tables for every try
    context.thread_count = 1
    context.options = {
        "codec_whitelist": OPENING["codec_whitelist"],
        "max_pixels": container.options["max_pixels"],
    }
    seen, read_bytes = 0, 0
    try:
        for packet in container.demux():
            read_bytes += packet.size
            if packet.stream.index == stream.index:
                seen += 1
                frame = _decoded(stream, packet) if packet.is_keyframe or seen <= _TRIED_PACKETS else None
                if frame is not None:
                    return frame
            if seen >= _MAX_PACKETS or read_bytes > _MAX_BYTES:
                break
    except (FFmpegError, MemoryError):
        pass  # then the decoding of all says what is wrong
    return None


def _decoded(stream: VideoStream, packet: Any) -> VideoFrame | None:
    context = stream.codec_context
    try:
        frames = context.decode(packet) or context.decode(None)
    except FFmpegError:
        frames = []
    context.flush_buffers()
    return frames[0] if frames else None


def shown_by(frame: VideoFrame, printed: dict[str, Any]) -> dict[str, Any]:
    """The fields that the frame adds to those `printed` of its stream.

    Not its colors: every frame of VP8 claims BT.601, of HD video as well.
    """
    fields: dict[str, Any] = {"pix_fmt": frame.format.name}
    if not printed["width"] or not printed["height"]:
        fields |= {"width": frame.width, "height": frame.height}
    if printed["field_order"] == "unknown" and frame.interlaced_frame:
        fields["field_order"] = "tt"
    sides: Any = frame.side_data  # of which PyAV's stub does not know that its values are buffers
    matrices = [bytes(side) for side in sides if side.type == Type.DISPLAYMATRIX]
    if matrices:
        fields["display_matrix"] = list(struct.unpack("=9i", matrices[0]))
    return fields
