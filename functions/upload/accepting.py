"""Which video the file of a `POST /upload` becomes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reelway.details import Details
from upload.allowances import Allowance
from upload.receiving import Receiver


@dataclass(frozen=True, slots=True)
class Accepting:
    """`repeat(key, file, details, context)` receives the file of a request that may come again."""

    receiver: Receiver
    repeat: Callable[[str, bytes, Details, Any], str]

    def accept(self, file: bytes, allowed: Allowance, *, key: str | None, context: Any) -> str:
        """Receive a file; the id of its video: that of a grant, of an Idempotency-Key, or a new one."""
        if allowed.granted:
            self.receiver.receive_as(allowed.video_id, file, allowed.details)
            return allowed.video_id
        if key is None:
            return self.receiver.receive(file, allowed)
        return self.repeat(key, file, allowed.details, context)
