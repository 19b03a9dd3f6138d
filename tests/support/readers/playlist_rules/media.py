"""Rules on the text of a media playlist."""

import math
import re
from dataclasses import dataclass

from tests.support.readers.playlist_rules import text as texts
from tests.support.readers.playlist_rules.text import Tag

MAX_TARGET_S = 6  # Apple's HLS Authoring Specification, 7.5
_DECIMAL_VERSION = 3  # RFC 8216, 7: decimal #EXTINF durations
_TAGS = {
    "EXT-X-TARGETDURATION",
    "EXT-X-MEDIA-SEQUENCE",
    "EXT-X-PLAYLIST-TYPE",
    "EXTINF",
    "EXT-X-ENDLIST",
}
_DURATION = re.compile(r"(?P<seconds>[0-9]+(?P<decimals>\.[0-9]+)?),.*")
_WHOLE = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class Listed:
    """A segment as the playlist lists it."""

    uri: str
    duration_s: float


def segments(text: str) -> list[Listed]:
    """The listed segments; those without a valid #EXTINF last 0 s."""
    found = []
    duration_s = 0.0
    for entry in texts.entries(text):
        if isinstance(entry, Tag):
            if entry.name == "EXTINF":
                match = _DURATION.fullmatch(entry.value)
                duration_s = float(match["seconds"]) if match else 0.0
        else:
            found.append(Listed(entry.uri, duration_s))
            duration_s = 0.0
    return found


def target_duration_s(text: str) -> int | None:
    found = texts.tags(text, "EXT-X-TARGETDURATION")
    return int(found[0].value) if found and _WHOLE.fullmatch(found[0].value) else None


def violations(text: str) -> list[str]:
    """A sentence for every rule that the text breaks."""
    return [
        *texts.common_violations(text, known=_TAGS),
        *texts.once_violations(text, *(_TAGS - {"EXTINF"})),
        *texts.unpaired_violations(text, "EXTINF"),
        *_duration_violations(text),
        *_target_violations(text),
        *_on_demand_violations(text),
    ]


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
    found = [
        f"{segment.uri} lasts {segment.duration_s} s, more than the target duration of {target_s} s."
        for segment in segments(text)
        if math.floor(segment.duration_s + 0.5) > target_s
    ]
    if target_s > MAX_TARGET_S:
        found.append(f"The target duration is {target_s} s, more than {MAX_TARGET_S} s.")
    return found


def _on_demand_violations(text: str) -> list[str]:
    found = []
    if [tag.value for tag in texts.tags(text, "EXT-X-PLAYLIST-TYPE")] != ["VOD"]:
        found.append("#EXT-X-PLAYLIST-TYPE is not VOD.")
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
