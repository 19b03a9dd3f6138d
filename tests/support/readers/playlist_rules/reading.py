"""A published video as the rules look at it: parsed once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self

from tests.support.readers.playlist_rules import media, multivariant
from tests.support.readers.playlist_rules.content import Content, content_of
from tests.support.readers.playlist_rules.media import Listed
from tests.support.readers.playlist_rules.multivariant import Stream


@dataclass(frozen=True, slots=True)
class Published:
    """A video as a player fetches it.

    `playlists` and `i_frames` are keyed by their URI in the multivariant playlist `master`, `segments` by the
    URI of their playlist and then by their own URI in it.
    """

    master: str
    playlists: Mapping[str, str]
    i_frames: Mapping[str, str]
    segments: Mapping[str, Mapping[str, bytes]]

    @property
    def bytes_of(self) -> dict[str, bytes]:
        """Every segment by its URI."""
        return {uri: body for segments in self.segments.values() for uri, body in segments.items()}


@dataclass(frozen=True, slots=True)
class Reading:
    """Variants and I-frame playlists as declared; the measured content of those that can be measured."""

    video: Published
    variants: tuple[Stream, ...]
    i_frame_streams: tuple[Stream, ...]
    contents: Mapping[str, Content]
    unreadable: tuple[str, ...]

    @classmethod
    def of(cls, video: Published) -> Self:
        variants = multivariant.variants(video.master)
        contents: dict[str, Content] = {}
        unreadable: list[str] = []
        for uri in (variant.uri for variant in variants):
            if uri not in video.playlists:
                unreadable.append(f"{uri} is listed, but there is no such playlist.")
                continue
            content, reasons = content_of(video.playlists[uri], video.segments[uri])
            unreadable += [f"{uri}: {reason}" for reason in reasons]
            contents |= {uri: content} if content else {}
        i_frames = multivariant.i_frame_streams(video.master)
        return cls(video, tuple(variants), tuple(i_frames), contents, tuple(unreadable))

    @property
    def measured(self) -> Iterator[tuple[Stream, Content]]:
        return (
            (variant, self.contents[variant.uri]) for variant in self.variants if variant.uri in self.contents
        )

    def listed_i_frames(self, stream: Stream) -> list[Listed]:
        return media.segments(self.video.i_frames.get(stream.uri, ""))

    @property
    def listed(self) -> Iterator[tuple[str, str]]:
        """(URI, text) of all media playlists, also those of I-frames."""
        yield from self.video.playlists.items()
        yield from self.video.i_frames.items()
