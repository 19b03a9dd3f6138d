"""WebSocket connections of API Gateway as `ports.connections.Sockets`."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from reelway.attempts import SHORT_PAUSES_S, attempts
from reelway.interruptions import Interruption, interrupted

if TYPE_CHECKING:
    from types_boto3_apigatewaymanagementapi.client import ApiGatewayManagementApiClient


class ApiGatewaySockets:
    """`client` is a boto3 `apigatewaymanagementapi` client for the API's stage."""

    def __init__(self, client: "ApiGatewayManagementApiClient") -> None:
        self._client = client

    def send(self, connection_id: str, message: str) -> bool:
        return self._reaches(
            lambda: self._client.post_to_connection(ConnectionId=connection_id, Data=message.encode())
        )

    def close(self, connection_id: str) -> None:
        self._reaches(lambda: self._client.delete_connection(ConnectionId=connection_id))

    def _reaches(self, call: Callable[[], object]) -> bool:
        """Whether the socket was still there.

        An API that is throttled (LimitExceededException) or fails is called again. Raises
        ProcessingInterrupted `socket_unreachable` when the last attempt failed, too.
        """
        failure: Exception | None = None
        for _ in attempts(SHORT_PAUSES_S, time.sleep):
            try:
                call()
            except self._client.exceptions.GoneException:
                return False
            except (ClientError, BotoCoreError) as error:
                failure = error
            else:
                return True
        raise interrupted(Interruption.SOCKET_UNREACHABLE, str(failure)) from failure
