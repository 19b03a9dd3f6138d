"""Rules of RFC 8216 on the text of a media playlist."""

import math
import re
from dataclasses import dataclass

from tests.support.readers.playlist_rules import text as texts
from tests.support.readers.playlist_rules.text import Tag

_DECIMAL_VERSION = 3  # RFC 8216, 7: decimal #EXTINF durations
_TAGS = {
    "EXT-X-TARGETDURATION",
    "EXT-X-MEDIA-SEQUENCE",
    "EXT-X-PLAYLIST-TYPE",
    "EXTINF",
    "EXT-X-ENDLIST",
}
# Where a player begins is said once, or not at all.
_START = "EXT-X-START"
_I_FRAME_VERSION = 4  # RFC 8216, 7: byte ranges, and lists of I-frames only
_I_FRAME_TAGS = {"EXT-X-BYTERANGE", "EXT-X-I-FRAMES-ONLY"}
_DURATION = re.compile(r"(?P<seconds>[0-9]+(?P<decimals>\.[0-9]+)?),.*")
_RANGE = re.compile(r"(?P<size>[1-9][0-9]*)@(?P<offset>[0-9]+)")
_WHOLE = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class Listed:
    """A segment as the playlist lists it, or `size_bytes` of it from `offset` on; 0 is the whole."""

    uri: str
    duration_s: float
    size_bytes: int = 0
    offset: int = 0


def segments(text: str) -> list[Listed]:
    """The listed segments; those without a valid #EXTINF last 0 s."""
    found = []
    duration_s, size_bytes, offset = 0.0, 0, 0
    for entry in texts.entries(text):
        if not isinstance(entry, Tag):
            found.append(Listed(entry.uri, duration_s, size_bytes, offset))
            duration_s, size_bytes, offset = 0.0, 0, 0
        elif entry.name == "EXTINF":
            match = _DURATION.fullmatch(entry.value)
            duration_s = float(match["seconds"]) if match else 0.0
        elif entry.name == "EXT-X-BYTERANGE":
            match = _RANGE.fullmatch(entry.value)
            size_bytes, offset = (int(match["size"]), int(match["offset"])) if match else (0, 0)
    return found


def target_duration_s(text: str) -> int | None:
    found = texts.tags(text, "EXT-X-TARGETDURATION")
    return int(found[0].value) if found and _WHOLE.fullmatch(found[0].value) else None


def violations(text: str) -> list[str]:
    """A sentence for every rule that the text breaks."""
    return [
        *texts.common_violations(text, known=_TAGS | {_START}),
        *texts.once_violations(text, *(_TAGS - {"EXTINF"})),
        *texts.unpaired_violations(text, "EXTINF"),
        *_duration_violations(text),
        *_target_violations(text),
        *_on_demand_violations(text),
        *_independence_violations(text),
        *_start_violations(text),
    ]


def i_frame_violations(text: str) -> list[str]:
    """As `violations`, for a list of I-frames: each entry is a range of a segment's bytes."""
    found = [
        *texts.common_violations(text, known=_TAGS | _I_FRAME_TAGS, is_repeating=True),
        *texts.once_violations(text, *(_TAGS - {"EXTINF"}), "EXT-X-I-FRAMES-ONLY"),
        *texts.unpaired_violations(text, "EXTINF"),
        *texts.unpaired_violations(text, "EXT-X-BYTERANGE"),
        *_duration_violations(text),
        *_target_violations(text),
        *_on_demand_violations(text),
    ]
    for tag in texts.tags(text, "EXT-X-BYTERANGE"):
        if not _RANGE.fullmatch(tag.value):
            found.append(f"Line {tag.line}: '{tag.value}' is not a range of bytes.")
    if (texts.version(text) or 1) < _I_FRAME_VERSION:
        found.append("Byte ranges need version 4.")
    return found


def _duration_violations(text: str) -> list[str]:
    found = []
    version = texts.version(text)
    if version is None:
        found.append("#EXT-X-VERSION is not a number.")
    for tag in texts.tags(text, "EXTINF"):
        match = _DURATION.fullmatch(tag.value)
        if match is None:
            found.append(f"Line {tag.line}: '{tag.value}' is not a duration followed by a comma.")
        elif match["decimals"] and (version or 1) < _DECIMAL_VERSION:
            found.append(f"Line {tag.line}: durations with decimals need version 3, not {version}.")
    return found


def _target_violations(text: str) -> list[str]:
    target_s = target_duration_s(text)
    if target_s is None:
        return ["#EXT-X-TARGETDURATION is missing or not a whole number."]
    return [
        f"{segment.uri} lasts {segment.duration_s} s, more than the target duration of {target_s} s."
        for segment in segments(text)
        if math.floor(segment.duration_s + 0.5) > target_s
    ]


def _start_violations(text: str) -> list[str]:
    """It is in the first segment, of which every frame is shown (RFC 8216, 4.3.5.2)."""
    found = texts.tags(text, _START)
    if not found:
        return []
    [offset, *others] = [texts.attributes(tag.value) for tag in found]
    first_s = segments(text)[0].duration_s if segments(text) else 0.0
    if (
        not others
        and offset
        and set(offset) == {"TIME-OFFSET"}
        and 0 <= float(offset["TIME-OFFSET"]) < first_s
    ):
        return []
    return [f"#EXT-X-START is not one offset into the first segment: {found[0].value}."]


def _independence_violations(text: str) -> list[str]:
    """Here too, though in the multivariant playlist it is enough: the manifest is fetched without that."""
    if texts.tags(text, "EXT-X-INDEPENDENT-SEGMENTS"):
        return []
    return ["#EXT-X-INDEPENDENT-SEGMENTS is missing, though every segment starts with an IDR picture."]


def _on_demand_violations(text: str) -> list[str]:
    found = []
    last = texts.entries(text)[-1:]
    if not (last and isinstance(last[0], Tag) and last[0].name == "EXT-X-ENDLIST"):
        found.append("#EXT-X-ENDLIST does not end the playlist.")
    listed = texts.uris(text)
    for tag in texts.tags(text, "EXT-X-MEDIA-SEQUENCE"):
        if not _WHOLE.fullmatch(tag.value):
            found.append(f"Line {tag.line}: the media sequence number '{tag.value}' is not a whole number.")
        if listed and tag.line > listed[0].line:
            found.append(f"Line {tag.line}: #EXT-X-MEDIA-SEQUENCE comes after the first segment.")
    return found
