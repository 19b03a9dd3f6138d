"""EventBridge schedule (every 5 minutes) → sockets are kept open, lost work and leftovers are settled."""

from typing import Any

from maintenance.removing import Remover
from maintenance.sweeping import Sweeper
from maintenance.upkeep import Upkeep
from reelway import keys
from reelway.adapters import telemetry, wiring
from reelway.adapters.settings import MaintenanceSettings
from reelway.live_status.announcer import Announcer

settings = MaintenanceSettings.from_environ()
logger = telemetry.logger_for("maintenance")
videos = wiring.videos_table(settings.videos_table, stack=settings.stack_name)
backlog = wiring.backlog(settings.videos_table, stack=settings.stack_name)
connections = wiring.connections_table(settings.connections_table)
uploads, media = wiring.bucket(settings.uploads_bucket), wiring.bucket(settings.media_bucket)
workflows = wiring.workflows(settings.state_machine_arn)
announcer = Announcer(videos, connections, wiring.sockets())
events = wiring.event_queue(settings.event_queue_url, stack=settings.stack_name)
sweeper = Sweeper(uploads, videos, workflows, lambda video_id: events.send(keys.upload(video_id)))
remover = Remover(uploads, media, workflows, wiring.cdn_cache(settings.distribution_id).forget)
upkeep = Upkeep(connections, announcer.repeat, videos, sweeper, remover, logger.exception)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, int]:
    done = upkeep.run()
    backlog.measure()
    logger.info("swept", settled=done["settled"], removed=done["removed"], sockets=done["sockets"])
    return done
