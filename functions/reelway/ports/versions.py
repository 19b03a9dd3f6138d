"""The versions of objects in a bucket that keeps those that were deleted or replaced."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from reelway.ports.storage import Bucket


class Versions(Protocol):
    """Of one bucket, which may not keep any: then its objects are their only versions.

    Methods raise StorageFailed.
    """

    def are_there(self, prefix: str) -> bool:
        """Whether any version of a key that begins with `prefix` is left, or a trace of its deletion."""
        ...

    def purge(self, prefix: str) -> None:
        """Remove all versions of all keys that begin with `prefix`, for good."""
        ...

    def bring_back(self, prefix: str, wanted: Collection[str]) -> set[str]:
        """Undo the deletions of the `wanted` keys, which begin with `prefix`; those that are there then."""
        ...

    def undo_replacement(self, key: str, etag: str) -> bool:
        """Remove, for good, what was stored as `key` after the version with this ETag.

        False, and nothing is removed, when there is no such version. A deletion stays one.
        """
        ...


@dataclass(frozen=True, slots=True)
class VersionedBucket:
    """A bucket: its `objects`, which are the last versions of them, and all of their versions."""

    objects: Bucket
    versions: Versions
