"""Which videos a request may play: public ones, and the signed one whose playback token was verified."""

from dataclasses import dataclass
from http import HTTPStatus

from reelway.errors import RequestRefused
from reelway.playback_tokens import is_token, tokened
from reelway.ports.videos import Known
from reelway.video import Playback, Video


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


def place(token: str, path: str) -> str:
    """The path at which a playback token, given as `?token=`, plays what is at `path`.

    Raises RequestRefused 403 for what has not the form of one; the distribution checks the others there.
    """
    if not is_token(token):
        raise RequestRefused(HTTPStatus.FORBIDDEN, "bad_playback_token", "The token is no playback token.")
    return tokened(token, path)
