"""Which videos a request may play: public ones, and the signed one whose playback token was verified."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from reelway import keys
from reelway.errors import RequestRefused, unknown_video
from reelway.playback_tokens import VERIFIED_HEADER, is_token, tokened
from reelway.ports.videos import Known
from reelway.video import Playback, Video, is_video_id
from streaming.playback import unknown_rendition


@dataclass(frozen=True, slots=True)
class Admitted:
    """A part of `Videos`, to which signed videos but the one with the id `verified` are unknown."""

    videos: Known
    verified: str | None

    def find(self, video_id: str) -> Video | None:
        return self._admitted(self.videos.find(video_id))

    def find_deleted(self, video_id: str) -> Video | None:
        return self._admitted(self.videos.find_deleted(video_id))

    def _admitted(self, video: Video | None) -> Video | None:
        is_open = video is None or video.playback is Playback.PUBLIC or video.video_id == self.verified
        return video if is_open else None


def to(videos: Known, headers: Mapping[str, str]) -> Admitted:
    """To a request with these headers, by lower-case name."""
    return Admitted(videos, headers.get(VERIFIED_HEADER))


def place(video_id: str, path: str, query: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """Where a playback token, given as `?token=`, plays what is at `path`; the query without it.

    There the token is a part of the path, and so of everything that a playlist refers to. Raises
    RequestRefused 404 for what is no video's id, or no rendition's name, and 403 for what has not the form of
    a token; the distribution checks the others there.
    """
    rendition = query.get("rendition")
    if rendition is not None and not keys.is_rendition_name(rendition):
        raise unknown_rendition(rendition)
    if not is_video_id(video_id):
        raise unknown_video(video_id)
    token = query["token"]
    if not is_token(token):
        raise RequestRefused(HTTPStatus.FORBIDDEN, "bad_playback_token", "The token is no playback token.")
    return tokened(token, path), {name: value for name, value in query.items() if name != "token"}
