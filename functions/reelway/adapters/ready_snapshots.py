"""The snapshot of the ready list as one object of the media bucket."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from reelway import keys
from reelway.adapters.s3_errors import error_code
from reelway.errors import StorageFailed
from reelway.ports.ready_list import StoredSnapshot

if TYPE_CHECKING:
    from types_boto3_s3.client import S3Client
    from types_boto3_s3.type_defs import PutObjectRequestTypeDef

# Another one was stored meanwhile, is being stored, or was deleted.
_REFUSALS = {"PreconditionFailed", "412", "ConditionalRequestConflict", "NoSuchKey"}


@dataclass(frozen=True, slots=True)
class ReadySnapshots:
    """`client` is a boto3 S3 client."""

    client: "S3Client"
    bucket: str

    def load(self) -> StoredSnapshot | None:
        try:
            answer = self.client.get_object(Bucket=self.bucket, Key=keys.READY_LIST)
            return StoredSnapshot(answer["Body"].read(), answer["ETag"])
        except (ClientError, BotoCoreError, OSError) as error:
            if isinstance(error, ClientError) and error_code(error) == "NoSuchKey":
                return None
            raise _failure(error) from error

    def store(self, body: bytes, *, replacing: str | None) -> str | None:
        asked: PutObjectRequestTypeDef = {
            "Bucket": self.bucket,
            "Key": keys.READY_LIST,
            "Body": body,
            "ContentType": "application/gzip",
        }
        if replacing is None:
            asked["IfNoneMatch"] = "*"
        else:
            asked["IfMatch"] = replacing
        try:
            return self.client.put_object(**asked)["ETag"]
        except (ClientError, BotoCoreError, OSError) as error:
            if isinstance(error, ClientError) and error_code(error) in _REFUSALS:
                return None
            raise _failure(error) from error


def _failure(error: Exception) -> StorageFailed:
    return StorageFailed("storage_failed", f"S3 did not take or give the ready list: {error}")
