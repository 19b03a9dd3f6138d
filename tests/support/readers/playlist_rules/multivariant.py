"""Rules on the text of a multivariant playlist."""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

from tests.support.readers.playlist_rules import text as texts
from tests.support.readers.playlist_rules.text import Tag, Uri

# Required attributes and their syntax (RFC 8216, 4.2 and 4.3.4.2).
_SYNTAX = {
    "BANDWIDTH": r"[1-9][0-9]*",
    "AVERAGE-BANDWIDTH": r"[1-9][0-9]*",
    "CODECS": r'"[^", ]+(,[^", ]+)*"',
    "RESOLUTION": r"[1-9][0-9]*x[1-9][0-9]*",
    "FRAME-RATE": r"[0-9]+(\.[0-9]{1,3})?",
}
_MAX_FPS = 60  # Apple's HLS Authoring Specification, 1.19


@dataclass(frozen=True, slots=True)
class Variant:
    """What the playlist declares of one rendition."""

    uri: str
    bandwidth_bps: int
    average_bandwidth_bps: int
    codecs: frozenset[str]
    width: int
    height: int
    frame_rate: float

    @classmethod
    def of(cls, attributes: dict[str, str], uri: str) -> Self:
        width, _, height = attributes["RESOLUTION"].partition("x")
        return cls(
            uri=uri,
            bandwidth_bps=int(attributes["BANDWIDTH"]),
            average_bandwidth_bps=int(attributes["AVERAGE-BANDWIDTH"]),
            codecs=frozenset(attributes["CODECS"].strip('"').split(",")),
            width=int(width),
            height=int(height),
            frame_rate=float(attributes["FRAME-RATE"]),
        )


def variants(text: str) -> list[Variant]:
    """The variants whose attributes are all valid."""
    found = []
    attributes: dict[str, str] | None = None
    for entry in texts.entries(text):
        if isinstance(entry, Tag):
            is_description = entry.name == "EXT-X-STREAM-INF" and not _attribute_violations(entry)
            attributes = texts.attributes(entry.value) if is_description else None
        elif attributes:
            found.append(Variant.of(attributes, entry.uri))
            attributes = None
    return found


def violations(text: str) -> list[str]:
    """A sentence for every rule that the text breaks."""
    found = texts.common_violations(text, known={"EXT-X-STREAM-INF"})
    found += texts.unpaired_violations(text, "EXT-X-STREAM-INF")
    if texts.version(text) is None:
        found.append("#EXT-X-VERSION is not a number.")
    found += _order_violations(text)
    for tag in texts.tags(text, "EXT-X-STREAM-INF"):
        found += [f"Line {tag.line}: {sentence}" for sentence in _attribute_violations(tag)]
    for variant in variants(text):
        if variant.average_bandwidth_bps > variant.bandwidth_bps:
            found.append(f"{variant.uri}: AVERAGE-BANDWIDTH is above BANDWIDTH.")
        if variant.frame_rate > _MAX_FPS:
            found.append(f"{variant.uri}: {variant.frame_rate} fps are more than {_MAX_FPS}.")
    return found


def _order_violations(text: str) -> list[str]:
    """#EXT-X-STREAM-INF has its URI in the next line (RFC 8216, 4.3.4.2), unlike #EXTINF."""
    entries = texts.entries(text)
    return [
        f"Line {tag.line}: #EXT-X-STREAM-INF is not followed by a URI in the next line."
        for tag, after in pairwise(entries)
        if isinstance(tag, Tag)
        and tag.name == "EXT-X-STREAM-INF"
        and not (isinstance(after, Uri) and after.line == tag.line + 1)
    ]


def _attribute_violations(tag: Tag) -> list[str]:
    attributes = texts.attributes(tag.value)
    if attributes is None:
        return [f"'{tag.value}' is not an attribute list."]
    found = [f"{name} is missing." for name in _SYNTAX if name not in attributes]
    found += [f"The attribute {name} is not known." for name in attributes if name not in _SYNTAX]
    found += [
        f"{name} has an invalid value: {attributes[name]}."
        for name, pattern in _SYNTAX.items()
        if name in attributes and not re.fullmatch(pattern, attributes[name])
    ]
    return found
