"""A CloudFront KeyValueStore as `ports.recalls.EdgeValues`.

Its API takes signatures that are valid in all regions (SigV4A), which botocore leaves to the package awscrt.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from reelway.adapters.video_items import storage_errors
from reelway.attempts import attempts
from reelway.errors import StorageFailed

if TYPE_CHECKING:
    from types_boto3_cloudfront_keyvaluestore.client import CloudFrontKeyValueStoreClient

_SERVICE = "the key value store"
# Of a page of the list, and of what one request changes.
_AT_ONCE = 50
# A change names the state that it is one of. Others' changes may come in between.
_PAUSES_S = (0.1, 0.3, 1.0)
_ON_AWS = ".cloudfront-kvs.global.api.aws"


class KeyValueStore:
    """`client` is a boto3 client of `cloudfront-keyvaluestore`, `arn` the store's."""

    def __init__(
        self,
        client: "CloudFrontKeyValueStoreClient",
        arn: str,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._made = client
        self._arn = arn
        self._sleep = sleep

    @cached_property
    def _client(self) -> "CloudFrontKeyValueStoreClient":
        self._made.meta.events.register("before-call.cloudfront-keyvaluestore", without_account)
        return self._made

    def get(self, name: str) -> str | None:
        with storage_errors(_SERVICE):
            try:
                return self._client.get_key(KvsARN=self._arn, Key=name)["Value"]
            except self._client.exceptions.ResourceNotFoundException:
                return None

    def all(self) -> Mapping[str, str]:
        with storage_errors(_SERVICE):
            pages = self._client.get_paginator("list_keys").paginate(
                KvsARN=self._arn, PaginationConfig={"PageSize": _AT_ONCE}
            )
            return {item["Key"]: item["Value"] for page in pages for item in page["Items"]}

    def change(self, puts: Mapping[str, str], removed: Sequence[str]) -> None:
        for some_puts, some_removed in _requests(puts, removed):
            self._change(some_puts, some_removed)

    def _change(self, puts: Sequence[Any], removed: Sequence[Any]) -> None:
        for _ in attempts(_PAUSES_S, self._sleep):
            with storage_errors(_SERVICE):
                etag = self._client.describe_key_value_store(KvsARN=self._arn)["ETag"]
                try:
                    self._client.update_keys(KvsARN=self._arn, IfMatch=etag, Puts=puts, Deletes=removed)
                except self._client.exceptions.ConflictException:
                    continue
                return
        raise StorageFailed("storage_failed", "The key value store is being changed by others all the time.")


def _requests(puts: Mapping[str, str], removed: Sequence[str]) -> Iterator[tuple[list[Any], list[Any]]]:
    changes = [(key, value) for key, value in puts.items()] + [(key, None) for key in removed]
    for first in range(0, len(changes), _AT_ONCE):
        some = changes[first : first + _AT_ONCE]
        yield (
            [{"Key": key, "Value": value} for key, value in some if value is not None],
            [{"Key": key} for key, value in some if value is None],
        )


def without_account(params: dict[str, Any], **_: Any) -> None:
    """Take the account out of the host's name, where the SDK puts it before that of an emulator, too."""
    scheme, _, rest = params["url"].partition("://")
    host, slash, path = rest.partition("/")
    account, _, address = host.partition(".")
    if account.isdigit() and not host.endswith(_ON_AWS):
        params["url"] = f"{scheme}://{address}{slash}{path}"
