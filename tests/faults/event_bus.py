"""EventBridge: a bus that keeps what it took."""

import json
from dataclasses import dataclass, field
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from tests.faults.answers import answer, body_of, error

_MAX_ENTRIES, _MAX_BYTES = 10, 256 * 1024
_REFUSAL = {"ErrorCode": "ThrottlingException", "ErrorMessage": "Rate exceeded"}


@dataclass
class EventBus:
    """`published` are the details of the events; `refusals` are how many entries it refuses next."""

    name: str
    published: list[dict[str, Any]] = field(default_factory=list)
    refusals: int = 0

    def clear(self) -> None:
        self.published.clear()
        self.refusals = 0

    def __call__(self, operation: str, request: AWSPreparedRequest) -> AWSResponse:
        if operation != "PutEvents":
            raise NotImplementedError(f"events:{operation}")
        entries = body_of(request)["Entries"]
        if len(entries) > _MAX_ENTRIES or sum(map(_size, entries)) > _MAX_BYTES:
            return error(request, "ValidationException")
        results = [self._put(entry) for entry in entries]
        failed = sum("ErrorCode" in result for result in results)
        return answer(request, {"FailedEntryCount": failed, "Entries": results})

    def _put(self, entry: dict[str, str]) -> dict[str, str]:
        """Each entry is taken or refused for itself."""
        if self.refusals:
            self.refusals -= 1
            return _REFUSAL
        assert entry["EventBusName"] == self.name
        event = json.loads(entry["Detail"])
        assert (entry["Source"], entry["DetailType"]) == ("reelway", event["type"])
        self.published.append(event)
        return {"EventId": str(len(self.published))}


def _size(entry: dict[str, str]) -> int:
    return sum(len(entry[name].encode()) for name in ("Source", "DetailType", "Detail"))
