"""EventBridge schedule (every 5 minutes), messages of the queue of shares → quiet sockets stay open."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from maintenance.deadline import Context, Deadline
from maintenance.keep_alive import KeepAlive
from reelway.adapters import maintenance_wiring, telemetry, wiring
from reelway.adapters.settings import KeepAliveSettings
from reelway.adapters.share_queue import share_in
from reelway.live_status.announcer import Announcer

settings = KeepAliveSettings.from_environ()
logger = telemetry.logger_for("keep-alive")
metrics = telemetry.Metrics(settings.stack_name)
videos = wiring.videos_table(settings.videos_table, stack=settings.stack_name)
connections = wiring.connections_table(settings.connections_table)
open_sockets = maintenance_wiring.open_sockets(settings.connections_table, settings.videos_table)
queue = maintenance_wiring.share_queue(settings.share_queue_url)
announcer, pool = Announcer(videos, connections, wiring.sockets()), ThreadPoolExecutor(10)
keep_alive = KeepAlive(
    open_sockets, announcer.repeat, queue.send, logger.error, logger.exception, for_each=pool.map
)


def lambda_handler(event: dict[str, Any], context: Context) -> dict[str, float]:
    kept = keep_alive.run(share_in(event), Deadline.of(context))
    metrics.count("RecordsUnreadable", kept.unreadable)
    metrics.count("MaintenanceCompleted", kept.done, function="keep-alive")
    logger.info("kept open", extra=kept.counts())
    return kept.counts()
