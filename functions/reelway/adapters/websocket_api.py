"""WebSocket connections of API Gateway as `ports.connections.Sockets`."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError

from reelway.attempts import SHORT_PAUSES_S, attempts
from reelway.interruptions import Interruption, interrupted

if TYPE_CHECKING:
    from types_boto3_apigatewaymanagementapi.client import ApiGatewayManagementApiClient


_CLOSING_S = 3  # in which tries to close a socket begin; maintenance closes those that remain


class ApiGatewaySockets:
    """`client` is a boto3 `apigatewaymanagementapi` client for the API's stage, whose calls end within 3 s.

    `now_s` gives seconds since the epoch, `sleep` waits for so many seconds.
    """

    def __init__(
        self,
        client: "ApiGatewayManagementApiClient",
        *,
        now_s: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._now_s = now_s
        self._sleep = sleep

    def send(self, connection_id: str, message: str, *, until_s: float) -> bool:
        return self._reaches(
            lambda: self._client.post_to_connection(ConnectionId=connection_id, Data=message.encode()),
            until_s,
        )

    def close(self, connection_id: str) -> None:
        self._reaches(
            lambda: self._client.delete_connection(ConnectionId=connection_id), self._now_s() + _CLOSING_S
        )

    def _reaches(self, call: Callable[[], object], until_s: float) -> bool:
        """Whether the socket was still there.

        An API that is throttled (LimitExceededException) or fails is called again until `until_s`. One that
        does not answer is not: it may have taken the message, and send it later.
        """
        failure: Exception | None = None
        for _ in attempts(SHORT_PAUSES_S, self._sleep):
            if failure and self._now_s() > until_s:
                break
            try:
                call()
            except self._client.exceptions.GoneException:
                return False
            except ReadTimeoutError as silence:
                raise interrupted(Interruption.SOCKET_SILENT, str(silence)) from silence
            except (ClientError, BotoCoreError) as error:
                failure = error
            else:
                return True
        raise interrupted(Interruption.SOCKET_UNREACHABLE, str(failure)) from failure
