"""WebSocket connections of API Gateway as `ports.Sockets`."""

import time
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from reelway.interruptions import Interruption, interrupted

_BUSY_DELAYS_S = (0.05, 0.1, 0.2, 0.4, 0.8)


class ApiGatewaySockets:
    """`client` is a boto3 `apigatewaymanagementapi` client for the API's stage."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def send(self, connection_id: str, message: str) -> bool:
        return self._reaches(
            self._client.post_to_connection, ConnectionId=connection_id, Data=message.encode()
        )

    def close(self, connection_id: str) -> None:
        self._reaches(self._client.delete_connection, ConnectionId=connection_id)

    def _reaches(self, call: Callable[..., object], **arguments: object) -> bool:
        """Whether the socket was still there; a busy API is asked again after growing pauses."""
        for delay_s in (*_BUSY_DELAYS_S, None):
            try:
                call(**arguments)
            except self._client.exceptions.GoneException:
                return False
            except (ClientError, BotoCoreError) as error:
                if delay_s is None:
                    raise interrupted(Interruption.SOCKET_UNREACHABLE, str(error)) from error
                time.sleep(delay_s)
            else:
                return True
        raise AssertionError("the last attempt either returns or raises")
