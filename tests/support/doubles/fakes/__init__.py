"""Working implementations of `reelway.ports` in memory, to test use cases with."""

from reelway.errors import StorageFailed

REFUSED = StorageFailed("storage_failed", "The fake is set to refuse.")
