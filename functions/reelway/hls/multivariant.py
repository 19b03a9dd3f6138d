"""The multivariant playlist (RFC 8216, 4.3.4): what there is of a video, and what a player starts with."""

from collections.abc import Collection, Sequence

from reelway.hls import i_frames, playlists
from reelway.hls.renditions import MeasuredRendition

# Apple's HLS authoring rules, 1.32: players start with what is listed first.
_FIRST_BPS = 2_000_000
_GROUP_ID = "cc"
_URI = "manifest?rendition="
# RFC 8216, 4.3.4.1: the channels of CTA-708 came with this version; those of CTA-608 are older.
_SERVICE_VERSION = 7


def multivariant_playlist(found: Sequence[MeasuredRendition]) -> str:
    """Its URIs resolve under `/stream/{videoId}/`; `found` go from large to small."""
    captions = sorted({channel for each in found for channel in each.captions})
    lines = ["#EXTM3U", f"#EXT-X-VERSION:{_version(captions)}", "#EXT-X-INDEPENDENT-SEGMENTS"]
    lines += [_captions_line(channel, is_first=not n) for n, channel in enumerate(captions)]
    for each in _first_to_last(found):
        lines += _variant_lines(each, captions)
    lines += [line for each in found for line in _i_frame_lines(each)]
    return "\n".join([*lines, ""])


def rendition_names(playlist: str) -> list[str]:
    """The renditions that a multivariant playlist offers."""
    return [line.removeprefix(_URI) for line in playlist.splitlines() if line.startswith(_URI)]


def _version(captions: Collection[str]) -> int:
    """What a player must understand to play all of it; the tags of this playlist itself need less."""
    has_services = any(channel.startswith("SERVICE") for channel in captions)
    return _SERVICE_VERSION if has_services else i_frames.VERSION


def _first_to_last(found: Sequence[MeasuredRendition]) -> list[MeasuredRendition]:
    first = min(found, key=lambda each: abs(each.rendition.average_bandwidth_bps - _FIRST_BPS))
    return [first, *(each for each in found if each is not first)]


def _captions_line(channel: str, *, is_first: bool) -> str:
    """Captions do not say their language, and Apple's rules want one (4.4): undetermined (RFC 5646)."""
    names = f'GROUP-ID="{_GROUP_ID}",NAME="{channel}",LANGUAGE="und",INSTREAM-ID="{channel}"'
    # Members that a player may select by itself must differ by language (RFC 8216, 4.3.4.1.1).
    return f"#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,{names},AUTOSELECT={'YES' if is_first else 'NO'}"


def _variant_lines(each: MeasuredRendition, captions: Collection[str]) -> list[str]:
    rendition = each.rendition
    attributes = (
        f"BANDWIDTH={rendition.bandwidth_bps}",
        f"AVERAGE-BANDWIDTH={rendition.average_bandwidth_bps}",
        f'CODECS="{rendition.codecs}"',
        f"RESOLUTION={rendition.width}x{rendition.height}",
        f"FRAME-RATE={rendition.frame_rate:.3f}",
        f'CLOSED-CAPTIONS="{_GROUP_ID}"' if captions else "CLOSED-CAPTIONS=NONE",
    )
    return [f"#EXT-X-STREAM-INF:{','.join(attributes)}", f"{_URI}{rendition.name}"]


def _i_frame_lines(each: MeasuredRendition) -> list[str]:
    rendition, listed = each.rendition, i_frames.listed_i_frames(each.segments)
    if not listed:
        return []
    attributes = (
        f"BANDWIDTH={playlists.peak_bps(listed)}",
        f"AVERAGE-BANDWIDTH={playlists.average_bps(listed)}",
        f'CODECS="{rendition.codecs.partition(",")[0]}"',  # an I-frame is heard by nobody
        f"RESOLUTION={rendition.width}x{rendition.height}",
        f'URI="iframes?rendition={rendition.name}"',
    )
    return [f"#EXT-X-I-FRAME-STREAM-INF:{','.join(attributes)}"]
