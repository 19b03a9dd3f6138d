"""`Idempotency-Key`: a client that repeats an upload within a day gets one video, whatever failed before.

The first request with a key draws the video's id and stores it with the key, before anything else is done.
Every later one stores the file under that id, or finds that it is stored; where the video was deleted since,
it makes another one. See
https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
"""

import hashlib
import re
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from reelway.adapters import video_items
from reelway.adapters.conditional_writes import refused_put
from reelway.details import Details
from reelway.documents import from_plain, to_plain
from reelway.errors import RequestRefused, StorageFailed, bad_request
from reelway.video import new_video_id

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

HEADER = "idempotency-key"
DAY_S = 86_400  # what the API promises, and long after a client has given up
# The draft standard has it a quoted string; most services take any visible ASCII, up to 255.
_KEY = re.compile(r"[!-~]{1,255}")
# An upload through a function is received within a second or two.
_RETRY_AFTER_S = 1


Receive = Callable[[str, bytes, Details], None]
IsDeleted = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class _Record:
    """What is stored of a key; times in seconds since the epoch.

    Until `busy_until`, when its function ends, the request `request_id` is at work. `expiration` is the
    table's time to live.
    """

    id: str
    video_id: str
    request_id: str
    busy_until: int
    expiration: int
    is_received: bool = False


class IdempotentCalls:
    """Calls `receive(video_id, file, details)`, and keeps records of keys in a DynamoDB table.

    `receive` may be called again with the same id, when it failed or when it is not known how it ended.
    `is_deleted(video_id)` tells that a video was. `client` is a boto3 DynamoDB client.
    """

    def __init__(
        self,
        client: "DynamoDBClient",
        table: str,
        receive: Receive,
        is_deleted: IsDeleted,
        *,
        now_s: Callable[[], float] = time.time,
    ) -> None:
        self._client = client
        self._table = table
        self._receive = receive
        self._is_deleted = is_deleted
        self._now_s = now_s

    def call(self, key: str, file: bytes, details: Details, context: Any) -> str:
        """The id of the key's video, whose file this request has received, or an earlier one had.

        `context` is Lambda's. Raises RequestRefused: 400 for an invalid key, 409 while another request is
        being served; StorageFailed; and whatever `receive` raises.
        """
        if not _KEY.fullmatch(key):
            raise bad_request(
                "bad_idempotency_key",
                "Idempotency-Key is 1 to 255 visible ASCII characters, for example a UUID.",
            )
        asked = self._asked(
            _scoped(details.owner, key, file), for_s=context.get_remaining_time_in_millis() / 1000
        )
        try:
            record = self._claimed(asked)
            if record.video_id != asked.video_id and self._is_deleted(record.video_id):
                record = self._renewed(record, asked)
        except StorageFailed:
            self._end(asked)
            raise
        if not record.is_received:
            self._receive_as(record, file, details)
        return record.video_id

    def _receive_as(self, record: _Record, file: bytes, details: Details) -> None:
        try:
            self._receive(record.video_id, file, details)
        except Exception:
            self._end(record)
            raise
        self._end(replace(record, is_received=True))

    def _asked(self, scoped_key: str, *, for_s: float) -> _Record:
        now_s = self._now_s()
        return _Record(
            id=scoped_key,
            video_id=new_video_id(),
            request_id=str(uuid.uuid4()),
            busy_until=int(now_s + for_s) + 1,
            expiration=int(now_s) + DAY_S,
        )

    def _claimed(self, asked: _Record) -> _Record:
        """The key's record: this request is at work on it now, unless the file is received already."""
        now_s = int(self._now_s())
        found = self._put(asked, "attribute_not_exists(id) OR expiration < :now", {":now": now_s})
        if found is None:
            return asked
        stored = from_plain(_Record, found)
        if stored.is_received:
            return stored
        taken_over = replace(asked, video_id=stored.video_id, expiration=stored.expiration)
        if stored.busy_until > now_s or self._put_after(stored.request_id, taken_over) is not None:
            raise _in_progress()
        return taken_over

    def _renewed(self, record: _Record, asked: _Record) -> _Record:
        """The key's record with another video, in the place of a deleted one."""
        if self._put_after(record.request_id, asked) is not None:
            raise _in_progress()
        return asked

    def _end(self, record: _Record) -> None:
        """This request is no longer at work.

        If that cannot be stored, the next one waits until this function would have ended, and goes on then.
        """
        with suppress(StorageFailed):
            self._put_after(record.request_id, replace(record, busy_until=0))

    def _put_after(self, request_id: str, record: _Record) -> dict[str, Any] | None:
        return self._put(record, "requestId = :seen", {":seen": request_id})

    def _put(self, record: _Record, condition: str, values: Mapping[str, Any]) -> dict[str, Any] | None:
        """The fields of the stored record that refused this one, or None when this one is stored.

        A write whose answer was lost is repeated by the SDK and then refused by itself.
        """
        refusing = refused_put(
            self._client,
            {
                "TableName": self._table,
                "Item": video_items.item_of(to_plain(record)),
                "ConditionExpression": condition,
                "ExpressionAttributeValues": video_items.item_of(dict(values)),
            },
        )
        is_stored = refusing is None or refusing.get("requestId") == record.request_id
        return None if is_stored else refusing


def _scoped(owner: str, key: str, file: bytes) -> str:
    """What a key stands for: one file of one owner. Others may have taken the same key.

    Whoever has another file, or another owner's token, learns nothing of it by that, and keeps nobody from
    using the key. Without an owner it is as earlier releases had it.
    """
    named = f"{owner}\0{key}" if owner else key
    return hashlib.sha256(named.encode() + b"\0" + hashlib.sha256(file).digest()).hexdigest()


def _in_progress() -> RequestRefused:
    return RequestRefused(
        HTTPStatus.CONFLICT,
        "upload_in_progress",
        "An upload with this Idempotency-Key is still being received. Ask again in a moment.",
        {"Retry-After": str(_RETRY_AFTER_S)},
    )
