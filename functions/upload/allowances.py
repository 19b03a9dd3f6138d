"""What a request may upload: by an upload grant its own video, once; else a new one, as large as is taken."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from http import HTTPStatus

from reelway.caller import Caller
from reelway.details import Details
from reelway.errors import ReelwayError, RequestRefused, StorageFailed
from reelway.ports.pending import Expected, PendingUploads
from reelway.ports.quotas import QuotaLedger
from reelway.quotas import Quotas
from reelway.video import new_video_id


@dataclass(frozen=True, slots=True)
class Allowance:
    """Of one upload, `max_bytes` large; `granted` is what is known of it, if it is by an upload grant.

    `is_new` unless something of the video may be stored already.
    """

    video_id: str
    details: Details
    max_bytes: int
    granted: Expected | None = None
    is_new: bool = True

    @property
    def declared_bytes(self) -> int | None:
        """Of the file that is being uploaded in parts by a grant."""
        return self.granted.declared_bytes if self.granted else None

    def declared(self, size_bytes: object) -> int | None:
        """The size of the file, if its client declares it; raises RequestRefused 413 above the limit."""
        if not isinstance(size_bytes, int) or isinstance(size_bytes, bool) or size_bytes <= 0:
            return None
        return self.checked(size_bytes)

    def checked(self, size_bytes: int) -> int:
        """The size itself; raises RequestRefused 413 above the limit."""
        if size_bytes > self.max_bytes:
            raise too_large(size_bytes, self.max_bytes)
        return size_bytes


@dataclass(frozen=True, slots=True)
class Allowances:
    """What all callers may upload; `max_bytes` are taken of any file.

    Each upload is expected before a byte of it can be stored, so that whatever is stored is known.
    """

    pending: PendingUploads
    ledger: QuotaLedger
    quotas: Quotas
    max_bytes: int

    def of(self, details: Details, caller: Caller) -> Allowance:
        """Raises RequestRefused 409 `grant_used` for a grant that has made its video."""
        max_bytes = self.quotas.max_bytes(self.max_bytes)
        if not caller.video_id:
            return Allowance(new_video_id(), details, max_bytes)
        granted = self.pending.find(caller.video_id)
        if granted is None or granted.is_recorded or granted.details.granted_until is None:
            raise _used(caller.video_id)
        known = replace(granted.details, title=granted.details.title or details.title)
        max_bytes = min(max_bytes, known.max_bytes or max_bytes)
        return Allowance(caller.video_id, known, max_bytes, granted, is_new=False)

    def begin(self, allowed: Allowance, *, size_bytes: int | None, within: timedelta) -> bool:
        """Expect the upload of so many bytes, or of as many as it may have.

        False, and without effect, when its video is recorded or was deleted. Raises RequestRefused 429
        `quota_exceeded`.
        """
        details, size_bytes = self._limited(allowed, size_bytes)
        if not self.pending.expect(allowed.video_id, within=within, details=details):
            return False
        try:
            self.ledger.take(details.owner, allowed.video_id, size_bytes=size_bytes)
        except ReelwayError:
            if allowed.is_new:
                with suppress(StorageFailed):  # maintenance does it when its time has passed
                    self.pending.drop(allowed.video_id)
            raise
        return True

    def _limited(self, allowed: Allowance, size_bytes: int | None) -> tuple[Details, int]:
        """Where bytes are counted, an upload may have no more than it is counted for."""
        counted = allowed.max_bytes if size_bytes is None else size_bytes
        if allowed.details.granted_until or not self.quotas.bytes_per_day:
            return allowed.details, counted
        return replace(allowed.details, max_bytes=counted), counted

    def limit_of(self, video_id: str, caller: Caller, refuse: Callable[[], RequestRefused]) -> Allowance:
        """What the upload that has begun may have; raises what `refuse` makes unless it is the caller's."""
        if caller.sees_all and not self.quotas.bytes_per_day:
            return Allowance(video_id, Details(), self.max_bytes, is_new=False)
        known = self.pending.find(video_id)
        if not caller.may_see(video_id, known.details.owner if known else None):
            raise refuse()
        details = known.details if known else Details()
        max_bytes = min(self.max_bytes, details.max_bytes or self.max_bytes)
        return Allowance(video_id, details, max_bytes, known if caller.video_id else None, is_new=False)


def too_large(size_bytes: int, max_bytes: int) -> RequestRefused:
    return RequestRefused(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "file_too_large",
        f"The file has {size_bytes} bytes; files of {max_bytes} at most are taken here.",
    )


def _used(video_id: str) -> RequestRefused:
    return RequestRefused(
        HTTPStatus.CONFLICT,
        "grant_used",
        f"This grant has uploaded its video {video_id!r}, or was given up; ask for another one.",
    )
