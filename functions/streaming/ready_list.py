"""The whole ready list, however long: a snapshot of it, and what the index says has changed since.

While the list is short it is read from the index. Beyond that, nobody reads all of it for one request: a
snapshot is kept in storage and in memory, and each request asks the index only for what was listed, deleted
or unlisted since. Whoever finds that this has become much brings the snapshot up to date and stores it; the
others go on with the one they have, which stays right for any length of time.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from reelway.errors import StorageFailed
from reelway.ports.ready_list import ReadyIndex, Snapshots, StoredSnapshot
from reelway.ports.videos import Listed
from reelway.timestamps import utc_now
from streaming import snapshot
from streaming.list_changes import Changes, changes_since, joined
from streaming.snapshot import BLOCK_IDS, Snapshot, UnreadableSnapshot, block_of

# Up to here the index is read for each request, which takes 12 of the 3,000 read units of a second.
_SHORT = 1_000
# Changes since the snapshot of which a request reads so many, at most, before they become part of it.
_MANY_CHANGES = 500
# The newest time that becomes part of a snapshot. An entry has the time at which its write began, which may
# take 90 s with all its retries, and the index follows within seconds, rarely more.
_SETTLING = timedelta(minutes=5)
# Whatever else may have happened to the table, such as a restored backup, is seen after this time.
_REREAD_AFTER = timedelta(days=1)
# What one answer holds, and how much of a longer list is kept: ids are deleted and added all the time.
_WANTED, _KEPT = 200_000, 220_000
# Seconds for which one request goes on reading, and others leave it to that: API Gateway waits for 29 s, in
# which two calls more may get no answer.
_EXTEND_S = 8.0
_CLAIM = timedelta(seconds=15)


@dataclass(slots=True)
class ReadyList:
    """`report(message)` tells of an exception that is handled; `ago` gives the ISO 8601 time so far back."""

    index: ReadyIndex
    snapshots: Snapshots
    report: Callable[[str], None]
    ago: Callable[[timedelta], str] = utc_now
    clock_s: Callable[[], float] = time.monotonic
    _kept: Snapshot | None = field(default=None, init=False)

    def newest(self, max_ids: int) -> tuple[Sequence[str], Listed | None]:
        """The newest ids, newest first, and the last of their entries if older ones follow.

        It is the whole list, unless that has more than `max_ids`, or is being read from the index again.
        Raises StorageFailed.
        """
        known = self._kept
        if known is None:
            entries, has_more = self.index.page(limit=_SHORT, after=None)
            if not has_more:
                return [entry.video_id for entry in entries], None
            known = self._beginning(entries)
        changes = changes_since(known, self.index)
        if self._is_due(known, changes):
            known, changes = self._renewed(known, changes)
        self._kept = known
        return joined(changes, known, max_ids)

    def _beginning(self, entries: Sequence[Listed]) -> Snapshot:
        until = self.ago(_SETTLING)
        settled = [entry for entry in entries if entry.listed_at <= until]
        return Snapshot(until, (block_of(settled, until),) if settled else ())

    def _is_due(self, known: Snapshot, changes: Changes) -> bool:
        return (
            changes.count_until(self.ago(_SETTLING)) >= _MANY_CHANGES
            or _is_too_short(known)
            or self._oldest_block(known) is not None
        )

    def _renewed(self, known: Snapshot, changes: Changes) -> tuple[Snapshot, Changes]:
        """What is known, brought up to date: by another sandbox that has stored it, or else here."""
        ends_at_s = self.clock_s() + _EXTEND_S
        try:
            found = self.snapshots.load()
        except StorageFailed:
            self.report("the ready list's snapshot could not be loaded")
            known, changes = self._up_to_date(known, changes)
            return self._read_on(known, ends_at_s), changes
        stored = self._read(found) if found else None
        if stored and (_is_too_short(known) or stored.until > known.until):
            known, changes = stored, changes_since(stored, self.index)
            if not self._is_due(known, changes) or known.claimed_until > self.ago(timedelta()):
                return known, changes
        known, changes = self._up_to_date(known, changes)
        return self._extended(known, found.etag if found else None, ends_at_s), changes

    def _up_to_date(self, known: Snapshot, changes: Changes) -> tuple[Snapshot, Changes]:
        until = max(known.until, self.ago(_SETTLING))
        brought = known.brought_to(until, changes.added_until(until), changes.gone)
        return self._reread(brought), changes.after(until)

    def _extended(self, known: Snapshot, etag: str | None, ends_at_s: float) -> Snapshot:
        """Stored, with older entries if it is too short, unless another request is about to read those."""
        if _is_too_short(known):
            claim = replace(known, claimed_until=self.ago(-_CLAIM))
            is_ours, etag = self._store(claim, etag)
            if not is_ours:
                return known
            known = replace(self._read_on(known, ends_at_s), claimed_until="")
        known = known.shortened(_KEPT)
        self._store(known, etag)
        return known

    def _read_on(self, known: Snapshot, ends_at_s: float) -> Snapshot:
        """With older entries, until it is long enough, or the time is over: another request goes on."""
        while _is_too_short(known) and self.clock_s() < ends_at_s:
            try:
                entries, has_more = self.index.page(limit=BLOCK_IDS, after=known.last, before=known.until)
            except StorageFailed:
                self.report("the ready list could not be read to its end")
                break
            known = known.extended(entries, has_more=has_more, read_at=self.ago(timedelta()))
        return known

    def _reread(self, known: Snapshot) -> Snapshot:
        """With the block that was read longest ago as the index has it now, if that is a day ago."""
        index = self._oldest_block(known)
        if index is None:
            return known
        since, until = known.bounds_of(index)
        try:
            entries = self.index.listed(since=since, until=until)
        except StorageFailed:
            self.report("a part of the ready list could not be read again")
            return known
        return known.reread(index, entries, read_at=self.ago(timedelta()))

    def _oldest_block(self, known: Snapshot) -> int | None:
        """The index of the one that should be read again."""
        before = self.ago(_REREAD_AFTER)
        due = [index for index, block in enumerate(known.blocks) if block.read_at < before]
        return min(due, key=lambda index: known.blocks[index].read_at, default=None)

    def _read(self, found: StoredSnapshot) -> Snapshot | None:
        try:
            return snapshot.load(found.body)
        except UnreadableSnapshot:
            self.report("the ready list's snapshot is unreadable; it is made again")
            return None

    def _store(self, known: Snapshot, etag: str | None) -> tuple[bool, str | None]:
        """Whether it is the one that counts: without storage, each sandbox works for itself. And its etag."""
        try:
            stored = self.snapshots.store(snapshot.dump(known), replacing=etag)
            return stored is not None, stored
        except StorageFailed:
            self.report("the ready list's snapshot could not be stored")
            return True, etag


def _is_too_short(known: Snapshot) -> bool:
    return not known.is_whole and known.count < _WANTED
