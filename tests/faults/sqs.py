"""SQS: messages that are invisible while they are handled, and move to another queue after too many tries."""

import itertools
import uuid
from dataclasses import dataclass, field
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from tests.faults.answers import answer, body_of
from tests.faults.clock import Clock
from tests.faults.cloudformation import arn
from tests.faults.declared import Queue


@dataclass
class Message:
    body: str
    sent_s: float
    visible_s: float
    attributes: dict[str, Any] = field(default_factory=dict)
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    receives: int = 0
    receipt: str = ""

    def record(self, queue: str) -> dict[str, Any]:
        """As Lambda hands it to a function."""
        named = {
            name: {"stringValue": of.get("StringValue"), "dataType": of["DataType"]}
            for name, of in self.attributes.items()
        }
        return {
            "messageId": self.id,
            "receiptHandle": self.receipt,
            "body": self.body,
            "attributes": {
                "ApproximateReceiveCount": str(self.receives),
                "SentTimestamp": str(int(self.sent_s * 1000)),
                "ApproximateFirstReceiveTimestamp": str(int(self.sent_s * 1000)),
                "SenderId": "reelway",
            },
            "messageAttributes": named,
            "eventSource": "aws:sqs",
            "eventSourceARN": arn(queue),
            "awsRegion": "us-east-1",
        }


class Sqs:
    """`queues` as the template has them; `contents` are their messages, by logical id."""

    def __init__(self, clock: Clock, queues: dict[str, Queue]) -> None:
        self._clock = clock
        self._queues = queues
        self._receipts = itertools.count()
        self.contents: dict[str, list[Message]] = {name: [] for name in queues}
        self._held: set[str] = set()

    def clear(self) -> None:
        for messages in self.contents.values():
            messages.clear()
        self._held.clear()

    def send(
        self, queue: str, body: str, *, delay_s: float = 0, attributes: dict[str, Any] | None = None
    ) -> str:
        now_s = self._clock.now()
        message = Message(body, now_s, now_s + max(delay_s, self._queues[queue].delay_s), attributes or {})
        self.contents[queue].append(message)
        return message.id

    def receive(self, queue: str, count: int) -> list[Message]:
        """Up to so many messages, which are then invisible for the queue's time."""
        of, now_s, received = self._queues[queue], self._clock.now(), list[Message]()
        for message in [each for each in self.contents[queue] if each.visible_s <= now_s]:
            if of.dead_letters and message.receives >= of.max_receives:
                self._move(message, queue, of.dead_letters)
            elif len(received) < count:
                message.receives += 1
                message.receipt = f"{message.id}.{next(self._receipts)}"
                message.visible_s = now_s + of.visibility_s
                received.append(message)
        return received

    def _move(self, message: Message, queue: str, target: str) -> None:
        self.contents[queue].remove(message)
        message.receives = 0
        self.contents[target].append(message)

    def repeat(self, queue: str) -> None:
        """Deliver what is in the queue once more, in the other order, as SQS may."""
        held = self.contents[queue]
        copies = [Message(each.body, each.sent_s, each.visible_s, each.attributes) for each in held]
        held[:] = reversed([*held, *copies])

    def hold(self, queue: str) -> None:
        """Whatever is in the queue, and comes into it, is not received for a while."""
        self._held.add(queue)

    def delete(self, queue: str, message_id: str) -> None:
        self.contents[queue][:] = [each for each in self.contents[queue] if each.id != message_id]

    def next_visible_s(self, queue: str) -> float | None:
        if queue in self._held:
            return None
        return min((message.visible_s for message in self.contents[queue]), default=None)

    def __call__(self, operation: str, request: AWSPreparedRequest) -> AWSResponse:
        asked = body_of(request)
        queue = asked["QueueUrl"].rsplit("/", 1)[1]
        handle = getattr(self, f"_{operation}", None)
        if handle is None:
            raise NotImplementedError(f"sqs:{operation}")
        return answer(request, handle(queue, asked))

    def _SendMessage(self, queue: str, asked: dict[str, Any]) -> dict[str, Any]:  # noqa: N802  AWS's names
        sent = self.send(
            queue,
            asked["MessageBody"],
            delay_s=asked.get("DelaySeconds", 0),
            attributes=asked.get("MessageAttributes"),
        )
        return {"MessageId": sent}

    def _SendMessageBatch(self, queue: str, asked: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        sent = [
            {"Id": entry["Id"], "MessageId": self._SendMessage(queue, entry)["MessageId"]}
            for entry in asked["Entries"]
        ]
        return {"Successful": sent, "Failed": []}

    def _ChangeMessageVisibility(self, queue: str, asked: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        for message in self.contents[queue]:
            if message.receipt == asked["ReceiptHandle"]:
                message.visible_s = self._clock.now() + asked["VisibilityTimeout"]
        return {}

    def _DeleteMessage(self, queue: str, asked: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        self.delete(queue, asked["ReceiptHandle"].split(".")[0])
        return {}

    def _GetQueueAttributes(self, queue: str, asked: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        now_s = self._clock.now()
        visible = sum(message.visible_s <= now_s for message in self.contents[queue])
        counts = {
            "ApproximateNumberOfMessages": str(visible),
            "ApproximateNumberOfMessagesNotVisible": str(len(self.contents[queue]) - visible),
            "ApproximateNumberOfMessagesDelayed": "0",
        }
        return {"Attributes": counts}
