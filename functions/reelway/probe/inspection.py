"""From a probe's report to a Source, or to the reason why the file cannot become a video."""

import math
from fractions import Fraction

from reelway import failures
from reelway.errors import MediaRejected
from reelway.frame_grid import grid_for
from reelway.probe.containers import container_of
from reelway.probe.durations import check_whole
from reelway.probe.limits import Limits, bounds_of, check_source
from reelway.probe.rates import frame_rate, is_steady
from reelway.probe.report import Report, Stream
from reelway.probe.selection import audio_of, undecodable_audio_of, video_of
from reelway.probe.source import Source
from reelway.probe.streams import AudioStream, VideoStream, shown_rate
from reelway.probe.video_stream import (
    color_matrix,
    displayed_size,
    has_alpha,
    hdr_color,
    is_interlaced,
    is_turned,
)

# Of a frame: a start as close to the grid as this lies on it, but for the rounding of floats.
_ON_GRID_FRAMES = 0.001
# As much of the file as so many seconds have, on average. Muxers write blocks of a second; beyond this,
# reading audio and video together takes several times the file's bytes.
_MAX_APART_S = 30
# MP4 files that hold images: brands of HEIF (ISO/IEC 23008-12) and of the AV1 Image File Format.
_IMAGE_BRANDS = {"avif", "heic", "heix", "heim", "heis", "mif1"}


def source_of(report: Report, size_bytes: int, limits: Limits) -> Source:
    """What the file with this report is, and how it is read.

    Raises MediaRejected: `no_video` (nothing but audio, images or data), `unsupported_codec`,
    `unknown_duration`, `truncated`, and where a limit is passed `too_many_streams`, `too_many_pixels`,
    `frame_rate_too_high`, `too_long`, `too_many_frames`, or `endless_gap`.
    """
    stream, audio = video_of(report.streams), audio_of(report.streams)
    if stream is None or report.major_brand in _IMAGE_BRANDS:
        raise _no_video(report, audio)
    _check_codecs(report, stream, audio)
    duration_s = report.duration_s or stream.declared_s
    if duration_s is None or duration_s <= 0:
        raise failures.unknown_duration()
    if stream.packet_times_s == ():
        raise failures.truncated(declared_s=duration_s, found_s=0.0)
    rate = frame_rate(stream)
    zero_s = _zero(stream, audio, shown_rate(rate, is_interlaced=is_interlaced(stream)), report.start_s)
    end_s = report.start_s + duration_s - zero_s
    source = Source(
        container=report.format_name,
        start_s=zero_s,
        duration_s=duration_s,
        size_bytes=size_bytes,
        video=_video_stream(stream, rate, report.bitrate_bps, zero_s=zero_s, end_s=end_s),
        audio=_audio_stream(audio, zero_s=zero_s, end_s=end_s) if audio else None,
        bounds=bounds_of(stream, limits),
        is_indexed=not report.is_measured,
        is_interleaved=audio is None or report.apart_bytes <= _MAX_APART_S * size_bytes / duration_s,
    )
    check_source(source, stream, len(report.streams), limits)
    _check_frames(source, stream)
    return source


def _no_video(report: Report, audio: Stream | None) -> MediaRejected:
    if report.major_brand in _IMAGE_BRANDS:
        return failures.no_video("an image and no video")
    return failures.no_video("audio without video" if audio else "no video stream")


def _check_codecs(report: Report, video: Stream, audio: Stream | None) -> None:
    """Audio that cannot be decoded is refused too: video without it would be taken for the whole."""
    undecodable = None if video.is_decodable else video
    if undecodable is None and audio is None:
        undecodable = undecodable_audio_of(report.streams)
    if undecodable is not None:
        raise failures.unsupported_codec(undecodable.kind, undecodable.codec, tag=undecodable.codec_tag)


def _check_frames(source: Source, stream: Stream) -> None:
    """Compare with the number of frames that the container's header declares, if it does."""
    if stream.mean_rate and container_of(source.container).counts_frames:
        declared_s = float(stream.frames / stream.mean_rate)
        check_whole(declared_s=declared_s, found_s=source.video.duration_s)


def _video_stream(
    stream: Stream, rate: Fraction, file_bitrate_bps: int, *, zero_s: float, end_s: float
) -> VideoStream:
    width, height = displayed_size(stream)
    start_s = _start(stream, zero_s)
    return VideoStream(
        index=stream.index,
        codec=stream.codec,
        width=width,
        height=height,
        frame_rate=rate,
        start_s=start_s,
        duration_s=_duration(stream, start_s, end_s),
        bitrate_bps=stream.bitrate_bps or file_bitrate_bps,
        color_matrix=color_matrix(stream),
        hdr=hdr_color(stream),
        is_interlaced=is_interlaced(stream),
        pixel_format=stream.pixel_format,
        profile=stream.profile,
        level=stream.level,
        is_rotated=is_turned(stream),
        is_square=stream.pixel_aspect in {None, Fraction(1)},
        is_steady=is_steady(stream) and not is_interlaced(stream),
        has_alpha=has_alpha(stream),
    )


def _audio_stream(stream: Stream, *, zero_s: float, end_s: float) -> AudioStream:
    start_s = _start(stream, zero_s)
    return AudioStream(
        index=stream.index,
        codec=stream.codec,
        profile=stream.profile,
        channels=stream.channels,
        sample_rate_hz=stream.sample_rate_hz,
        start_s=start_s,
        duration_s=_duration(stream, start_s, end_s),
        bitrate_bps=stream.bitrate_bps,
        frames=stream.frames,
    )


def _zero(stream: Stream, audio: Stream | None, rate: Fraction, file_start_s: float) -> float:
    """The start of video or audio, or up to a frame before it, so that the video starts on the frame grid.

    Its frames then lie where the grid's do. In between, the rounding of a container's clock would put two
    of them into one place and none into the next. Above 30 fps it is the grid of the slower renditions.
    Streams that are not published, such as data and subtitles, may start long before.
    """
    if stream.start_s is None:
        return file_start_s
    first_s = min(stream.start_s, audio.start_s) if audio and audio.start_s is not None else stream.start_s
    grid = grid_for(rate)
    slower = grid.rate / grid.cut_step
    frames = math.ceil((stream.start_s - first_s) * slower - _ON_GRID_FRAMES)
    return float(stream.start_s - frames / slower)


def _start(stream: Stream, zero_s: float) -> float:
    return 0.0 if stream.start_s is None else max(0.0, stream.start_s - zero_s)


def _duration(stream: Stream, start_s: float, file_end_s: float) -> float:
    """The stream's own duration, or else up to its end, which Matroska declares in a tag, or the file's."""
    if stream.duration_s or stream.end_s is None:
        return stream.duration_s or max(0.0, file_end_s - start_s)
    return max(0.0, stream.end_s - (stream.start_s or 0.0))
