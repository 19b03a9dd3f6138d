"""WebSocket connections of API Gateway as `ports.connections.Sockets`."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from reelway.interruptions import Interruption, interrupted

if TYPE_CHECKING:
    from types_boto3_apigatewaymanagementapi.client import ApiGatewayManagementApiClient

# Pauses before a throttled (LimitExceededException) or failing API is called again; 1.55 s in all.
_PAUSES_S = (0.05, 0.1, 0.2, 0.4, 0.8)


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

        Raises ProcessingInterrupted `socket_unreachable` when no attempt was answered well.
        """
        for pause_s in (*_PAUSES_S, None):
            try:
                call()
            except self._client.exceptions.GoneException:
                return False
            except (ClientError, BotoCoreError) as error:
                if pause_s is None:
                    raise interrupted(Interruption.SOCKET_UNREACHABLE, str(error)) from error
                time.sleep(pause_s)
            else:
                return True
        raise AssertionError("the last attempt either returns or raises")
