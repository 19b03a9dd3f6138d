"""S3 as moto plays it, with what S3 tells of its objects, and files instead of URLs for ffmpeg."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import quote_plus

from tests.faults.declared import Notification
from tests.faults.network import Network
from tests.faults.sqs import Sqs

_CREATED = {"PutObject": "Put", "CompleteMultipartUpload": "CompleteMultipartUpload", "CopyObject": "Copy"}


class Storage:
    """`client` is a boto3 client. While `is_silent`, S3 loses its events."""

    def __init__(self, client: Any, network: Network, sqs: Sqs, notifications: list[Notification]) -> None:
        self._client = client
        self._network = network
        self._sqs = sqs
        self._notifications = notifications
        self.is_silent = False

    def tell(self, service: str, operation: str, parameters: Mapping[str, Any]) -> None:
        """Send the notifications of a request that succeeded."""
        if service != "s3" or self.is_silent:
            return
        if operation in _CREATED:
            self._notify(parameters["Bucket"], f"s3:ObjectCreated:{_CREATED[operation]}", parameters["Key"])
        elif operation == "DeleteObject":
            self._notify(parameters["Bucket"], "s3:ObjectRemoved:Delete", parameters["Key"])
        elif operation == "DeleteObjects":
            for entry in parameters["Delete"]["Objects"]:
                self._notify(parameters["Bucket"], "s3:ObjectRemoved:Delete", entry["Key"])

    def _notify(self, bucket: str, event: str, key: str) -> None:
        for wanted in self._notifications:
            is_meant = wanted.bucket == bucket and event.startswith(wanted.event.rstrip("*"))
            if is_meant and key.startswith(wanted.prefix) and key.endswith(wanted.suffix):
                body = {
                    "eventVersion": "2.1",
                    "eventSource": "aws:s3",
                    "eventName": event.removeprefix("s3:"),
                    "s3": {"bucket": {"name": bucket}, "object": {"key": quote_plus(key)}},
                }
                self._sqs.send(wanted.queue, json.dumps({"Records": [body]}))

    def repeat(self, bucket: str, key: str) -> None:
        """The event of an object that was created comes once more."""
        self._notify(bucket, "s3:ObjectCreated:Put", key)

    def put(self, bucket: str, key: str, body: bytes) -> None:
        """As a client does through a presigned form."""
        with self._network.unwatched():
            self._client.put_object(Bucket=bucket, Key=key, Body=body)

    def remove(self, bucket: str, key: str) -> None:
        with self._network.unwatched():
            self._client.delete_object(Bucket=bucket, Key=key)

    def put_part(self, bucket: str, key: str, upload_id: str, body: bytes) -> str:
        with self._network.unwatched():
            answer = self._client.upload_part(
                Bucket=bucket, Key=key, UploadId=upload_id, PartNumber=1, Body=body
            )
        return str(answer["ETag"])

    def read(self, bucket: str, key: str) -> bytes:
        with self._network.unwatched():
            body: bytes = self._client.get_object(Bucket=bucket, Key=key)["Body"].read()
        return body

    def keys(self, bucket: str, prefix: str = "") -> set[str]:
        with self._network.unwatched():
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
            return {entry["Key"] for page in pages for entry in page.get("Contents", [])}

    def clear(self) -> None:
        self.is_silent = True
        for bucket in self._buckets():
            for key in self.keys(bucket):
                with self._network.unwatched():
                    self._client.delete_object(Bucket=bucket, Key=key)
        self.is_silent = False

    def _buckets(self) -> list[str]:
        with self._network.unwatched():
            return [bucket["Name"] for bucket in self._client.list_buckets()["Buckets"]]

    @contextmanager
    def as_files(self, folder: Path) -> Iterator[None]:
        """URLs of objects are paths in `folder`, for the imported functions."""
        from reelway.adapters.s3 import S3Bucket

        def url(bucket: S3Bucket, key: str) -> str:
            body = self.read(bucket.name, key)
            path = folder / "sources" / hashlib.sha256(body).hexdigest()[:16] / key.split("/")[0] / _name(key)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
            return str(path)

        with mock.patch.object(S3Bucket, "url", url):
            yield


def _name(key: str) -> str:
    """The last part of the key, without the id that uploads have there."""
    return "upload" if key.startswith("uploads/") else key.rpartition("/")[2]
