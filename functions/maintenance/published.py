"""What the playlists of a video refer to."""

from dataclasses import dataclass

from reelway import keys
from reelway.hls import multivariant, playlists
from reelway.ports.storage import Bucket


@dataclass(frozen=True, slots=True)
class Published:
    """The keys of a video's media that players ask for."""

    playlists: frozenset[str]
    segments: frozenset[str]


def published(video_id: str, media: Bucket) -> Published | None:
    """By the playlists that are offered at present; None where one of them is missing."""
    master = media.read(keys.master(video_id))
    names = multivariant.rendition_names(master.decode()) if master else []
    listing = [keys.rendition(video_id, name) for name in names]
    texts = [media.read(key) for key in (keys.manifest(video_id), *listing)]
    if not names or None in texts:
        return None
    uris = {uri for text in texts if text for _, uri in playlists.entries(text.decode())}
    segments = frozenset(f"{keys.media_prefix(video_id)}{uri}" for uri in uris)
    return Published(frozenset([*listing, *(keys.i_frames(video_id, name) for name in names)]), segments)
