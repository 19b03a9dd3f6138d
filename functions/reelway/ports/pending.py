"""Uploads that may arrive: a form or URLs were given out for them, or a function is storing them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from reelway.details import Details

# By then almost every upload has arrived, and S3's event of it too.
FIRST_LOOK_AFTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class PendingUpload:
    """An upload without a video's record; it may arrive until `expected_until`. Times are ISO 8601."""

    video_id: str
    created_at: str
    expected_until: str


@dataclass(frozen=True, slots=True)
class Expected:
    """What is known of an upload. Of one by a grant, `upload_id` and `declared_bytes` are of the upload in
    parts that was begun last.
    """

    details: Details
    upload_id: str | None = None
    declared_bytes: int | None = None
    is_recorded: bool = False  # as a video, which may have been deleted since


class PendingUploads(Protocol):
    """Rows in the table of videos, which no client sees. Methods raise StorageFailed.

    `Videos.create` makes the record of a video out of the row.
    """

    def expect(self, video_id: str, *, within: timedelta, details: Details) -> bool:
        """Expect an upload from now on, and look for it first after `FIRST_LOOK_AFTER`.

        Details that differ from the defaults replace those that are known. False, and without effect, when
        the video is recorded already or was deleted.
        """
        ...

    def find(self, video_id: str) -> Expected | None:
        """A pending upload, or what became of it; None when nothing is known of the video."""
        ...

    def note_upload(self, video_id: str, *, upload_id: str, declared_bytes: int, after: str | None) -> bool:
        """Note the upload in parts by a grant, which takes the place of the one with the id `after`, if any.

        False, and without effect, where another one was noted in the meantime, or the video is recorded.
        """
        ...

    def due(self, now: str) -> Iterator[PendingUpload]:
        """Those that are to be looked for at the ISO 8601 time `now`; what waits for longest comes first."""
        ...

    def defer(self, video_id: str, *, until: str) -> None:
        """Look for the upload again at the ISO 8601 time `until`; without effect when it is not pending."""
        ...

    def drop(self, video_id: str) -> None:
        """Expect the upload no more, which cannot arrive; without effect when it is not pending."""
        ...

    def end(self, video_id: str) -> None:
        """Look for the upload no more. Should it arrive all the same, it is still known whose it is."""
        ...
