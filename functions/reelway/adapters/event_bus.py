"""A bus of EventBridge, as `ports.events.Events`."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from reelway.events import SOURCE, VideoEvent
from reelway.interruptions import Interruption, interrupted

if TYPE_CHECKING:
    from types_boto3_events.client import EventBridgeClient
    from types_boto3_events.type_defs import PutEventsRequestEntryTypeDef


class EventBus:
    """`client` is a boto3 EventBridge client, `bus` the bus's name, `stack` what events name as their source.

    An entry may have 256 KB. A description has some KB at most, since every text in it has a limit.
    """

    def __init__(self, client: "EventBridgeClient", bus: str, *, stack: str) -> None:
        self._client = client
        self._bus = bus
        self._stack = stack

    def publish(self, events: Sequence[VideoEvent]) -> None:
        """EventBridge may take some entries of a call and refuse others."""
        try:
            answer = self._client.put_events(Entries=[self._entry(event) for event in events])
        except ClientError as refusal:
            raise interrupted(Interruption.EVENT_REFUSED, str(refusal)) from refusal
        except BotoCoreError as silence:
            raise interrupted(Interruption.BUS_SILENT, str(silence)) from silence
        if answer["FailedEntryCount"]:
            codes = sorted({entry["ErrorCode"] for entry in answer["Entries"] if "ErrorCode" in entry})
            raise interrupted(Interruption.EVENT_REFUSED, ", ".join(codes))

    def _entry(self, event: VideoEvent) -> "PutEventsRequestEntryTypeDef":
        return {
            "EventBusName": self._bus,
            "Source": SOURCE,
            "DetailType": event.type,
            "Detail": json.dumps(event.document(self._stack)),
        }
