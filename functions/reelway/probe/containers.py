"""Which containers are taken, and what each can and cannot; whatever depends on that asks this table."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Container:
    """One row: a family of containers that ffmpeg reads with one demuxer.

    `demuxer` is the first of libav's format names, and the one that `-format_whitelist` takes; `names` are
    what people call its files. `seeks_exactly`: a seek lands on the wanted frame. `has_exact_times`: its
    clock does not round the times of audio, so that AAC can be copied. `declares_end`: its header declares
    when the file ends, where others declare how long it is. `counts_frames`: its header has the number of
    frames, while libav derives the duration from the bytes that are there.

    `muxer` is ffmpeg's name for writing it, where it is a target of remuxes, which take the codecs `remuxes`,
    and video with alpha where `holds_alpha`.
    """

    demuxer: str
    names: tuple[str, ...] = ()
    seeks_exactly: bool = False
    has_exact_times: bool = False
    declares_end: bool = False
    counts_frames: bool = False
    muxer: str | None = None
    remuxes: frozenset[str] = frozenset()
    holds_alpha: bool = False


CONTAINERS = (
    Container(
        "mov",
        ("MP4", "MOV", "3GP"),
        seeks_exactly=True,
        has_exact_times=True,
        muxer="mp4",
        remuxes=frozenset({"h264", "hevc", "mpeg2video", "mpeg1video", "mpeg4", "av1", "vp9"}),
    ),
    Container(
        "matroska",
        ("MKV", "WebM"),
        seeks_exactly=True,
        declares_end=True,
        muxer="matroska",
        remuxes=frozenset(
            {"mjpeg", "flv1", "h263", "vp8", "vp9"}
            | {"msmpeg4v2", "msmpeg4v3", "wmv1", "wmv2", "wmv3", "vc1"}  # Windows Media
        ),
        holds_alpha=True,  # BlockAdditions beside VP8 and VP9, which MP4 has no place for
    ),
    # Its times are the numbers of its frames. It must not be remuxed: it declares when a frame is decoded,
    # not when it is shown, which only a decoder finds out.
    Container("avi", ("AVI",), seeks_exactly=True, counts_frames=True),
    Container("flv", ("FLV",)),
    Container("asf", ("WMV",)),
    Container("ogg", ("OGV",)),
    Container("mpegts", ("MPEG-TS",)),
    Container("mpeg", ("VOB", "MPEG")),  # program streams
    Container("mpegvideo", ("MPEG",)),  # elementary streams
    Container("rm", ("RM",)),
    Container("mxf", ("MXF",), seeks_exactly=True),  # by its index tables, which cameras and editors write
)
_UNKNOWN = Container("")
_BY_DEMUXER = {container.demuxer: container for container in CONTAINERS}


def container_of(format_name: str) -> Container:
    """The row of libav's format name, e.g. 'mov,mp4,m4a,3gp,3g2,mj2'; an empty one where there is none."""
    return _BY_DEMUXER.get(format_name.partition(",")[0], _UNKNOWN)


def names() -> tuple[str, ...]:
    """What people call the containers that are taken, in the table's order."""
    return tuple(dict.fromkeys(name for container in CONTAINERS for name in container.names))


def format_whitelist() -> str:
    """As ffmpeg's option takes it."""
    return ",".join(container.demuxer for container in CONTAINERS)


def remux_muxer(codec: str, *, has_alpha: bool) -> str | None:
    """ffmpeg's name of a container that seeks exactly and can hold the codec; None where there is none."""
    for container in CONTAINERS:
        if codec in container.remuxes and (container.holds_alpha or not has_alpha):
            return container.muxer
    return None
