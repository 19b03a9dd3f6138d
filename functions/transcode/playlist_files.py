"""The playlists of a video as objects in the media bucket."""

from collections.abc import Sequence

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
    texts = {each.rendition.name: playlists.media_playlist(each.segments) for each in found}
    for name, text in texts.items():
        _put_playlist(media, keys.rendition(video_id, name), text)
    for each in found:
        listed = i_frames.listed_i_frames(each.segments)
        if listed:
            _put_playlist(
                media, keys.i_frames(video_id, each.rendition.name), i_frames.i_frame_playlist(listed)
            )
    _put_playlist(media, keys.master(video_id), multivariant_playlist(found))
    _put_playlist(media, keys.manifest(video_id), texts[default_rendition(list(texts))])


def _put_playlist(media: Bucket, key: str, text: str) -> None:
    media.put(key, text.encode(), content_type=playlists.CONTENT_TYPE)
