"""Lines, tags and attribute lists of a playlist (RFC 8216, 4.1 and 4.2)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_ATTRIBUTE = re.compile(r'(?P<name>[A-Z0-9-]+)=(?P<value>"[^"\r\n]*"|[^",\s]+)(?:,|$)')
_CONTROL = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff]")
# The tags that a video on demand in transport streams needs; any other is a violation.
HEADER_TAGS = {"EXTM3U", "EXT-X-VERSION", "EXT-X-INDEPENDENT-SEGMENTS"}


@dataclass(frozen=True, slots=True)
class Tag:
    """`#NAME:value`; the value is empty for a tag without one. `line` counts from 1."""

    line: int
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Uri:
    line: int
    uri: str


def entries(text: str) -> list[Tag | Uri]:
    """Tags and URIs in order, without blank lines and comments."""
    found: list[Tag | Uri] = []
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.removesuffix("\r")
        if line.startswith("#EXT"):
            name, _, value = line[1:].partition(":")
            found.append(Tag(number, name, value))
        elif line and not line.startswith("#"):
            found.append(Uri(number, line))
    return found


def tags(text: str, name: str) -> list[Tag]:
    return [entry for entry in entries(text) if isinstance(entry, Tag) and entry.name == name]


def uris(text: str) -> list[Uri]:
    return [entry for entry in entries(text) if isinstance(entry, Uri)]


def attributes(value: str) -> dict[str, str] | None:
    """The attribute list as written, quotes included; None where it is not one or a name occurs twice."""
    found: dict[str, str] = {}
    at = 0
    while at < len(value):
        match = _ATTRIBUTE.match(value, at)
        if match is None or match["name"] in found:
            return None
        found[match["name"]] = match["value"]
        at = match.end()
    return found if found and not value.endswith(",") else None


def common_violations(text: str, *, known: Iterable[str], is_repeating: bool = False) -> list[str]:
    """Rules for all playlists; `known` are the tags allowed besides HEADER_TAGS.

    `is_repeating` is true where one URI may be listed for several ranges of its bytes.
    """
    found = []
    if text.split("\n", 1)[0].rstrip("\r") != "#EXTM3U":
        found.append("The first line is not #EXTM3U.")
    if _CONTROL.search(text):
        found.append("There are control characters or a byte order mark.")
    if not text.endswith("\n"):
        found.append("The last line does not end with a line feed.")
    allowed = HEADER_TAGS | set(known)
    for entry in entries(text):
        if isinstance(entry, Tag) and entry.name not in allowed:
            found.append(f"Line {entry.line}: #{entry.name} is not allowed here.")
        elif isinstance(entry, Uri) and (set(entry.uri) & set(" \t")):
            found.append(f"Line {entry.line}: the URI '{entry.uri}' contains blanks.")
    listed = [entry.uri for entry in uris(text)]
    if not is_repeating:
        found += [f"{uri} is listed twice." for uri in sorted({u for u in listed if listed.count(u) > 1})]
    if not listed:
        found.append("No URI is listed.")
    return found + once_violations(text, *HEADER_TAGS)


def once_violations(text: str, *names: str) -> list[str]:
    counts = {name: len(tags(text, name)) for name in sorted(names)}
    return [f"#{name} occurs {count} times." for name, count in counts.items() if count > 1]


def version(text: str) -> int | None:
    """The protocol version; 1 where none is declared (RFC 8216, 4.3.1.2), None where it is not a number."""
    found = tags(text, "EXT-X-VERSION")
    if not found:
        return 1
    return int(found[0].value) if re.fullmatch(r"[1-9][0-9]*", found[0].value) else None


def unpaired_violations(text: str, tag_name: str) -> list[str]:
    """Tags `tag_name` and URIs alternate: each URI follows one such tag, and each tag precedes a URI."""
    found = []
    pending: Tag | None = None
    for entry in entries(text):
        if isinstance(entry, Uri):
            if pending is None:
                found.append(f"Line {entry.line}: no #{tag_name} describes {entry.uri}.")
            pending = None
        elif entry.name == tag_name:
            if pending:
                found.append(f"Line {pending.line}: no URI follows #{tag_name}.")
            pending = entry
    if pending:
        found.append(f"Line {pending.line}: no URI follows #{tag_name}.")
    return found
