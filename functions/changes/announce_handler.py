"""Messages of the announcement queue → sockets on a video are told its state."""

from typing import Any

from reelway.adapters import live_wiring, telemetry
from reelway.adapters.settings import AnnounceSettings
from reelway.ports.announcements import Announcement

settings = AnnounceSettings.from_environ()
logger = telemetry.logger_for("announce")
live = live_wiring.live_status(settings, logger.warning)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    with live.batch():
        return live.announcements.handle(event, announce, logger.exception)


def announce(announcement: Announcement) -> None:
    logger.set_correlation_id(announcement.video_id)
    live.broadcast.announce(announcement)
