"""The key value stores of a deployed distribution's functions, as the edge's functions read them."""

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

# CloudFront's functions see a change within seconds, and the edge's within this time.
FRESH_S: Final = 1.0
_PAGE: Final = 50

logger = logging.getLogger("local.edge")


def data_client(make_client: Callable[..., Any]) -> Any:
    """A client of the stores' contents on the emulator, which takes signatures that need no extra library.

    On AWS the account is a part of the host's name, which the SDK also puts before that of an emulator.
    """
    client = make_client("cloudfront-keyvaluestore", config=Config(signature_version="v4"))
    client.meta.events.register("before-call.cloudfront-keyvaluestore", _without_account)
    return client


def _without_account(params: dict[str, Any], **_: Any) -> None:
    scheme, _, rest = params["url"].partition("://")
    params["url"] = f"{scheme}://{rest.partition('.')[2]}"


class KeyValueStore:
    """One store by its ARN. What was read is used for a second; not for two threads at once."""

    def __init__(self, client: Any, arn: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._arn = arn
        self._clock = clock
        self._read_at: float | None = None
        self._etag = ""
        self._pairs: Mapping[str, str] = {}

    def pairs(self) -> Mapping[str, str]:
        """All keys and their values; where the emulator does not answer, those that were read before."""
        now = self._clock()
        if self._read_at is None or now - self._read_at >= FRESH_S:
            try:
                self._read()
            except (BotoCoreError, ClientError) as error:
                logger.warning("the key value store cannot be read: %s", error)
            self._read_at = now
        return self._pairs

    def _read(self) -> None:
        etag = self._client.describe_key_value_store(KvsARN=self._arn)["ETag"]
        if etag == self._etag:
            return
        pages = self._client.get_paginator("list_keys").paginate(
            KvsARN=self._arn, PaginationConfig={"PageSize": _PAGE}
        )
        self._pairs = {item["Key"]: item["Value"] for page in pages for item in page["Items"]}
        self._etag = etag
