"""What ffprobe reports of a file, as typed facts; `ffprobe_json` parses them."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class SideData:
    """How a player turns the video: `rotation_degrees`, and the rows of the matrix as ffprobe prints them."""

    rotation_degrees: int = 0
    display_matrix: str | None = None


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream of the file; '', 0 and None stand for what is not declared.

    `kind` is ffprobe's codec_type: 'video', 'audio', 'subtitle', 'data'. `base_rate` is the lowest rate that
    all timestamps fit, `mean_rate` frames by duration, both per second. `is_cover` is true of cover images.
    `end_s` is when the stream ends, which Matroska declares in a tag, `alpha_mode` another of its tags.
    """

    index: int
    kind: str
    codec: str = ""
    profile: str = ""
    level: int = 0
    bitrate_bps: int = 0
    start_s: float | None = None
    duration_s: float | None = None
    end_s: float | None = None
    frames: int = 0
    width: int = 0
    height: int = 0
    pixel_format: str = ""
    pixel_aspect: Fraction | None = None
    base_rate: Fraction | None = None
    mean_rate: Fraction | None = None
    field_order: str = ""
    color_transfer: str = ""
    color_primaries: str = ""
    color_matrix: str = ""
    alpha_mode: str = ""
    side_data: tuple[SideData, ...] = ()
    channels: int = 0
    sample_rate_hz: int = 0
    is_default: bool = False
    is_cover: bool = False

    @property
    def declared_s(self) -> float | None:
        """The stream's duration, where the file declares one."""
        return self.duration_s or self.end_s


@dataclass(frozen=True, slots=True)
class Report:
    """What a file declares. `duration_s` counts from `start_s`; `is_measured` where it was not declared.

    `major_brand` is that of MP4 files, '' of others.
    """

    format_name: str = ""
    start_s: float = 0.0
    duration_s: float | None = None
    bitrate_bps: int = 0
    major_brand: str = ""
    streams: tuple[Stream, ...] = ()
    is_measured: bool = False
