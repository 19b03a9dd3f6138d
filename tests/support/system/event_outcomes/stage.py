"""What outcomes look at: a seeded system, as its clients and the owner of its account see it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local import seed_events
from local.sample_ids import SampleIds
from local.settings import Settings
from tests.support.samples import ROOT
from tests.support.system.client import Client, eventually
from tests.support.system.cloud import Cloud

TAKEN: dict[str, list[str]] = {"batchItemFailures": []}


@dataclass(frozen=True, slots=True)
class Stage:
    """`event` is the sample event that is sent."""

    cloud: Cloud
    client: Client
    ids: SampleIds
    event: dict[str, Any]

    @property
    def uploads(self) -> str:
        return self.cloud.outputs["UploadsBucketName"]

    @property
    def media(self) -> str:
        return self.cloud.outputs["MediaBucketName"]

    def keys(self, bucket: str, prefix: str) -> list[str]:
        listed = self.cloud.s3.list_objects_v2(Bucket=bucket, Prefix=prefix)
        return [entry["Key"] for entry in listed.get("Contents", [])]

    def get(self, bucket: str, key: str) -> bytes:
        return bytes(self.cloud.s3.get_object(Bucket=bucket, Key=key)["Body"].read())

    def record(self, video_id: str) -> dict[str, Any]:
        item = self.cloud.item(video_id)
        assert item
        return item

    def sockets(self) -> list[str]:
        """The connection ids of the processed video."""
        return [item["connectionId"]["S"] for item in self.cloud.connections(self.ids.video)]

    def await_removal(self) -> None:
        """Nothing of the processed video, which is deleted, is served any more."""
        video = self.ids.video
        eventually(lambda: not self.keys(self.media, f"stream/{video}/segment/"))
        eventually(lambda: self.record(video)["listing"]["S"] != "ready")

    def delete(self) -> None:
        """Of the processed video: what is done with its files its record says, not the event."""
        assert self.client.http.delete(f"/video/{self.ids.video}").status_code == 204


def event_file(name: str, settings: Settings) -> Path:
    """The file of a sample event: of this system, where it cannot be the same for all."""
    own = seed_events.folder(settings) / f"{name}.json"
    return own if own.exists() else ROOT / "events" / own.name


Send = Callable[[], Any]
"""Sends the event of the stage to its function, and returns the function's answer."""

Outcome = Callable[[Stage, Send], None]
