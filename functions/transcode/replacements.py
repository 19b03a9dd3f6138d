"""Files that replace one that was accepted: a form may be posted twice, and S3 takes both."""

from collections.abc import Callable
from dataclasses import dataclass

from reelway import keys
from reelway.plan.plan import Plan
from reelway.ports.storage import Bucket, ObjectHead
from reelway.ports.versions import Versions


@dataclass(frozen=True, slots=True)
class Replacements:
    """Of uploads, whose `versions` are kept. `log(message, **about)` logs, as does `log_error`."""

    uploads: Bucket
    versions: Versions
    log: Callable[..., None]
    log_error: Callable[..., None]

    def undo(self, accepted: Plan, upload: ObjectHead) -> ObjectHead:
        """The upload as it is once all that replaced the `accepted` file is removed; idempotent.

        Where that file is not kept, nothing is removed: steps compare ETags, and another run begins with
        another probe.
        """
        if accepted.etag == upload.etag:
            return upload
        key = keys.upload(accepted.video_id)
        if not self.versions.undo_replacement(key, accepted.etag):
            self.log_error("an accepted file was replaced", size_bytes=upload.size_bytes)
            return upload
        self.log("the replacement of an accepted file was undone", size_bytes=upload.size_bytes)
        return self.uploads.head(key) or upload
