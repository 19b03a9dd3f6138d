"""What is known of an uploaded file before anything is decoded."""

from dataclasses import dataclass
from fractions import Fraction

_AAC_FRAME_SAMPLES = 1024
_SURROUND_CHANNELS = 6
_MORE_THAN_TOLD_S = 15
_UNNOTICED_S = 1.0
_UNHEARD_S = 0.1
_MP4_CODECS = {"h264", "hevc", "mpeg2video", "mpeg1video", "mpeg4", "av1", "vp9"}
_VPX, _WINDOWS_MEDIA = {"vp8", "vp9"}, {"msmpeg4v2", "msmpeg4v3", "wmv1", "wmv2", "wmv3", "vc1"}
_MATROSKA_CODECS = {"mjpeg", "flv1", "h263"} | _VPX | _WINDOWS_MEDIA


@dataclass(frozen=True, slots=True)
class Bounds:
    """What its decoder may be asked for: nothing beyond it comes in later pictures or streams.

    `pixels` count whole coding blocks, which hold more than what is shown.
    """

    pixels: int = 35_389_440
    streams: int = 32


@dataclass(frozen=True, slots=True)
class HdrColor:
    """How the numbers of an HDR picture are meant, in ffmpeg's words."""

    transfer: str
    primaries: str
    matrix: str


@dataclass(frozen=True, slots=True)
class VideoStream:
    """The real video stream that is shown (cover pictures do not count); `index` is its stream's in the file.

    `width` and `height` are what a viewer sees: after rotation, in square pixels.
    `start_s` counts from the source's. `bitrate_bps` includes the audio's where the
    container tells only the sum. `is_rotated` is true of mirrored pictures too; `is_square` of pixels
    without a declared shape. `is_steady` pictures are progressive and equally far apart. `level` is
    ffprobe's number, 0 where it tells none: 31 for H.264's 3.1.
    """

    index: int
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
    pixel_format: str
    profile: str
    level: int
    is_rotated: bool
    is_square: bool
    is_steady: bool
    has_alpha: bool

    @property
    def short_side(self) -> int:
        return min(self.width, self.height)


@dataclass(frozen=True, slots=True)
class AudioStream:
    """The sound that is kept; `index` is its stream's in the file, `start_s` counts from the source's."""

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

    `start_s` is the least timestamp in the file, or up to a frame less, so that the picture starts on the
    output's grid; the tracks count from there. What was recorded without an end has no index to seek by.
    """

    container: str
    start_s: float
    duration_s: float
    size_bytes: int
    video: VideoStream
    audio: AudioStream | None
    bounds: Bounds = Bounds()
    is_indexed: bool = True

    @property
    def is_exactly_seekable(self) -> bool:
        """Whether a seek lands on the wanted frame: true of MP4/MOV, Matroska/WebM and AVI only.

        AVI's times are its frames' numbers. It must not be remuxed: it tells when a frame is decoded, not
        when it is shown, which only a decoder finds out.
        """
        return self.is_indexed and self.container.startswith(("mov,", "matroska,", "avi"))

    @property
    def remux_container(self) -> str | None:
        """ffmpeg's name of an exactly seekable container that can hold the picture as it is.

        MP4 has no place for the alpha of VP9.
        """
        if self.video.codec in _MP4_CODECS and not self.video.has_alpha:
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
    def latest_s(self) -> float:
        """How much is looked at, from the first picture on; what goes on after that has told a wrong length.

        Files tell too little where pictures stand still near their end; a held one is cut where it should.
        """
        return self.shown_s if self.is_held else 2 * self.shown_s + _MORE_THAN_TOLD_S

    @property
    def keeps_audio(self) -> bool:
        """Whether the audio is copied into every rendition: playable, and at most stereo."""
        return self.has_playable_audio and self.audio is not None and self.audio.channels <= 2

    @property
    def has_playable_audio(self) -> bool:
        """Whether players take the audio as it is: AAC-LC, at most 48 kHz, with exact timestamps (MP4).

        A late start needs silence before it, and an early end silence behind it, for segments without any
        sound make players stumble.
        """
        return (
            self.audio is not None
            and self.audio.start_s + self.audio.duration_s >= self.picture_end_s - _UNHEARD_S
            and self.container.startswith("mov,")
            and self.audio.codec == "aac"
            and self.audio.profile == "LC"
            and self.audio.channels <= _SURROUND_CHANNELS
            and self.audio.sample_rate_hz <= 48_000
            and self.audio.start_s * self.audio.sample_rate_hz <= _AAC_FRAME_SAMPLES
        )
