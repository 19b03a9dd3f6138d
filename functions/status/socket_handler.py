"""WebSocket API events `$connect`, `$disconnect` and `$default` (messages of clients are ignored)."""

import time
from typing import Any

from reelway.adapters import telemetry, wiring
from reelway.adapters.settings import SocketSettings
from status.subscribing import subscribe

settings = SocketSettings.from_environ()
logger = telemetry.logger_for("socket")
videos = wiring.videos_table(settings.videos_table, stack=settings.stack_name, config=wiring.ANSWERING)
connections = wiring.connections_table(settings.connections_table, wiring.ANSWERING)


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
