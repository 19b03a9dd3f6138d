"""From ffprobe's JSON to a Source, or to the reason why the file cannot become a video."""

import math
from fractions import Fraction
from typing import Any

from reelway.errors import MediaRejected
from reelway.frame_grid import SMOOTH_RATE, grid_for
from reelway.probe.limits import Limits, bounds_of, check_source
from reelway.probe.report import clock, ratio, seconds, whole
from reelway.probe.selection import audio_of_streams, video_of_streams
from reelway.probe.source import AudioStream, Source, VideoStream
from reelway.probe.video_stream import (
    color_matrix,
    displayed_size,
    frame_rate,
    has_alpha,
    has_fields,
    hdr_color,
    is_steady,
    is_turned_by,
)

_MIN_FRAME = 0.001  # of a frame, under which its start is on the grid already
_STILL_BRANDS = {"avif", "heic", "heix", "heim", "heis", "mif1"}


def source_of(probed: dict[str, Any], size_bytes: int, limits: Limits) -> Source:
    """Read `ffprobe -show_format -show_streams -of json`.

    Raises MediaRejected: `no_video` (nothing but sound, pictures or data), `unknown_duration`, `truncated`,
    and where a limit is passed `too_many_streams`, `too_many_pixels`, `frame_rate_too_high`, `too_long`,
    `too_many_frames`, or `endless_gap`.
    """
    form = probed.get("format", {})
    streams = probed.get("streams", [])
    picture, sound = video_of_streams(streams), audio_of_streams(streams)
    if _is_still_picture(form):
        raise no_video("a picture and no video")
    if picture is None:
        raise no_video("sound without moving pictures" if sound else "no video stream")
    file_start_s = seconds(form.get("start_time")) or 0.0
    duration_s = file_duration(form, file_start_s) or stream_duration(picture)
    if duration_s is None or duration_s <= 0:
        raise MediaRejected(
            "unknown_duration", "The file does not tell how long it is. Re-export it, for example as MP4."
        )
    zero_s = _zero(picture, file_start_s)
    end_s = file_start_s + duration_s - zero_s
    source = Source(
        container=str(form.get("format_name", "")),
        start_s=zero_s,
        duration_s=duration_s,
        size_bytes=size_bytes,
        video=_video_track(picture, form, zero_s, end_s),
        audio=_audio_track(sound, zero_s, end_s) if sound else None,
        bounds=bounds_of(picture, limits),
        is_indexed=not form.get("is_measured"),
    )
    check_source(source, picture, len(streams), limits)
    _check_whole(picture, source)
    return source


def no_video(held: str) -> MediaRejected:
    return MediaRejected("no_video", f"The file holds {held}. Upload a file with moving pictures in it.")


def _check_whole(picture: dict[str, Any], source: Source) -> None:
    """ffprobe takes an AVI to be as long as what is left of it; its header counted all frames."""
    rate = ratio(picture.get("avg_frame_rate"))
    if rate is None or source.container != "avi":
        return
    promised_s = float(whole(picture.get("nb_frames")) / rate)
    if source.video.duration_s < promised_s - max(1.0, promised_s * 0.02):
        raise MediaRejected(
            "truncated",
            f"The file promises {promised_s:.1f} s of video but holds {source.video.duration_s:.1f} s. "
            "It is incomplete; upload it again.",
        )


def _is_still_picture(form: dict[str, Any]) -> bool:
    """HEIC and AVIF are MP4 files with a stream of one picture in them."""
    return form.get("tags", {}).get("major_brand") in _STILL_BRANDS


def _video_track(picture: dict[str, Any], form: dict[str, Any], zero_s: float, end_s: float) -> VideoStream:
    width, height = displayed_size(picture)
    start_s = _start(picture, zero_s)
    return VideoStream(
        index=int(picture["index"]),
        codec=picture["codec_name"],
        width=width,
        height=height,
        frame_rate=frame_rate(picture),
        start_s=start_s,
        duration_s=_duration(picture, start_s, end_s),
        bitrate_bps=whole(picture.get("bit_rate")) or whole(form.get("bit_rate")),
        color_matrix=color_matrix(picture),
        hdr=hdr_color(picture),
        is_interlaced=has_fields(picture),
        pixel_format=str(picture.get("pix_fmt", "")),
        profile=str(picture.get("profile", "")),
        level=whole(picture.get("level")),
        is_rotated=any(is_turned_by(side) for side in picture.get("side_data_list", [])),
        is_square=ratio(picture.get("sample_aspect_ratio")) in {None, Fraction(1)},
        is_steady=is_steady(picture) and not has_fields(picture),
        has_alpha=has_alpha(picture),
    )


def _audio_track(sound: dict[str, Any], zero_s: float, end_s: float) -> AudioStream:
    start_s = _start(sound, zero_s)
    return AudioStream(
        index=int(sound["index"]),
        codec=sound["codec_name"],
        profile=str(sound.get("profile", "")),
        channels=whole(sound.get("channels")),
        sample_rate_hz=whole(sound.get("sample_rate")),
        start_s=start_s,
        duration_s=_duration(sound, start_s, end_s),
    )


def _zero(picture: dict[str, Any], file_start_s: float) -> float:
    """The file's start, or up to a frame before it, so that the picture starts on the grid of the output.

    Its frames then lie where the grid's do. In between, the rounding of a container's clock would put two
    of them into one place and none into the next. Above 30 fps it is the grid of the slower renditions.
    """
    start_s = seconds(picture.get("start_time"))
    if start_s is None:
        return file_start_s
    grid = grid_for(frame_rate(picture))
    rate = grid.rate / 2 if grid.rate > SMOOTH_RATE else grid.rate
    return float(start_s - math.ceil((start_s - file_start_s) * rate - _MIN_FRAME) / rate)


def _start(stream: dict[str, Any], zero_s: float) -> float:
    start_s = seconds(stream.get("start_time"))
    return 0.0 if start_s is None else max(0.0, start_s - zero_s)


def _duration(stream: dict[str, Any], start_s: float, file_end_s: float) -> float:
    """A stream's own length, or else up to its end, which Matroska's DURATION tag tells, or the file's."""
    told_s = seconds(stream.get("duration"))
    end_s = clock(stream.get("tags", {}).get("DURATION"))
    if told_s or end_s is None:
        return told_s or max(0.0, file_end_s - start_s)
    return max(0.0, end_s - (seconds(stream.get("start_time")) or 0.0))


def file_duration(form: dict[str, Any], file_start_s: float) -> float | None:
    """Matroska tells when it ends, the other formats how long they are."""
    duration_s = seconds(form.get("duration"))
    return duration_s - max(0.0, file_start_s) if duration_s and tells_end(form) else duration_s


def tells_end(form: dict[str, Any]) -> bool:
    return str(form.get("format_name", "")).startswith("matroska")


def stream_duration(stream: dict[str, Any]) -> float | None:
    return seconds(stream.get("duration")) or clock(stream.get("tags", {}).get("DURATION"))
