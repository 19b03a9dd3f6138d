"""WebSocket API routes `$connect` and `$disconnect`; what clients send has no route, and calls nothing."""

import time
from typing import Any

from reelway.adapters import clients, telemetry, wiring
from reelway.adapters.settings import SocketsSettings
from sockets.protocols import chosen_protocol
from sockets.routes import SocketRoutes, video_id_of

settings = SocketsSettings.from_environ()
logger = telemetry.logger_for("sockets")
videos = wiring.videos_table(settings.videos_table, stack=settings.stack_name, config=clients.ANSWERING)
connections = wiring.connections_table(settings.connections_table, clients.ANSWERING)
routes = SocketRoutes(settings.access, videos, connections)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    logger.set_correlation_id(video_id_of(event))
    status = routes.answer(event, now_s=int(time.time()))
    logger.info("answered", route=event["requestContext"]["routeKey"], status=int(status))
    return {"statusCode": int(status)} | chosen_protocol(event)
