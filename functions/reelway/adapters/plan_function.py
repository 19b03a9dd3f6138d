"""Starts planning again where S3's event seems to have been lost."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reelway import keys

if TYPE_CHECKING:
    from types_boto3_lambda.client import LambdaClient


@dataclass(frozen=True, slots=True)
class PlanFunction:
    """`client` is a boto3 Lambda client, `name` the function's."""

    client: "LambdaClient"
    name: str

    def replan(self, video_id: str) -> None:
        """Send the function, without waiting for it, the part that it reads of S3's event."""
        event = {"Records": [{"s3": {"object": {"key": keys.upload(video_id)}}}]}
        self.client.invoke(FunctionName=self.name, InvocationType="Event", Payload=json.dumps(event))
