"""The playlists of a video as objects in the media bucket."""

from collections.abc import Iterator, Sequence

from reelway import keys
from reelway.hls import i_frames, playlists
from reelway.hls.multivariant import multivariant_playlist
from reelway.hls.renditions import MeasuredRendition
from reelway.plan.ladder import default_rendition
from reelway.ports.storage import Bucket


def put_playlists(video_id: str, found: Sequence[MeasuredRendition], media: Bucket) -> None:
    """Write the playlists of all renditions, which go from large to small; the manifest last.

    The multivariant playlist is one object, so a player sees either the renditions that it had before or all
    of these, never a mix.
    """
    for key, text in _playlists(video_id, found):
        media.put(key, text.encode(), content_type=playlists.CONTENT_TYPE)


def put_first_playlists(video_id: str, found: Sequence[MeasuredRendition], media: Bucket) -> None:
    """As `put_playlists`, but those that are there stay: they may be of a later step already."""
    for key, text in _playlists(video_id, found):
        media.put_if_absent(key, text.encode(), content_type=playlists.CONTENT_TYPE)


def _playlists(video_id: str, found: Sequence[MeasuredRendition]) -> Iterator[tuple[str, str]]:
    """Keys and texts, in the order in which they are to be written."""
    texts = {each.rendition.name: playlists.media_playlist(each.segments) for each in found}
    for name, text in texts.items():
        yield keys.rendition(video_id, name), text
    for each in found:
        listed = i_frames.listed_i_frames(each.segments)
        if listed:
            yield keys.i_frames(video_id, each.rendition.name), i_frames.i_frame_playlist(listed)
    yield keys.master(video_id), multivariant_playlist(found)
    yield keys.manifest(video_id), texts[default_rendition(list(texts))]
