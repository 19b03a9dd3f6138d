"""What a probe reports of a file, as typed facts; `probe_document` parses them."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream of the file; '', 0 and None stand for what is not declared.

    `kind` is 'video', 'audio', 'subtitle', 'data'. `codec_tag` is the container's name for the codec, four
    characters mostly; `is_decodable` is false where there is no decoder, or it is not on the list
    (`probe.decoders`). `base_rate` is the lowest rate that all timestamps fit, `mean_rate` frames by
    duration, both per second; `packet_times_s` are the presentation times of the first packets in order,
    read where the rates are in doubt, None where they are not. `display_matrix` has the nine numbers by which
    players turn, mirror and move the video (ISO/IEC 14496-12, 8.3.2.3), row by row, or none. `is_cover` is
    true of cover images. `end_s` is when the stream ends, which Matroska declares in a tag, `alpha_mode`
    another of its tags.
    """

    index: int
    kind: str
    codec: str = ""
    codec_tag: str = ""
    is_decodable: bool = False
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
    packet_times_s: tuple[float, ...] | None = None
    field_order: str = ""
    color_transfer: str = ""
    color_primaries: str = ""
    color_matrix: str = ""
    alpha_mode: str = ""
    display_matrix: tuple[int, ...] = ()
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

    `major_brand` is that of MP4 files, '' of others. `apart_bytes` is how far apart video and audio of the
    same time lie at most, where the file has an index.
    """

    format_name: str = ""
    start_s: float = 0.0
    duration_s: float | None = None
    bitrate_bps: int = 0
    major_brand: str = ""
    streams: tuple[Stream, ...] = ()
    is_measured: bool = False
    apart_bytes: int = 0
