"""Shelves: lists of all videos in whatever state, newest first.

There is one of everything, one for each owner, and one for each external id, of all owners and of one. Those
that grow for ever are divided by years. A row stands for a video on a shelf; its id names the kind of the
shelf, so that a video is on one shelf of a kind at most, and whoever writes a row again only moves it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from reelway.video import Video

FIRST_YEAR = 2026  # that of release 0.1.0, before which there is no video
_LAST_MOMENT = "-12-31T23:59:59.999999Z"


class Kind(StrEnum):
    """What a shelf has in common; the first part of its rows' ids."""

    ALL = "all"
    OWNER = "owner"
    EXTERNAL_ID = "external"
    OWNERS_EXTERNAL_ID = "owner-external"


@dataclass(frozen=True, slots=True)
class Shelf:
    """Of everything, or of what has this owner, this external id, or both."""

    owner: str | None = None
    external_id: str | None = None

    @property
    def kind(self) -> Kind:
        if self.external_id is None:
            return Kind.ALL if self.owner is None else Kind.OWNER
        return Kind.EXTERNAL_ID if self.owner is None else Kind.OWNERS_EXTERNAL_ID

    def name(self, time: str) -> str:
        """Of the list that has the video of this time; JSON, so that no two shelves have the same name."""
        words = [self.kind, self.owner, self.external_id, time[:4] if self.is_by_year else None]
        return "shelf/" + json.dumps([word for word in words if word is not None], separators=(",", ":"))

    @property
    def is_by_year(self) -> bool:
        return self.external_id is None

    def row_id(self, video_id: str) -> str:
        return f"{self.kind}/{video_id}"

    def before(self, time: str) -> str | None:
        """The last moment of the year before; None where the shelf has no earlier list."""
        year = int(time[:4]) - 1
        return f"{year}{_LAST_MOMENT}" if self.is_by_year and year >= FIRST_YEAR else None


@dataclass(frozen=True, slots=True)
class Row:
    """A video on a shelf."""

    row_id: str
    name: str
    created_at: str


def video_of_row(row_id: str) -> str:
    return row_id.rpartition("/")[2]


def rows_of(video: Video) -> list[Row]:
    """One or two, and as many again for a video with an external id."""
    return [
        Row(shelf.row_id(video.video_id), shelf.name(video.created_at), video.created_at)
        for shelf in _shelves_of(video)
    ]


def _shelves_of(video: Video) -> Iterator[Shelf]:
    for owner in (None, video.owner or None) if video.owner else (None,):
        yield Shelf(owner)
        if video.external_id:
            yield Shelf(owner, video.external_id)
