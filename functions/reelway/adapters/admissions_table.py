"""The ledger of what is admitted to processing as one item, as `ports.admissions.Admissions`.

It lies beside the idempotency keys: writing to either of the other tables is a change that functions are
called for. Admissions are written one after the other, each on the version that it was decided by. The end of
a run takes one entry off and needs no version: who decides by an older ledger sees less room than there is.
"""

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from reelway.adapters import video_items
from reelway.adapters.conditional_writes import refused_put, refused_update
from reelway.admission import Admitted, Caps, Ledger, Run
from reelway.attempts import SHORT_PAUSES_S, attempts
from reelway.documents import from_plain, to_plain
from reelway.errors import StorageFailed
from reelway.timestamps import utc_now

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient
    from types_boto3_dynamodb.type_defs import UpdateItemInputTypeDef

_ID = "admissions"  # no idempotency key is stored as it was sent
_REMOVAL = "REMOVE runs.#run"


class AdmissionsTable:
    """`client` is a boto3 DynamoDB client; `now` gives ISO 8601 times."""

    def __init__(
        self,
        client: "DynamoDBClient",
        table: str,
        caps: Caps,
        *,
        now: Callable[[], str] = utc_now,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._table = table
        self._caps = caps
        self._now = now
        self._sleep = sleep

    def pause_s(self, run: Run) -> int | None:
        if not self._caps.are_set:
            return None
        for _ in attempts(SHORT_PAUSES_S, self._sleep):
            ledger, now = self._ledger(), self._now()
            after = ledger.after(run, self._caps, now)
            if after is None or self._is_stored(after, run):
                is_admitted = after is not None and run.execution in after.runs
                return None if is_admitted else (after or ledger).pause_s(run, now)
        raise StorageFailed("storage_failed", "Other runs were always being admitted.")

    def release(self, execution: str) -> None:
        self._refused(_REMOVAL, "attribute_exists(runs)", {"#run": execution}, {})

    def admitted(self) -> Mapping[str, Admitted]:
        return self._ledger().runs

    def release_lost(self, execution: str, seen: Admitted) -> bool:
        values = {":seen": seen.asked_at}
        return self._refused(_REMOVAL, "runs.#run.askedAt = :seen", {"#run": execution}, values) is None

    def _ledger(self) -> Ledger:
        with video_items.storage_errors():
            item: dict[str, Any] = self._client.get_item(
                TableName=self._table, Key=video_items.item_of({"id": _ID}), ConsistentRead=True
            ).get("Item", {})
        return from_plain(Ledger, video_items.fields_of(item))

    def _is_stored(self, after: Ledger, run: Run) -> bool:
        """False where another run was admitted in the meantime."""
        if not after.version:
            self._create()
        written: dict[str, Any] = {"first": after.first, "hour": after.hour, "begun": after.begun}
        written["version"] = after.version + 1
        names, values = (
            {f"#{name}": name for name in written},
            {f":{name}": written[name] for name in written},
        )
        sets = ", ".join(f"#{name} = :{name}" for name in written)
        if run.execution in after.runs:
            names["#run"], values[":own"] = run.execution, after.runs[run.execution]
            sets = f"{sets}, runs.#run = :own"
        refusing = self._refused(f"SET {sets}", "#version = :seen", names, values | {":seen": after.version})
        return refusing is None or _has(from_plain(Ledger, refusing), after, run)

    def _create(self) -> None:
        empty = video_items.item_of({"id": _ID, **to_plain(Ledger())})
        condition = "attribute_not_exists(id)"
        refused_put(self._client, {"TableName": self._table, "Item": empty, "ConditionExpression": condition})

    def _refused(
        self, update: str, condition: str, names: Mapping[str, str], values: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        asked: UpdateItemInputTypeDef = {
            "TableName": self._table,
            "Key": video_items.item_of({"id": _ID}),
            "UpdateExpression": update,
            "ConditionExpression": condition,
            "ExpressionAttributeNames": names,
        }
        if values:
            asked["ExpressionAttributeValues"] = video_items.item_of(dict(values))
        return refused_update(self._client, asked)


def _has(stored: Ledger, after: Ledger, run: Run) -> bool:
    """Whether a write was refused by itself: its answer was lost, and the SDK has repeated it."""
    is_next, name = stored.version == after.version + 1, run.execution
    return is_next and (stored.runs.get(name), stored.first) == (after.runs.get(name), after.first)
