"""What a published video must be: RFC 8216, and Apple's HLS authoring rules for transport streams on demand.

Every rule that is broken is one sentence. Where Apple says SHOULD, it is a rule here as well, but for the
number of renditions and the steps between them, which depend on what was uploaded.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.support.readers.playlist_rules import media, multivariant
from tests.support.readers.playlist_rules.content import Content, alignment_violations, content_of
from tests.support.readers.playlist_rules.variant import variant_violations


@dataclass(frozen=True, slots=True)
class Published:
    """A video as a player fetches it: `playlists` by their URI in the multivariant playlist `master`, and of
    each the `segments` by their URI in it."""

    master: str
    playlists: Mapping[str, str]
    segments: Mapping[str, Mapping[str, bytes]]


def violations(video: Published) -> list[str]:
    """A sentence for every rule that the video breaks; none for one as it should be."""
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
