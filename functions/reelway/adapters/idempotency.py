"""`Idempotency-Key`: a client that repeats an upload within a day gets one video.

https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyAlreadyInProgressError,
    IdempotencyPersistenceLayerError,
    IdempotencyValidationError,
)

from reelway.errors import RequestRefused, StorageFailed, bad_request

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

HEADER = "idempotency-key"
_DAY_S = 86_400  # what the API promises, and long after a client has given up
# The draft standard has it a quoted string; most services take any visible ASCII, up to 255.
_KEY = re.compile(r"[!-~]{1,255}")
# An upload through a function is received within a second or two.
_RETRY_AFTER_S = 1


class IdempotentCalls:
    """Stores answers by key in a DynamoDB table; `client` is a boto3 DynamoDB client."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._config = IdempotencyConfig(
            event_key_jmespath="key", payload_validation_jmespath="digest", expires_after_seconds=_DAY_S
        )
        self._store = DynamoDBPersistenceLayer(table_name=table, boto3_client=client)

    def call(self, key: str, file: bytes, receive: Callable[[bytes], str], context: Any) -> str:
        """`receive(file)`, or what it returned for the same key before; `context` is Lambda's.

        Raises RequestRefused: 400 for an invalid key, 409 while the first request is still being served, 422
        when the key came with another file; StorageFailed; and whatever `receive` raises, which is not
        stored.
        """
        if not _KEY.fullmatch(key):
            raise bad_request(
                "bad_idempotency_key",
                "Idempotency-Key is 1 to 255 visible ASCII characters, for example a UUID.",
            )
        self._config.register_lambda_context(context)

        def receive_file(*, request: dict[str, str]) -> str:  # noqa: ARG001  Powertools reads it
            return receive(file)

        received = idempotent_function(
            receive_file,
            data_keyword_argument="request",
            persistence_store=self._store,
            config=self._config,
        )

        with _own_errors():
            return str(received(request={"key": key, "digest": hashlib.sha256(file).hexdigest()}))


@contextmanager
def _own_errors() -> Iterator[None]:
    """Raises RequestRefused and StorageFailed for what Powertools raises."""
    try:
        yield
    except IdempotencyAlreadyInProgressError as error:
        raise RequestRefused(
            HTTPStatus.CONFLICT,
            "upload_in_progress",
            "An upload with this Idempotency-Key is still being received. Ask again in a moment.",
            {"Retry-After": str(_RETRY_AFTER_S)},
        ) from error
    except IdempotencyValidationError as error:
        raise RequestRefused(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "idempotency_key_reused",
            "This Idempotency-Key came with another file before. Take a new one for each file.",
        ) from error
    except IdempotencyPersistenceLayerError as error:
        raise StorageFailed("storage_failed", f"The key was not recorded: {error}") from error
