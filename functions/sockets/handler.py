"""WebSocket API routes `$connect`, `$disconnect` and `$default` (clients' messages are ignored)."""

import time
from typing import Any

from reelway.adapters import telemetry, wiring
from sockets.subscribing import subscribe

logger = telemetry.logger_for("sockets")
videos = wiring.videos_table(**wiring.ANSWERING)
connections = wiring.connections_table(**wiring.ANSWERING)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, int]:
    request = event["requestContext"]
    status = 200
    if request["routeKey"] == "$connect":
        query = event.get("queryStringParameters") or {}
        logger.set_correlation_id(query.get("videoId"))
        status = subscribe(
            query,
            request["connectionId"],
            now_s=int(time.time()),
            videos=videos,
            connections=connections,
        )
        logger.info("connect", status=int(status))
    elif request["routeKey"] == "$disconnect":
        connections.remove_by_connection(request["connectionId"])
    return {"statusCode": int(status)}
