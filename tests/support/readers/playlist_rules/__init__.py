"""Validates a published video by RFC 8216 and Apple's HLS Authoring Specification (MPEG-TS, video on demand).

Each violation is one sentence. What Apple recommends (SHOULD) is required here too, except for the number of
renditions and the steps between them, which depend on the source.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.support.readers.playlist_rules import media, multivariant
from tests.support.readers.playlist_rules.content import Content, alignment_violations, content_of
from tests.support.readers.playlist_rules.variant import variant_violations


@dataclass(frozen=True, slots=True)
class Published:
    """A video as a player fetches it.

    `playlists` are keyed by their URI in the multivariant playlist `master`, `segments` by the URI of their
    playlist and then by their own URI in it.
    """

    master: str
    playlists: Mapping[str, str]
    segments: Mapping[str, Mapping[str, bytes]]


def violations(video: Published) -> list[str]:
    """A sentence for every rule that the video breaks; empty for a valid one."""
    found = multivariant.violations(video.master)
    contents: dict[str, Content] = {}
    for variant in multivariant.variants(video.master):
        uri = variant.uri
        if uri not in video.playlists:
            found.append(f"{uri} is listed, but there is no such playlist.")
            continue
        text = video.playlists[uri]
        found += [f"{uri}: {sentence}" for sentence in media.violations(text)]
        content, broken = content_of(text, video.segments[uri])
        found += [f"{uri}: {sentence}" for sentence in broken]
        if content:
            contents[uri] = content
            found += [f"{uri}: {sentence}" for sentence in variant_violations(variant, content)]
    return found + alignment_violations(contents)
