"""From ffprobe's JSON to a Source, or to the reason why the file cannot become a video."""

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from reelway.errors import MediaRejected
from reelway.grid import SMOOTH_RATE, grid_for
from reelway.source import AudioTrack, Bounds, HdrColor, Source, VideoTrack

_HDR_TRANSFERS = {"smpte2084", "arib-std-b67"}
_HDR_PRIMARIES = {"bt2020", "bt709", "smpte431", "smpte432"}
_HDR_MATRICES = {"bt2020nc", "bt2020c", "bt709"}
_INTERLACED = {"tt", "bb", "tb", "bt"}
_CODED_FIELDS = {"mpeg1video", "mpeg2video"}
_ALPHA_BESIDE = {"vp8", "vp9"}
_RATE_TOLERANCE = Fraction(1, 100)
_COMMON_TOLERANCE = Fraction(1, 500)
_LEAST_FRAME = 0.001  # of a frame, under which its start is on the grid already
_MOST_BASE_RATE = 60
_SIMPLE_DENOMINATOR = 2  # 15, 12.5, 4.5 … frames per second
_ROOMY_RATES = (Fraction(30), Fraction(60))
_WITH_ALPHA = re.compile(r"(yuva|rgba|argb|bgra|abgr|gbrap|ya[0-9f]|ayuv|vuya|uyva).*")
_UPRIGHT = re.compile(r"\s*0+:\s+[1-9][0-9]*\s+0\s+-?[0-9]+\s+0*1:\s+0\s+[1-9][0-9]*\s.*", re.DOTALL)
_CLOCK = re.compile(r"([0-9]{1,6}):([0-9]{2}):([0-9]{2}(?:\.[0-9]{1,12})?)")
_COMMON_RATES = (
    Fraction(24000, 1001),
    Fraction(24),
    Fraction(25),
    Fraction(30000, 1001),
    Fraction(30),
    Fraction(48),
    Fraction(50),
    Fraction(60000, 1001),
    Fraction(60),
)


# Streams of a call or a broadcast may change their size, up to this one in whole blocks.
_CUSTOMARY_PIXELS = 1920 * 1088
_BLOCK = 64  # pixels; the largest unit that sizes are rounded up to by decoders
_ROUNDED_UP = Fraction(17, 16)
_MOST_SIDE = 16_384  # of what the encoder takes
# A picture that hardly moves takes more; less is nothing but a gap between two timestamps. Short ones pass.
_LEAST_BYTES_PER_S = 16
_SHORT_S = 60
_SOUND_RATES_HZ = range(1_000, 768_001)
_MOST_CHANNELS = 24
_STILL_BRANDS = {"avif", "heic", "heix", "heim", "heis", "mif1"}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may ask of the service before it is refused; the defaults are the template's.

    `pixels` of one picture, `frame_rate` of the source in pictures per second, `frames` of the video
    that is made: its length times the rate that it is encoded at. `streams` are all in the file.
    """

    duration_s: int = 14_400
    pixels: int = 35_389_440
    frame_rate: int = 300
    frames: int = 864_000
    size_bytes: int = 5_368_709_120
    streams: int = 32

    @property
    def bounds(self) -> Bounds:
        """What a probe may decode: pictures are held in whole blocks, which are a little larger."""
        return Bounds(int(self.pixels * _ROUNDED_UP), self.streams)


def check_size(size_bytes: int, limits: Limits) -> None:
    """Refuse by size alone, before anything is read; raises MediaRejected `unreadable` or `too_large`."""
    if size_bytes == 0:
        raise MediaRejected("unreadable", "The file is empty. Upload it again.")
    if size_bytes > limits.size_bytes:
        raise MediaRejected(
            "too_large",
            f"The file has {size_bytes} bytes; at most {limits.size_bytes} are accepted. "
            "Re-export it at a lower bitrate, or split it.",
        )


def source_of(probed: dict[str, Any], size_bytes: int, limits: Limits) -> Source:
    """Read `ffprobe -show_format -show_streams -of json`.

    Raises MediaRejected: `no_video` (nothing but sound, pictures or data), `unknown_duration`, `truncated`,
    and where a limit is passed `too_many_streams`, `too_many_pixels`, `frame_rate_too_high`, `too_long`,
    `too_many_frames`, or `endless_gap`.
    """
    form = probed.get("format", {})
    streams = probed.get("streams", [])
    picture, sound = picture_of(streams), sound_of(streams)
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
        bounds=_bounds(picture, limits),
        is_indexed=not form.get("is_measured"),
    )
    _check_streams(len(streams), limits)
    _check_picture(picture, source, limits)
    _check_length(source, limits)
    _check_whole(picture, source)
    return source


def no_video(held: str) -> MediaRejected:
    return MediaRejected("no_video", f"The file holds {held}. Upload a file with moving pictures in it.")


def _bounds(picture: dict[str, Any], limits: Limits) -> Bounds:
    """The declared size, or a customary one if that is larger: pictures may grow no further."""
    width, height = (-(-int(picture[side]) // _BLOCK) * _BLOCK for side in ("width", "height"))
    return Bounds(max(width * height, min(_CUSTOMARY_PIXELS, limits.bounds.pixels)), limits.streams)


def _check_streams(count: int, limits: Limits) -> None:
    if count > limits.streams:
        raise too_many_streams(limits)


def too_many_streams(limits: Limits) -> MediaRejected:
    return MediaRejected(
        "too_many_streams",
        f"The file has more than {limits.streams} streams. "
        "Re-export it with one picture and one sound track alone.",
    )


def _check_picture(picture: dict[str, Any], source: Source, limits: Limits) -> None:
    """Its stored size counts, and the one that it is shown in when its pixels are oblong."""
    stored = int(picture["width"]), int(picture["height"])
    for width, height in (stored, (source.video.width, source.video.height)):
        if width * height > limits.pixels or max(width, height) > _MOST_SIDE:
            raise too_many_pixels(width, height, limits)
    _check_frame_rate(picture, limits)


def _check_frame_rate(picture: dict[str, Any], limits: Limits) -> None:
    """Only what all of a file's rates say: the mean of an AVI may count frames that are not there."""
    told = [_ratio(picture.get(name)) for name in ("r_frame_rate", "avg_frame_rate")]
    rate = min((rate for rate in told if rate), default=Fraction(0))
    if rate > limits.frame_rate:
        raise MediaRejected(
            "frame_rate_too_high",
            f"The video has {float(rate):.0f} frames per second; at most {limits.frame_rate} are accepted. "
            "Re-export it at a lower frame rate.",
        )


def too_many_pixels(width: int, height: int, limits: Limits) -> MediaRejected:
    return MediaRejected(
        "too_many_pixels",
        f"A picture of {width}x{height} has {width * height} pixels; at most {limits.pixels} are accepted, "
        f"and {_MOST_SIDE} to a side. Re-export it at a smaller size.",
    )


def _check_length(source: Source, limits: Limits) -> None:
    """Of the longest that the file promises in any place, because all of it would be encoded."""
    length_s = max(source.duration_s, source.shown_s)
    if length_s > limits.duration_s:
        raise MediaRejected(
            "too_long",
            f"The video is {length_s:.0f} s long; at most {limits.duration_s} s are accepted. Split it.",
        )
    rate = grid_for(source.video.frame_rate).rate
    frames = round(length_s * rate)
    if frames > limits.frames:
        raise MediaRejected(
            "too_many_frames",
            f"The video has {frames} frames at {float(rate):.0f} per second; at most {limits.frames} are "
            "accepted. Split it, or re-export it at a lower frame rate.",
        )
    if length_s > _SHORT_S and source.size_bytes < length_s * _LEAST_BYTES_PER_S:
        raise MediaRejected(
            "endless_gap",
            f"The file has {source.size_bytes} bytes for {length_s:.0f} s, so nearly all of it is a gap. "
            "Re-export it at a constant frame rate.",
        )


def _check_whole(picture: dict[str, Any], source: Source) -> None:
    """ffprobe takes an AVI to be as long as what is left of it; its header counted all frames."""
    rate = _ratio(picture.get("avg_frame_rate"))
    if rate is None or source.container != "avi":
        return
    promised_s = float(_whole(picture.get("nb_frames")) / rate)
    if source.video.duration_s < promised_s - max(1.0, promised_s * 0.02):
        raise MediaRejected(
            "truncated",
            f"The file promises {promised_s:.1f} s of video but holds {source.video.duration_s:.1f} s. "
            "It is incomplete; upload it again.",
        )


def picture_of(streams: list[dict[str, Any]]) -> dict[str, Any] | None:
    return _preferred([stream for stream in streams if _is_moving_picture(stream)])


def sound_of(streams: list[dict[str, Any]]) -> dict[str, Any] | None:
    return _preferred([stream for stream in streams if _is_sound(stream)])


def _preferred(streams: list[dict[str, Any]]) -> dict[str, Any] | None:
    """What players choose: the first of the streams that the file has on by default, else the first."""
    chosen = [stream for stream in streams if stream.get("disposition", {}).get("default")]
    return next(iter(chosen or streams), None)


def _is_moving_picture(stream: dict[str, Any]) -> bool:
    return (
        stream.get("codec_type") == "video"
        and bool(stream.get("codec_name"))
        and int(stream.get("width") or 0) > 0
        and int(stream.get("height") or 0) > 0
        and not stream.get("disposition", {}).get("attached_pic")
    )


def _is_still_picture(form: dict[str, Any]) -> bool:
    """HEIC and AVIF are MP4 files with a stream of one picture in them."""
    return form.get("tags", {}).get("major_brand") in _STILL_BRANDS


def _is_sound(stream: dict[str, Any]) -> bool:
    """Not so for a track that is declared, but of which nothing ever comes; that would fail as a whole.

    Nor for one that no microphone made: resampling it would take memory or time without end.
    """
    return (
        stream.get("codec_type") == "audio"
        and bool(stream.get("codec_name"))
        and 0 < _whole(stream.get("channels")) <= _MOST_CHANNELS
        and _whole(stream.get("sample_rate")) in _SOUND_RATES_HZ
    )


def _video_track(picture: dict[str, Any], form: dict[str, Any], zero_s: float, end_s: float) -> VideoTrack:
    width, height = _displayed_size(picture)
    start_s = _start(picture, zero_s)
    return VideoTrack(
        index=int(picture["index"]),
        codec=picture["codec_name"],
        width=width,
        height=height,
        frame_rate=_frame_rate(picture),
        start_s=start_s,
        duration_s=_duration(picture, start_s, end_s),
        bitrate_bps=_whole(picture.get("bit_rate")) or _whole(form.get("bit_rate")),
        color_matrix=_color_matrix(picture),
        hdr=_hdr_color(picture),
        is_interlaced=_has_fields(picture),
        pixel_format=str(picture.get("pix_fmt", "")),
        profile=str(picture.get("profile", "")),
        level=_whole(picture.get("level")),
        is_rotated=any(_turns(side) for side in picture.get("side_data_list", [])),
        is_square=_ratio(picture.get("sample_aspect_ratio")) in {None, Fraction(1)},
        is_steady=_is_steady(picture) and not _has_fields(picture),
        has_alpha=_has_alpha(picture),
    )


def _audio_track(sound: dict[str, Any], zero_s: float, end_s: float) -> AudioTrack:
    start_s = _start(sound, zero_s)
    return AudioTrack(
        index=int(sound["index"]),
        codec=sound["codec_name"],
        profile=str(sound.get("profile", "")),
        channels=_whole(sound.get("channels")),
        sample_rate_hz=_whole(sound.get("sample_rate")),
        start_s=start_s,
        duration_s=_duration(sound, start_s, end_s),
    )


def _displayed_size(picture: dict[str, Any]) -> tuple[int, int]:
    """Width and height in square pixels, turned as the display matrix says."""
    width, height = int(picture["width"]), int(picture["height"])
    aspect = _ratio(picture.get("sample_aspect_ratio"))
    width = max(2, round(width * aspect)) if aspect else width
    turns = (int(side.get("rotation", 0)) for side in picture.get("side_data_list", []))
    is_sideways = any(turn % 180 == 90 for turn in turns)
    return (height, width) if is_sideways else (width, height)


def _frame_rate(picture: dict[str, Any]) -> Fraction:
    """The rate of the stream's own grid when it has one, else a common one at which no frame is lost.

    ffprobe's base rate is the lowest one that all timestamps fit. A variable rate on such a grid keeps
    every frame there; the fields of interlaced video, and of MPEG-1 and 2 anyway, make it twice the rate of
    the frames. Of Matroska it may be just the mean, an odd fraction.
    """
    base, mean = _ratio(picture.get("r_frame_rate")), _ratio(picture.get("avg_frame_rate"))
    if mean is None:
        return base or Fraction(25)
    if base is not None and _is_grid(base):
        is_of_fields = _has_fields(picture) or picture["codec_name"] in _CODED_FIELDS
        if _is_steady(picture) or (mean < base <= _MOST_BASE_RATE and not is_of_fields):
            return base
    common = min(_COMMON_RATES, key=lambda rate: abs(rate - mean))
    if abs(common - mean) <= mean * _COMMON_TOLERANCE:
        return common
    return next((rate for rate in _ROOMY_RATES if rate >= mean), mean.limit_denominator(1001))


def _is_steady(picture: dict[str, Any]) -> bool:
    """Whether the mean rate is that of the grid which all timestamps fit."""
    base, mean = _ratio(picture.get("r_frame_rate")), _ratio(picture.get("avg_frame_rate"))
    return base is not None and mean is not None and abs(base - mean) <= mean * _RATE_TOLERANCE


def _has_fields(picture: dict[str, Any]) -> bool:
    """Whether the picture is interlaced; DV is, and AVI has no word for it."""
    return picture.get("field_order") in _INTERLACED or picture["codec_name"] == "dvvideo"


def _turns(side: dict[str, Any]) -> bool:
    """Whether this side data has players turn or mirror the picture.

    The matrix is read, for mirroring has no angle: ffprobe prints its rows as '00000000: a b u'.
    """
    return "displaymatrix" in side and not _UPRIGHT.fullmatch(str(side["displaymatrix"]))


def _has_alpha(picture: dict[str, Any]) -> bool:
    """VP8 and VP9 carry their alpha in a stream of its own, of which only a tag of the container tells."""
    if picture["codec_name"] in _ALPHA_BESIDE:
        tags = {str(name).lower(): value for name, value in picture.get("tags", {}).items()}
        return tags.get("alpha_mode") == "1"
    return bool(_WITH_ALPHA.fullmatch(str(picture.get("pix_fmt"))))


def _is_grid(rate: Fraction) -> bool:
    return rate in _COMMON_RATES or rate.denominator <= _SIMPLE_DENOMINATOR


def _color_matrix(picture: dict[str, Any]) -> str:
    """The declared matrix in swscale's words, else what players assume: bt709 for HD, bt601 below."""
    declared = {"bt709": "bt709", "bt470bg": "bt601", "smpte170m": "bt601", "bt2020nc": "bt2020"}
    guessed = "bt709" if int(picture["height"]) >= 720 else "bt601"
    return declared.get(str(picture.get("color_space")), guessed)


def _hdr_color(picture: dict[str, Any]) -> HdrColor | None:
    """None for SDR. What an HDR picture does not declare is taken for BT.2020, as players do."""
    transfer = str(picture.get("color_transfer"))
    if transfer not in _HDR_TRANSFERS:
        return None
    primaries, matrix = str(picture.get("color_primaries")), str(picture.get("color_space"))
    return HdrColor(
        transfer=transfer,
        primaries=primaries if primaries in _HDR_PRIMARIES else "bt2020",
        matrix=matrix if matrix in _HDR_MATRICES else "bt2020nc",
    )


def _zero(picture: dict[str, Any], file_start_s: float) -> float:
    """The file's start, or up to a frame before it, so that the picture starts on the grid of the output.

    Its frames then lie where the grid's do. In between, the rounding of a container's clock would put two
    of them into one place and none into the next. Above 30 fps it is the grid of the slower renditions.
    """
    start_s = seconds(picture.get("start_time"))
    if start_s is None:
        return file_start_s
    grid = grid_for(_frame_rate(picture))
    rate = grid.rate / 2 if grid.rate > SMOOTH_RATE else grid.rate
    return float(start_s - math.ceil((start_s - file_start_s) * rate - _LEAST_FRAME) / rate)


def _start(stream: dict[str, Any], zero_s: float) -> float:
    start_s = seconds(stream.get("start_time"))
    return 0.0 if start_s is None else max(0.0, start_s - zero_s)


def _duration(stream: dict[str, Any], start_s: float, file_end_s: float) -> float:
    """A stream's own length, or else up to its end, which Matroska's DURATION tag tells, or the file's."""
    told_s = seconds(stream.get("duration"))
    end_s = _clock(stream.get("tags", {}).get("DURATION"))
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
    return seconds(stream.get("duration")) or _clock(stream.get("tags", {}).get("DURATION"))


def _clock(text: str | None) -> float | None:
    """Seconds of Matroska's 'HH:MM:SS.fraction'; None for any other text that the file's maker chose."""
    match = _CLOCK.fullmatch(text or "")
    return int(match[1]) * 3600 + int(match[2]) * 60 + float(match[3]) if match else None


def seconds(text: str | None) -> float | None:
    return float(text) if text and text != "N/A" else None


def _whole(value: str | int | None) -> int:
    """A count out of a number or digits; 0 when it is missing or 'N/A'."""
    return int(value) if value is not None and str(value).isdigit() else 0


def _ratio(text: str | None) -> Fraction | None:
    """A positive fraction out of 'a/b' or 'a:b', else None."""
    if not text:
        return None
    numerator, _, denominator = text.replace(":", "/").partition("/")
    if not (numerator.isdigit() and denominator.isdigit()) or 0 in (int(numerator), int(denominator)):
        return None
    return Fraction(int(numerator), int(denominator))
