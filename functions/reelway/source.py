"""What is known of an uploaded file before anything is decoded."""

from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

_AAC_FRAME_SAMPLES = 1024
_UNNOTICED_S = 1.0
_UNHEARD_S = 0.1
_MP4_CODECS = {"h264", "hevc", "mpeg2video", "mpeg1video", "mpeg4", "av1", "vp9"}
_MATROSKA_CODECS = {"vp8", "mjpeg", "flv1", "h263", "msmpeg4v2", "msmpeg4v3", "wmv1", "wmv2", "wmv3", "vc1"}


@dataclass(frozen=True, slots=True)
class HdrColor:
    """How the numbers of an HDR picture are meant, in ffmpeg's words."""

    transfer: str
    primaries: str
    matrix: str


@dataclass(frozen=True, slots=True)
class VideoTrack:
    """The first real video stream (cover pictures do not count).

    `width` and `height` are what a viewer sees: after rotation, in square pixels.
    `start_s` counts from the start of the file. `bitrate_bps` includes the audio's where the
    container tells only the sum.
    """

    codec: str
    width: int
    height: int
    frame_rate: Fraction
    start_s: float
    duration_s: float
    bitrate_bps: int
    color_matrix: str
    hdr: HdrColor | None
    is_interlaced: bool

    @property
    def short_side(self) -> int:
        return min(self.width, self.height)


@dataclass(frozen=True, slots=True)
class AudioTrack:
    """The first sound that is there; `index` is its stream's in the file, `start_s` from the file's start."""

    index: int
    codec: str
    profile: str
    channels: int
    sample_rate_hz: int
    start_s: float
    duration_s: float


@dataclass(frozen=True, slots=True)
class Source:
    """`container` is ffprobe's format name, e.g. 'mov,mp4,m4a,3gp,3g2,mj2'.

    `start_s` is the least timestamp in the file; its tracks count from there.
    """

    container: str
    start_s: float
    duration_s: float
    size_bytes: int
    video: VideoTrack
    audio: AudioTrack | None

    @property
    def is_exactly_seekable(self) -> bool:
        """Whether a seek lands on the wanted frame: true of MP4/MOV and Matroska/WebM only."""
        return self.container.startswith(("mov,", "matroska,"))

    @property
    def remux_container(self) -> str | None:
        """ffmpeg's name of an exactly seekable container that can hold the picture as it is."""
        if self.video.codec in _MP4_CODECS:
            return "mp4"
        return "matroska" if self.video.codec in _MATROSKA_CODECS else None

    @property
    def shown_s(self) -> float:
        """How long there is a picture: the last one stands while sound goes on for more than a second."""
        if self.audio is None:
            return self.video.duration_s
        sound_s = self.audio.start_s + self.audio.duration_s - self.video.start_s
        is_longer = sound_s > self.video.duration_s + _UNNOTICED_S
        return sound_s if is_longer else self.video.duration_s

    @property
    def picture_end_s(self) -> float:
        """When the last picture has been shown, from the file's start."""
        return self.video.start_s + self.shown_s

    @property
    def is_held(self) -> bool:
        """Whether the last picture stands for a while."""
        return self.shown_s > self.video.duration_s

    @property
    def keeps_audio(self) -> bool:
        """Whether the audio is copied: AAC-LC, at most stereo and 48 kHz, with exact timestamps (MP4).

        A late start needs silence before it, and an early end silence behind it, for segments without any
        sound make players stumble.
        """
        return (
            self.audio is not None
            and self.audio.start_s + self.audio.duration_s >= self.picture_end_s - _UNHEARD_S
            and self.container.startswith("mov,")
            and self.audio.codec == "aac"
            and self.audio.profile == "LC"
            and self.audio.channels <= 2
            and self.audio.sample_rate_hz <= 48_000
            and self.audio.start_s * self.audio.sample_rate_hz <= _AAC_FRAME_SAMPLES
        )


def to_json(source: Source) -> dict[str, Any]:
    """A JSON-ready dict; the frame rate is written as 'numerator/denominator'."""
    return {
        "container": source.container,
        "startS": source.start_s,
        "durationS": source.duration_s,
        "sizeBytes": source.size_bytes,
        "video": {
            "codec": source.video.codec,
            "width": source.video.width,
            "height": source.video.height,
            "frameRate": str(source.video.frame_rate),
            "startS": source.video.start_s,
            "durationS": source.video.duration_s,
            "bitrateBps": source.video.bitrate_bps,
            "colorMatrix": source.video.color_matrix,
            "hdr": source.video.hdr and asdict(source.video.hdr),
            "isInterlaced": source.video.is_interlaced,
        },
        "audio": source.audio
        and {
            "index": source.audio.index,
            "codec": source.audio.codec,
            "profile": source.audio.profile,
            "channels": source.audio.channels,
            "sampleRateHz": source.audio.sample_rate_hz,
            "startS": source.audio.start_s,
            "durationS": source.audio.duration_s,
        },
    }


def from_json(data: dict[str, Any]) -> Source:
    """The inverse of `to_json`."""
    video, audio = data["video"], data["audio"]
    return Source(
        container=data["container"],
        start_s=data["startS"],
        duration_s=data["durationS"],
        size_bytes=data["sizeBytes"],
        video=VideoTrack(
            codec=video["codec"],
            width=video["width"],
            height=video["height"],
            frame_rate=Fraction(video["frameRate"]),
            start_s=video["startS"],
            duration_s=video["durationS"],
            bitrate_bps=video["bitrateBps"],
            color_matrix=video["colorMatrix"],
            hdr=HdrColor(**video["hdr"]) if video["hdr"] else None,
            is_interlaced=video["isInterlaced"],
        ),
        audio=audio
        and AudioTrack(
            index=audio["index"],
            codec=audio["codec"],
            profile=audio["profile"],
            channels=audio["channels"],
            sample_rate_hz=audio["sampleRateHz"],
            start_s=audio["startS"],
            duration_s=audio["durationS"],
        ),
    )
