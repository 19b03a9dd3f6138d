"""One of the stack's SQS queues, as the owner of the account sees it."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.system.cloud import Cloud


class Queue:
    """The queue of this logical id in the template."""

    def __init__(self, cloud: Cloud, logical_id: str) -> None:
        self._client = cloud.client("sqs")
        self._url = cloud.physical_id(logical_id)

    def attribute(self, name: str) -> str:
        answer = self._client.get_queue_attributes(QueueUrl=self._url, AttributeNames=[name])
        return str(answer["Attributes"][name])

    @property
    def arn(self) -> str:
        return self.attribute("QueueArn")

    def message_count(self) -> int:
        """How many messages the queue has, including those in flight or waiting for a retry."""
        names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        return sum(int(self.attribute(name)) for name in names)

    def send(self, body: str) -> None:
        self._client.send_message(QueueUrl=self._url, MessageBody=body)

    def purge(self) -> None:
        self._client.purge_queue(QueueUrl=self._url)

    @contextmanager
    def changed(self, **attributes: str) -> Iterator[None]:
        """Change attributes as long as the context lasts."""
        before = {name: self.attribute(name) for name in attributes}
        self._client.set_queue_attributes(QueueUrl=self._url, Attributes=attributes)
        try:
            yield
        finally:
            self._client.set_queue_attributes(QueueUrl=self._url, Attributes=before)
