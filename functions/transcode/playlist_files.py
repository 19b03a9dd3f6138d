"""The playlists of a video as objects in the media bucket."""

from collections.abc import Sequence

from reelway import keys
from reelway.hls import playlists
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
    multivariant = playlists.multivariant_playlist([each.rendition for each in found])
    _put_playlist(media, keys.master(video_id), multivariant)
    _put_playlist(media, keys.manifest(video_id), texts[default_rendition(list(texts))])


def _put_playlist(media: Bucket, key: str, text: str) -> None:
    media.put(key, text.encode(), content_type=playlists.CONTENT_TYPE)
