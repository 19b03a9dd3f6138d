"""What S3 refuses, told apart by its error codes."""

from collections.abc import Iterator
from contextlib import contextmanager

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError

from reelway.errors import StorageFailed

# Error codes of S3; those of HEAD, which has no body, are HTTP statuses.
_ABSENT = {"NoSuchKey", "404", "NotFound"}
_PRESENT = {"PreconditionFailed", "412"}
_CONFLICT = {"ConditionalRequestConflict"}
_BAD_RANGE = {"InvalidRange", "416"}


class AbsentError(Exception):
    """There is no such key."""


class PresentError(Exception):
    """The key exists, and the write was to make it."""


class ConflictError(Exception):
    """Another write to the key was going on; the same request may succeed when it is repeated."""


class RangeError(Exception):
    """The object does not have the range."""


@contextmanager
def storage_errors(key: str) -> Iterator[None]:
    """Raises StorageFailed for boto3's errors, or one of the above for answers about the key or range."""
    try:
        yield
    except ClientError as error:
        if error_code(error) in _ABSENT:
            raise AbsentError from error
        if error_code(error) in _PRESENT:
            raise PresentError from error
        if error_code(error) in _CONFLICT:
            raise ConflictError from error
        if error_code(error) in _BAD_RANGE:
            raise RangeError from error
        raise StorageFailed("storage_failed", f"S3 refused {key!r}: {error_code(error)}") from error
    # upload_file raises Boto3Error for whatever S3 refused.
    except (BotoCoreError, Boto3Error, OSError) as error:
        raise StorageFailed("storage_failed", f"S3 did not take {key!r}: {error}") from error


def error_code(error: ClientError | BotoCoreError) -> str:
    """S3's code for why it refused a request; '' where it did not answer."""
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else ""
