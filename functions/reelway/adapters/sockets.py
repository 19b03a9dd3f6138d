"""WebSocket connections of API Gateway as `ports.Sockets`."""

import time
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from reelway.errors import ProcessingInterrupted

_BUSY_DELAYS_S = (0.05, 0.1, 0.2, 0.4, 0.8)


class ApiGatewaySockets:
    """`client` is a boto3 `apigatewaymanagementapi` client for the API's stage."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def send(self, connection_id: str, message: str) -> bool:
        for delay_s in (*_BUSY_DELAYS_S, None):
            try:
                self._client.post_to_connection(ConnectionId=connection_id, Data=message.encode())
            except self._client.exceptions.GoneException:
                return False
            except (ClientError, BotoCoreError) as error:
                if delay_s is None:
                    raise ProcessingInterrupted("socket_unreachable", str(error)) from error
                time.sleep(delay_s)
            else:
                return True
        raise AssertionError("the last attempt either returns or raises")

    def close(self, connection_id: str) -> None:
        try:
            self._client.delete_connection(ConnectionId=connection_id)
        except self._client.exceptions.GoneException:
            return
        except (ClientError, BotoCoreError) as error:
            raise ProcessingInterrupted("socket_unreachable", str(error)) from error
