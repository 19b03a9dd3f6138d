"""Why the probe or ffmpeg did not take a file, read from what they print on stderr."""

import re

from reelway import failures
from reelway.errors import MediaRejected
from reelway.probe import containers
from reelway.probe.limits import MAX_SIDE, Limits
from reelway.probe.report import Report

# Formats are recognized before the whitelist refuses them; the logging context bears their name.
_REFUSED_FORMAT = re.compile(r"^\[(?P<name>[a-z0-9_]+)[^\]]*\] Format not on whitelist", re.MULTILINE)
_UNDETECTED_PLAYLIST = "Not detecting m3u8/hls"
_PIXELS = re.compile(r"Picture size (?P<width>[0-9]+)x(?P<height>[0-9]+) exceeds specified max pixel count")
# Reading goes on or ends, but wrongly either way. Only the fonts and images attached to a Matroska file are
# left out without harm; of its streams ffmpeg complains in other words.
_STREAMS = re.compile(
    r"Number of tracks exceeds max_streams|^(?!\[matroska).*exceeds max_streams parameter", re.MULTILINE
)
# In the words of the C library, of libx264, and of the decoders' frame pools.
_NO_MEMORY = re.compile(
    r"Cannot allocate memory|Resource temporarily unavailable|malloc of size [0-9]+ failed"
    r"|get_buffer\(\) failed|Failed to allocate"
)
_EDITS = "Too many edits"  # the last words of `probing.edit_lists`
# libswresample, when silence for a gap does not fit into one block of memory (`ffmpeg.audio`).
_LOST_TIME = "Failed to compensate for timestamp delta"

_AUDIO_FORMATS = {
    *("aac", "ac3", "ac4", "aiff", "amr", "ape", "au", "caf", "dsf", "dts", "dtshd", "eac3", "flac", "gsm"),
    *("loas", "mp3", "mpc", "mpc8", "oma", "shn", "spdif", "tak", "truehd", "tta", "voc", "w64", "wav", "wv"),
}
_REFERRING_FORMATS = {"applehttp", "concat", "dash", "hls", "imf", "rtsp", "sdp"}
_IMAGE_FORMATS = {"apng", "gif", "ico", "image2", "image2pipe"}


def rejection_of_probe(stderr: str, limits: Limits) -> MediaRejected:
    """Why a probe failed."""
    return _too_much(stderr, limits) or _by_format(stderr) or failures.unknown_format(containers.names())


def rejection_of_report(stderr: str, report: Report, limits: Limits) -> MediaRejected | None:
    """Why a probe's `report` is incomplete, though the probe succeeded; None where it is complete.

    A video stream whose frames have too many pixels is reported without a size.
    """
    lacks_size = any(stream.kind == "video" and not stream.width for stream in report.streams)
    return _too_much(stderr, limits) if _STREAMS.search(stderr) or lacks_size else None


def rejection_of_run(stderr: str) -> MediaRejected | None:
    """Why a run of ffmpeg failed, if it asked for larger frames or more memory than it was given."""
    pixels = _PIXELS.search(stderr)
    if pixels:
        return failures.picture_grows(f"{pixels['width']}x{pixels['height']}")
    return _out_of_memory(stderr)


def rejection_of_output(stderr: str) -> MediaRejected | None:
    """Why a run's output is wrong, though ffmpeg succeeded: audio after too long a gap comes too early."""
    return failures.sound_gap() if _LOST_TIME in stderr else None


def _too_much(stderr: str, limits: Limits) -> MediaRejected | None:
    pixels = _PIXELS.search(stderr)
    if pixels:
        size = int(pixels["width"]), int(pixels["height"])
        return failures.too_many_pixels(*size, limit=limits.pixels, max_side=MAX_SIDE)
    if _STREAMS.search(stderr):
        return failures.too_many_streams(limit=limits.streams)
    if stderr.strip().endswith(_EDITS):
        return failures.too_many_edits()
    return _out_of_memory(stderr)


def _out_of_memory(stderr: str) -> MediaRejected | None:
    return failures.too_demanding() if _NO_MEMORY.search(stderr) else None


def _by_format(stderr: str) -> MediaRejected | None:
    match = _REFUSED_FORMAT.search(stderr)
    name = match["name"] if match else ""
    if name in _AUDIO_FORMATS:
        return failures.no_video(f"audio ({name}) without video")
    if name in _IMAGE_FORMATS or name.endswith("_pipe"):
        return failures.no_video(f"an image ({name.removesuffix('_pipe')}) and no video")
    if name in _REFERRING_FORMATS or _UNDETECTED_PLAYLIST in stderr:
        return failures.refers_elsewhere()
    return None
