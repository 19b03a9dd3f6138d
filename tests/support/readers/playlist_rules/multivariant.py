"""Rules of RFC 8216 on the text of a multivariant playlist, and what it declares."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from tests.support.readers.playlist_rules import text as texts
from tests.support.readers.playlist_rules.text import Tag, Uri

VARIANT, I_FRAMES, MEDIA = "EXT-X-STREAM-INF", "EXT-X-I-FRAME-STREAM-INF", "EXT-X-MEDIA"
_BIT_RATES = {"BANDWIDTH": r"[1-9][0-9]*", "AVERAGE-BANDWIDTH": r"[1-9][0-9]*"}
_DESCRIBED = {"CODECS": r'"[^", ]+(,[^", ]+)*"', "RESOLUTION": r"[1-9][0-9]*x[1-9][0-9]*"}
_QUOTED = r'"[^"]+"'
# The syntax of the attributes that are needed (RFC 8216, 4.2 and 4.3.4); any other is a violation.
_SYNTAX = {
    VARIANT: {
        **_BIT_RATES,
        **_DESCRIBED,
        "FRAME-RATE": r"[0-9]+(\.[0-9]{1,3})?",
        "CLOSED-CAPTIONS": f"NONE|{_QUOTED}",
    },
    I_FRAMES: {**_BIT_RATES, **_DESCRIBED, "URI": _QUOTED},
    MEDIA: {
        "TYPE": "CLOSED-CAPTIONS",
        "GROUP-ID": _QUOTED,
        "NAME": _QUOTED,
        "LANGUAGE": _QUOTED,
        "INSTREAM-ID": r'"(CC[1-4]|SERVICE[1-9][0-9]?)"',
        "AUTOSELECT": "YES|NO",
    },
}
_REQUIRED = {
    VARIANT: ("BANDWIDTH",),
    I_FRAMES: ("BANDWIDTH", "URI"),
    MEDIA: ("TYPE", "GROUP-ID", "NAME", "INSTREAM-ID"),
}
_SERVICE_VERSION = 7  # RFC 8216, 7: INSTREAM-ID of CTA-708


@dataclass(frozen=True, slots=True)
class Stream:
    """What the playlist declares of one variant or of its I-frames; 0 or empty is what it does not say."""

    uri: str
    line: int
    attributes: Mapping[str, str]

    @property
    def bandwidth_bps(self) -> int:
        return int(self.attributes["BANDWIDTH"])

    @property
    def average_bandwidth_bps(self) -> int:
        return int(self.attributes.get("AVERAGE-BANDWIDTH", 0))

    @property
    def codecs(self) -> frozenset[str]:
        return frozenset(self.attributes.get("CODECS", "").strip('"').split(",")) - {""}

    @property
    def width(self) -> int:
        return int(self.attributes.get("RESOLUTION", "0x0").partition("x")[0])

    @property
    def height(self) -> int:
        return int(self.attributes.get("RESOLUTION", "0x0").partition("x")[2])

    @property
    def frame_rate(self) -> float:
        return float(self.attributes.get("FRAME-RATE", 0))


def variants(text: str) -> list[Stream]:
    """The variants whose attributes are all valid, in the order of the playlist."""
    found = []
    described: Tag | None = None
    for entry in texts.entries(text):
        if isinstance(entry, Tag):
            described = entry if entry.name == VARIANT and not _attribute_violations(entry) else None
        elif described:
            found.append(Stream(entry.uri, described.line, texts.attributes(described.value) or {}))
            described = None
    return found


def i_frame_streams(text: str) -> list[Stream]:
    """The I-frame playlists whose attributes are all valid."""
    valid = [tag for tag in texts.tags(text, I_FRAMES) if not _attribute_violations(tag)]
    attributes = [(tag.line, texts.attributes(tag.value) or {}) for tag in valid]
    return [Stream(found["URI"].strip('"'), line, found) for line, found in attributes]


def captions(text: str) -> list[Mapping[str, str]]:
    """The attributes of each channel of closed captions, without quotes."""
    valid = [tag for tag in texts.tags(text, MEDIA) if not _attribute_violations(tag)]
    declared = [texts.attributes(tag.value) or {} for tag in valid]
    return [{name: value.strip('"') for name, value in found.items()} for found in declared]


def violations(text: str) -> list[str]:
    """A sentence for every rule that the text breaks."""
    found = texts.common_violations(text, known=_SYNTAX)
    found += texts.unpaired_violations(text, VARIANT)
    if texts.version(text) is None:
        found.append("#EXT-X-VERSION is not a number.")
    found += _order_violations(text)
    for tag in (entry for entry in texts.entries(text) if isinstance(entry, Tag) and entry.name in _SYNTAX):
        found += [f"Line {tag.line}: {sentence}" for sentence in _attribute_violations(tag)]
    for stream in variants(text):
        if stream.average_bandwidth_bps > stream.bandwidth_bps:
            found.append(f"{stream.uri}: AVERAGE-BANDWIDTH is above BANDWIDTH.")
    return found + _caption_violations(text)


def _caption_violations(text: str) -> list[str]:
    """RFC 8216, 4.3.4.1.1: the members of a group differ; 4.3.4.2: all variants name one group, or none."""
    declared = captions(text)
    found = []
    for name in ("NAME", "INSTREAM-ID"):
        if len({channel[name] for channel in declared}) < len(declared):
            found.append(f"Two channels of closed captions have the same {name}.")
    selected = [channel.get("LANGUAGE") for channel in declared if channel.get("AUTOSELECT") == "YES"]
    if len(set(selected)) < len(selected):
        found.append("Two channels of one language are selected automatically.")
    if any(channel["INSTREAM-ID"].startswith("SERVICE") for channel in declared):
        found += [] if (texts.version(text) or 1) >= _SERVICE_VERSION else ["Services need version 7."]
    named = {stream.attributes.get("CLOSED-CAPTIONS") for stream in variants(text)}
    if len(named) > 1:
        found.append("The variants name different groups of closed captions.")
    return found


def _order_violations(text: str) -> list[str]:
    """#EXT-X-STREAM-INF has its URI in the next line (RFC 8216, 4.3.4.2), unlike #EXTINF."""
    entries = texts.entries(text)
    return [
        f"Line {tag.line}: #EXT-X-STREAM-INF is not followed by a URI in the next line."
        for tag, after in pairwise(entries)
        if isinstance(tag, Tag)
        and tag.name == VARIANT
        and not (isinstance(after, Uri) and after.line == tag.line + 1)
    ]


def _attribute_violations(tag: Tag) -> list[str]:
    attributes, syntax = texts.attributes(tag.value), _SYNTAX[tag.name]
    if attributes is None:
        return [f"'{tag.value}' is not an attribute list."]
    found = [f"{name} is missing." for name in _REQUIRED[tag.name] if name not in attributes]
    found += [f"The attribute {name} is not known." for name in attributes if name not in syntax]
    found += [
        f"{name} has an invalid value: {attributes[name]}."
        for name, pattern in syntax.items()
        if name in attributes and not re.fullmatch(pattern, attributes[name])
    ]
    return found
