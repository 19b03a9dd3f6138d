"""Rules on the text of a multivariant playlist."""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

from tests.support.readers.playlist_rules import text as texts
from tests.support.readers.playlist_rules.text import Tag, Uri

_SYNTAX = {
    "BANDWIDTH": r"[1-9][0-9]*",
    "AVERAGE-BANDWIDTH": r"[1-9][0-9]*",
    "CODECS": r'"[^", ]+(,[^", ]+)*"',
    "RESOLUTION": r"[1-9][0-9]*x[1-9][0-9]*",
    "FRAME-RATE": r"[0-9]+(\.[0-9]{1,3})?",
}
_MAX_RATE = 60


@dataclass(frozen=True, slots=True)
class Variant:
    """What the playlist promises of one rendition."""

    uri: str
    bandwidth_bps: int
    average_bandwidth_bps: int
    codecs: frozenset[str]
    width: int
    height: int
    frame_rate: float

    @classmethod
    def of(cls, told: dict[str, str], uri: str) -> Self:
        width, _, height = told["RESOLUTION"].partition("x")
        return cls(
            uri=uri,
            bandwidth_bps=int(told["BANDWIDTH"]),
            average_bandwidth_bps=int(told["AVERAGE-BANDWIDTH"]),
            codecs=frozenset(told["CODECS"].strip('"').split(",")),
            width=int(width),
            height=int(height),
            frame_rate=float(told["FRAME-RATE"]),
        )


def variants(text: str) -> list[Variant]:
    """The variants that are described as they should be."""
    found = []
    told: dict[str, str] | None = None
    for entry in texts.entries(text):
        if isinstance(entry, Tag):
            is_description = entry.name == "EXT-X-STREAM-INF" and not _attribute_violations(entry)
            told = texts.attributes(entry.value) if is_description else None
        elif told:
            found.append(Variant.of(told, entry.uri))
            told = None
    return found


def violations(text: str) -> list[str]:
    """A sentence for every rule that the text breaks."""
    found = texts.common_violations(text, known={"EXT-X-STREAM-INF"})
    found += texts.unpaired_violations(text, "EXT-X-STREAM-INF")
    if texts.version(text) is None:
        found.append("#EXT-X-VERSION is no number.")
    found += _order_violations(text)
    for tag in texts.tags(text, "EXT-X-STREAM-INF"):
        found += [f"Line {tag.line}: {sentence}" for sentence in _attribute_violations(tag)]
    for variant in variants(text):
        if variant.average_bandwidth_bps > variant.bandwidth_bps:
            found.append(f"{variant.uri}: AVERAGE-BANDWIDTH is above BANDWIDTH.")
        if variant.frame_rate > _MAX_RATE:
            found.append(f"{variant.uri}: {variant.frame_rate} fps are more than {_MAX_RATE}.")
    return found


def _order_violations(text: str) -> list[str]:
    """A URI stands in the line after its description, unlike in a media playlist."""
    entries = texts.entries(text)
    return [
        f"Line {tag.line}: #EXT-X-STREAM-INF is not followed by a URI at once."
        for tag, after in pairwise(entries)
        if isinstance(tag, Tag)
        and tag.name == "EXT-X-STREAM-INF"
        and not (isinstance(after, Uri) and after.line == tag.line + 1)
    ]


def _attribute_violations(tag: Tag) -> list[str]:
    told = texts.attributes(tag.value)
    if told is None:
        return [f"'{tag.value}' is no attribute list."]
    found = [f"{name} is missing." for name in _SYNTAX if name not in told]
    found += [f"The attribute {name} is not known." for name in told if name not in _SYNTAX]
    found += [
        f"{name} is not written as it should be: {told[name]}."
        for name, pattern in _SYNTAX.items()
        if name in told and not re.fullmatch(pattern, told[name])
    ]
    return found
