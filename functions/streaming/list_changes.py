"""What has changed on the ready list since a snapshot of it, and the list of both."""

from collections.abc import Sequence
from dataclasses import dataclass

from reelway.ports.ready_list import ReadyIndex
from reelway.ports.videos import Listed
from streaming.snapshot import Snapshot, without


@dataclass(frozen=True, slots=True)
class Changes:
    """Since the time of a snapshot, newest first."""

    added: Sequence[Listed]
    taken_off: Sequence[Listed]

    @property
    def gone(self) -> frozenset[str]:
        return frozenset(entry.video_id for entry in self.taken_off)

    def count_until(self, time: str) -> int:
        """Of those that were added or of those that were taken off, whichever are more."""
        return max(
            sum(entry.listed_at <= time for entry in entries) for entries in (self.added, self.taken_off)
        )

    def added_until(self, time: str) -> Sequence[Listed]:
        return [entry for entry in self.added if entry.listed_at <= time]

    def after(self, time: str) -> "Changes":
        """What was taken off stays, since the index may still name it when more of it is read."""
        return Changes([entry for entry in self.added if entry.listed_at > time], self.taken_off)


def changes_since(known: Snapshot, index: ReadyIndex) -> Changes:
    """What was added is read first: if it is deleted meanwhile, it is among what was taken off."""
    added = index.listed(since=known.until)
    return Changes(added, index.taken_off(since=known.until)).after(known.until)


def joined(changes: Changes, known: Snapshot, max_ids: int) -> tuple[Sequence[str], Listed | None]:
    """The newest ids, in whole blocks, and the last of their entries if older ones follow."""
    gone = changes.gone
    added = [entry for entry in changes.added if entry.video_id not in gone]
    ids, last = [entry.video_id for entry in added[:max_ids]], added[:max_ids][-1] if added else None
    if len(added) > max_ids:
        return ids, last
    for block in known.blocks:
        kept = without(block.ids, gone)
        if len(ids) + len(kept) > max_ids:
            break
        ids.extend(kept)
        last = block.last
    else:
        last = None if known.is_whole else last
    return list(dict.fromkeys(ids)), last
