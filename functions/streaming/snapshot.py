"""The ready list as it was at one time, in blocks, and as a document.

A list is newest first. Blocks divide it at entries, so that each of them can be read from the index again by
the times of its bounds, and so that a part of the list that ends with a block is followed by a known entry.
"""

import gzip
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reelway.ports.videos import Listed

# Entries in a block: as many as DynamoDB gives in one answer, which has 1 MB.
BLOCK_IDS = 10_000
_VERSION = 1
_LEVEL = 1  # of gzip, whose higher levels take four times as long for 4 % less


class UnreadableSnapshot(Exception):
    """Not a document of this release."""


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive ids; the entry `last` ends the block, even if it has left the list since.

    `read_at` is when the block was last read from the index, as an ISO 8601 time.
    """

    ids: Sequence[str]
    last: Listed
    read_at: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The entries that were listed at `until`, an ISO 8601 time, or earlier, from the newest on.

    There are older ones behind those of the blocks, unless it `is_whole`; until `claimed_until` somebody is
    reading them.
    """

    until: str
    blocks: Sequence[Block] = ()
    is_whole: bool = False
    claimed_until: str = ""

    @property
    def count(self) -> int:
        return sum(len(block.ids) for block in self.blocks)

    @property
    def last(self) -> Listed | None:
        return self.blocks[-1].last if self.blocks else None

    def brought_to(self, until: str, added: Sequence[Listed], gone: frozenset[str]) -> "Snapshot":
        """With the entries `added` between the two times, newest first, and without those that are `gone`."""
        kept = [replace(block, ids=without(block.ids, gone)) for block in self.blocks]
        first = kept[:1]
        if first and len(first[0].ids) + len(added) <= BLOCK_IDS:
            newer = [replace(first[0], ids=(*without(_ids(added), gone), *first[0].ids))]
            return replace(self, until=until, blocks=(*newer, *kept[1:]))
        parts = [added[first : first + BLOCK_IDS] for first in range(0, len(added), BLOCK_IDS)]
        blocks = [block_of(entries, until, gone) for entries in parts]
        return replace(self, until=until, blocks=(*blocks, *kept))

    def extended(self, entries: Sequence[Listed], *, has_more: bool, read_at: str) -> "Snapshot":
        """With the next older entries."""
        blocks = (*self.blocks, block_of(entries, read_at)) if entries else self.blocks
        return replace(self, blocks=blocks, is_whole=not has_more)

    def shortened(self, max_ids: int) -> "Snapshot":
        """Without the oldest blocks, where all would have more ids than that."""
        shorter = self
        while shorter.count > max_ids:
            shorter = replace(shorter, blocks=shorter.blocks[:-1], is_whole=False)
        return shorter

    def bounds_of(self, index: int) -> tuple[str, str]:
        """The times of the block's last entry, and of the last one of the block before it."""
        newer = self.blocks[index - 1].last.listed_at if index else self.until
        return self.blocks[index].last.listed_at, newer

    def reread(self, index: int, entries: Sequence[Listed], *, read_at: str) -> "Snapshot":
        """With what the index has between the block's bounds: the last entry before it is among that."""
        before = set(self.blocks[index - 1].ids) if index else set()
        ids = tuple(video_id for video_id in _ids(entries) if video_id not in before)
        block = replace(self.blocks[index], ids=ids, read_at=read_at)
        return replace(self, blocks=(*self.blocks[:index], block, *self.blocks[index + 1 :]))


def block_of(entries: Sequence[Listed], read_at: str, gone: frozenset[str] = frozenset()) -> Block:
    return Block(without(_ids(entries), gone), entries[-1], read_at)


def without(ids: Sequence[str], gone: frozenset[str]) -> Sequence[str]:
    return tuple(video_id for video_id in ids if video_id not in gone) if gone else ids


def dump(snapshot: Snapshot) -> bytes:
    document = {
        "version": _VERSION,
        "until": snapshot.until,
        "isWhole": snapshot.is_whole,
        "claimedUntil": snapshot.claimed_until,
        "blocks": [_plain(block) for block in snapshot.blocks],
    }
    return gzip.compress(json.dumps(document).encode(), _LEVEL, mtime=0)


def load(body: bytes) -> Snapshot:
    """Raises UnreadableSnapshot. `reelway.documents` would check each of the ids, which takes a second."""
    try:
        document = json.loads(gzip.decompress(body))
        if document["version"] != _VERSION:
            raise UnreadableSnapshot(f"version {document['version']}")
        blocks = tuple(map(_block, document["blocks"]))
        until, claimed_until = str(document["until"]), str(document["claimedUntil"])
        return Snapshot(until, blocks, bool(document["isWhole"]), claimed_until)
    except (OSError, EOFError, LookupError, TypeError, ValueError) as error:
        raise UnreadableSnapshot(str(error)) from error


def _plain(block: Block) -> dict[str, Any]:
    last = {"videoId": block.last.video_id, "listedAt": block.last.listed_at}
    return {"ids": list(block.ids), "last": last, "readAt": block.read_at}


def _block(plain: dict[str, Any]) -> Block:
    last = Listed(str(plain["last"]["videoId"]), str(plain["last"]["listedAt"]))
    return Block(tuple(plain["ids"]), last, str(plain["readAt"]))


def _ids(entries: Iterable[Listed]) -> tuple[str, ...]:
    return tuple(entry.video_id for entry in entries)
