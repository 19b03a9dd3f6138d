"""Validates a published video by RFC 8216 and Apple's HLS Authoring Specification (MPEG-TS, video on demand).

Each violation is one sentence. `apple.RULES` has a row for each of Apple's rules; those that are no MUST are
required here too. `apple.NOT_KEPT` lists which are not kept, and why.
"""

from tests.support.readers.playlist_rules import apple, media, multivariant
from tests.support.readers.playlist_rules.reading import Published, Reading

__all__ = ["Published", "broken_rules", "violations"]

_MAX_SEGMENT_BYTES = 4_400_000  # so that base64 of it fits into the 6 MB of a Lambda response


def violations(video: Published) -> list[str]:
    """A sentence for every rule that the video breaks, once; empty for a valid one."""
    reading = Reading.of(video)
    found = [*multivariant.violations(video.master), *reading.unreadable]
    for uri, text in video.playlists.items():
        found += [f"{uri}: {sentence}" for sentence in media.violations(text)]
    found += apple.declared_elsewhere(reading)
    for uri, segments in video.segments.items():
        large = {name: len(body) for name, body in segments.items() if len(body) > _MAX_SEGMENT_BYTES}
        found += [
            f"{uri}: {name} has {size} bytes, more than {_MAX_SEGMENT_BYTES}." for name, size in large.items()
        ]
    for rule in apple.RULES:
        found += rule.check(reading)
    return list(dict.fromkeys(found))


def broken_rules(video: Published) -> set[str]:
    """The numbers of Apple's rules that the video breaks."""
    reading = Reading.of(video)
    return {rule.number for rule in apple.RULES if list(rule.check(reading))}
