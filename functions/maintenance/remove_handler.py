"""Messages of the removal queue → files of videos are hidden, brought back or removed (`deleted_files`)."""

from typing import Any

from maintenance.deleted_files import DeletedFiles
from maintenance.removing import Remover
from maintenance.restoring import Hiding
from reelway.adapters import maintenance_wiring, telemetry, wiring
from reelway.adapters.removal_queue import removals_in
from reelway.adapters.settings import RemoveSettings

settings = RemoveSettings.from_environ()
logger = telemetry.logger_for("remove")
uploads, media = map(maintenance_wiring.versioned_bucket, (settings.uploads_bucket, settings.media_bucket))
videos = wiring.videos_table(settings.videos_table, stack=settings.stack_name)
deleted = wiring.deleted_videos(settings.videos_table, stack=settings.stack_name)
removals = maintenance_wiring.removals_table(settings.videos_table)
workflows = wiring.workflows(settings.state_machine_arn)
urls = settings.invalidation_queue_url, settings.removal_queue_url, settings.event_queue_url
orders = maintenance_wiring.file_orders(*urls, stack=settings.stack_name)
remover, hiding = Remover(uploads, media, workflows, orders.forget), Hiding(media, deleted, workflows, orders)
files = DeletedFiles(videos, deleted, removals, remover, hiding, settings.window_days)


def lambda_handler(event: dict[str, Any], context: object) -> None:
    """Raises when a video could not be seen to: SQS delivers the batch, which is one message, again."""
    for removal in removals_in(event):
        logger.set_correlation_id(removal.video_id)
        with telemetry.failure_logged(logger, "not done; it is tried again"):
            done = files.see_to(removal.video_id, removal.execution, is_retry=removal.is_retry)
        logger.info(done)
