"""EventBridge schedule (every 5 minutes) → quiet sockets are sent their video's state, and stay open."""

from typing import Any

from maintenance.keep_alive import KeepAlive
from reelway.adapters import telemetry, wiring
from reelway.adapters.settings import KeepAliveSettings
from reelway.live_status.announcer import Announcer

settings = KeepAliveSettings.from_environ()
logger = telemetry.logger_for("keep-alive")
metrics = telemetry.Metrics(settings.stack_name)
videos = wiring.videos_table(settings.videos_table, stack=settings.stack_name)
connections = wiring.connections_table(settings.connections_table)
announcer = Announcer(videos, connections, wiring.sockets())
keep_alive = KeepAlive(connections, announcer.repeat, logger.exception)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, int]:
    """How many `sockets` were kept open."""
    sockets = keep_alive.run()
    metrics.count("MaintenanceCompleted", function="keep-alive")
    logger.info("kept open", sockets=sockets)
    return {"sockets": sockets}
