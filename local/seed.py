"""What the sample events in `events/` are about, so that `sam local invoke` with each of them does its work.

    a processed video, READY     with its job area, and its ladder still `encoding`, so that every step of the
                                 state machine may run again, and each way in which a run can fail
    an upload, UPLOADED          which nobody has planned
    a socket on the video        a row only; it counts as opening for ever, so that nobody takes it away
    .reelway/events/             the events of CloudFormation, as for this system (`local.seed_events`)

The clip is uploaded and processed once per deploy, as any video is. What that made is kept under `seed/` in
the uploads bucket with the ids of the events, and copied from there by every `make seed`.
"""

import asyncio
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local import deployment, seed_clip, seed_events
from local.account import Account
from local.errors import LocalError
from local.sample_ids import SampleIds, sample_ids
from local.settings import Settings

_END_LIMIT_S = 300
_POLL_S = 0.25
_LISTED_AT = "2026-02-16T10:40:32.250000Z"  # of the events; maintenance leaves ladders alone that are so old
_FAR_FUTURE_S = 4102444800  # 2100-01-01
_TEXTS = ("application/json", "application/vnd.apple.mpegurl", "text/vtt")
# Of everything that belongs to a video, by bucket.
_PREFIXES = {"uploads": ("uploads/", "jobs/"), "media": ("stream/",)}


def seed(settings: Settings, clip: Path) -> SampleIds:
    """Makes everything anew that events have changed. Idempotent. Raises LocalError if `clip` fails."""
    ids = sample_ids(settings.checkout / "events")
    Seed(settings, ids).plant(clip)
    return ids


@dataclass(frozen=True, slots=True)
class _Store:
    """Where the seed of this deploy is kept in the uploads bucket; `record` is written last."""

    prefix: str

    @property
    def record(self) -> str:
        return f"{self.prefix}record.json"

    def objects(self, bucket: str) -> str:
        return f"{self.prefix}{bucket}/"


class Seed:
    """The seed of one running system."""

    def __init__(self, settings: Settings, ids: SampleIds) -> None:
        self._settings = settings
        self._ids = ids
        self._account = Account(settings)
        deployed = deployment.last(settings)
        self._store = _Store(f"seed/{deployed.digest if deployed else 'unknown'}/")

    def plant(self, clip: Path) -> None:
        self._await_end(self._ids.unplanned)
        if not self._is_kept():
            self._make(clip)
        self._restore_video()
        self._restore_upload()
        self._restore_socket()
        seed_events.write(self._settings, self._account)

    def _is_kept(self) -> bool:
        uploads = self._account.uploads
        return uploads.has(self._store.record) and uploads.has(f"uploads/{self._ids.unplanned}")

    def _make(self, clip: Path) -> None:
        """Process the clip under an id of its own, and keep what came of it under the events' ids.

        The upload that is to stay unplanned is put first, with a record by which its event has nothing to do.
        """
        account, unplanned = self._account, self._ids.unplanned
        account.replace_record(self._record_of(unplanned, "READY", rank=2))
        account.uploads.put(f"uploads/{unplanned}", clip.read_bytes(), "application/octet-stream")
        video_id = asyncio.run(seed_clip.processed(self._settings.edge_url, clip))
        account.await_no_messages("PlanQueue")
        record = account.record(video_id)
        plan = json.loads(account.uploads.get(f"jobs/{video_id}/plan.json"))
        renamed = {video_id: self._ids.video, plan["token"]: self._ids.token, plan["runId"]: self._ids.run}
        for bucket, prefixes in _PREFIXES.items():
            for prefix in prefixes:
                self._keep(bucket, f"{prefix}{video_id}", renamed)
        document = _renamed(json.dumps(record), renamed)
        account.uploads.put(self._store.record, document.encode(), "application/json")
        asyncio.run(seed_clip.delete(self._settings.edge_url, video_id))

    def _keep(self, bucket: str, prefix: str, renamed: dict[str, str]) -> None:
        account = self._account
        for key in account.bucket(bucket).etags(prefix):
            target = f"{self._store.objects(bucket)}{_renamed(key, renamed)}"
            account.uploads.copy(account.bucket(bucket), key, target)
            if account.uploads.content_type(target) in _TEXTS:
                text = _renamed(account.uploads.get(target).decode(), renamed)
                account.uploads.rewrite(target, text.encode())

    def _restore_video(self) -> None:
        """The record first: with it, the event of the upload has nothing to do."""
        account = self._account
        record = json.loads(account.uploads.get(self._store.record))
        account.replace_record(record | {"ladder": {"S": "encoding"}, "listedAt": {"S": _LISTED_AT}})
        for bucket, prefixes in _PREFIXES.items():
            kept_under, target = self._store.objects(bucket), account.bucket(bucket)
            kept = account.uploads.etags(kept_under)
            present = {
                key: etag
                for prefix in prefixes
                for key, etag in target.etags(f"{prefix}{self._ids.video}").items()
            }
            for key, etag in kept.items():
                if present.pop(key.removeprefix(kept_under), None) != etag:
                    target.copy(account.uploads, key, key.removeprefix(kept_under))
            target.delete(present)

    def _restore_upload(self) -> None:
        unplanned = self._ids.unplanned
        self._account.replace_record(self._record_of(unplanned, "UPLOADED", rank=0))
        for bucket, prefix in (("uploads", "jobs/"), ("media", "stream/")):
            target = self._account.bucket(bucket)
            target.delete(target.etags(f"{prefix}{unplanned}/"))

    def _restore_socket(self) -> None:
        """A socket that is still opening is left alone, by its greeting and by maintenance."""
        number = {"N": "0"}
        row = {
            "videoId": {"S": self._ids.video},
            "connectionId": {"S": self._ids.socket},
            "connectedAt": {"N": str(_FAR_FUTURE_S)},
            "expiresAt": {"N": str(_FAR_FUTURE_S)},
            "wantsProgress": {"BOOL": False},
            **dict.fromkeys(("lastVersion", "lastProgress", "busyUntil"), number),
        }
        self._account.replace_connection(row)

    def _await_end(self, video_id: str) -> None:
        """An execution that goes on would fail the video that is made anew under its feet."""
        deadline = time.monotonic() + _END_LIMIT_S
        while self._account.is_running(video_id):
            if time.monotonic() > deadline:
                raise LocalError(f"the execution {video_id} did not end within {_END_LIMIT_S} s")
            time.sleep(_POLL_S)

    def _record_of(self, video_id: str, state: str, *, rank: int) -> dict[str, Any]:
        """In no list, so that maintenance does not plan it, and no client sees it as ready."""
        return {
            "videoId": {"S": video_id},
            "state": {"S": state},
            "rank": {"N": str(rank)},
            "version": {"N": "1"},
            "createdAt": {"S": _LISTED_AT},
            "updatedAt": {"S": _LISTED_AT},
        }


def _renamed(text: str, renamed: dict[str, str]) -> str:
    for before, after in renamed.items():
        text = text.replace(before, after)
    return text
