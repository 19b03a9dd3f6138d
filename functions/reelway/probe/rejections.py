"""What ffprobe and ffmpeg say of a file that they do not take, in words for the person who uploaded it."""

import re
from typing import Any

from reelway.errors import MediaRejected
from reelway.probe.inspection import no_video
from reelway.probe.limits import Limits, too_many_pixels, too_many_streams

# Formats are recognized before the whitelist refuses them; the logging context bears their name.
_REFUSED_FORMAT = re.compile(r"^\[(?P<name>[a-z0-9_]+)[^\]]*\] Format not on whitelist", re.MULTILINE)
_UNDETECTED_PLAYLIST = "Not detecting m3u8/hls"
_PIXELS = re.compile(r"Picture size (?P<width>[0-9]+)x(?P<height>[0-9]+) exceeds specified max pixel count")
# Reading goes on or ends, but wrongly either way. Only the fonts and pictures attached to a Matroska file
# are left out without harm; its tracks are complained of in other words.
_STREAMS = re.compile(
    r"Number of tracks exceeds max_streams|^(?!\[matroska).*exceeds max_streams parameter", re.MULTILINE
)
# In the words of the C library, of libx264, and of the decoders' pools of pictures.
_NO_MEMORY = re.compile(
    r"Cannot allocate memory|Resource temporarily unavailable|malloc of size [0-9]+ failed"
    r"|get_buffer\(\) failed|Failed to allocate"
)

_SOUND_FORMATS = {
    *("aac", "ac3", "ac4", "aiff", "amr", "ape", "au", "caf", "dsf", "dts", "dtshd", "eac3", "flac", "gsm"),
    *("loas", "mp3", "mpc", "mpc8", "oma", "shn", "spdif", "tak", "truehd", "tta", "voc", "w64", "wav", "wv"),
}
_REFERRING_FORMATS = {"applehttp", "concat", "dash", "hls", "imf", "rtsp", "sdp"}
_PICTURE_FORMATS = {"apng", "gif", "ico", "image2", "image2pipe"}


def refusal(said: str, limits: Limits) -> MediaRejected:
    """Why a probe failed that `said` this on stderr."""
    return _too_much(said, limits) or _by_format(said) or _unreadable()


def misreading(said: str, report: dict[str, Any], limits: Limits) -> MediaRejected | None:
    """Why a probe's `report` is not whole, though it ended well and only `said` this on stderr.

    A picture has no size when its decoder was kept from it.
    """
    pictures = [s for s in report.get("streams", []) if s.get("codec_type") == "video"]
    if _STREAMS.search(said) or not all(picture.get("width") for picture in pictures):
        return _too_much(said, limits)
    return None


def _too_much(said: str, limits: Limits) -> MediaRejected | None:
    pixels = _PIXELS.search(said)
    if pixels:
        return too_many_pixels(int(pixels["width"]), int(pixels["height"]), limits)
    if _STREAMS.search(said):
        return too_many_streams(limits)
    return _out_of_memory(said)


def failed_decoding(said: str) -> MediaRejected | None:
    """Why a run failed that `said` this, if it was kept from more pictures or memory than it was given."""
    pixels = _PIXELS.search(said)
    if pixels is None:
        return _out_of_memory(said)
    size = f"{pixels['width']}x{pixels['height']}"
    return MediaRejected(
        "picture_grows",
        f"The pictures grow to {size} in the middle of the video. Re-export it at one size.",
    )


def misencoding(said: str) -> MediaRejected | None:
    """Why a run's output is not whole, though it ended well: sound after too long a gap comes too early."""
    if "Failed to compensate for timestamp delta" not in said:
        return None
    return MediaRejected(
        "sound_gap",
        "The sound stops for longer than can be filled with silence, about 20 minutes. "
        "Re-export the video with sound that goes through, or without any.",
    )


def _out_of_memory(said: str) -> MediaRejected | None:
    if _NO_MEMORY.search(said) is None:
        return None
    return MediaRejected(
        "too_demanding",
        "Decoding the file takes more memory than there is for it. "
        "Re-export it at a smaller size, for example as MP4.",
    )


def _by_format(said: str) -> MediaRejected | None:
    match = _REFUSED_FORMAT.search(said)
    name = match["name"] if match else ""
    if name in _SOUND_FORMATS:
        return no_video(f"sound ({name}) without moving pictures")
    if name in _PICTURE_FORMATS or name.endswith("_pipe"):
        return no_video(f"a picture ({name.removesuffix('_pipe')}) and no video")
    if name in _REFERRING_FORMATS or _UNDETECTED_PLAYLIST in said:
        return MediaRejected(
            "unreadable", "The file is a list that refers to other files. Upload the video itself."
        )
    return None


def _unreadable() -> MediaRejected:
    return MediaRejected(
        "unreadable",
        "The file is damaged or in no format that is read here. "
        "Upload a video as MP4, MOV, MKV, WebM, AVI, FLV, WMV, OGV, MPEG or MPEG-TS.",
    )
