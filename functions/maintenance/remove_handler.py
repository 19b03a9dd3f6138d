"""Messages of the removal queue → files of videos are hidden, brought back or removed (`deleted_files`)."""

from typing import Any

from maintenance.deleted_files import DeletedFiles
from maintenance.removing import Remover
from maintenance.restoring import Hiding
from reelway import keys
from reelway.adapters import maintenance_wiring, queue_wiring, telemetry, wiring
from reelway.adapters.removal_queue import removals_in
from reelway.adapters.settings import RemoveSettings

settings = RemoveSettings.from_environ()
logger = telemetry.logger_for("remove")
media, media_versions = (
    wiring.bucket(settings.media_bucket),
    maintenance_wiring.versions(settings.media_bucket),
)
upload_versions = maintenance_wiring.versions(settings.uploads_bucket)
workflows = wiring.workflows(settings.state_machine_arn)
forget = maintenance_wiring.invalidation_queue(settings.invalidation_queue_url).send
events = wiring.event_queue(settings.event_queue_url, stack=settings.stack_name)
deleted = wiring.deleted_videos(settings.videos_table, stack=settings.stack_name)
files = DeletedFiles(
    wiring.videos_table(settings.videos_table, stack=settings.stack_name),
    deleted,
    maintenance_wiring.removals_table(settings.videos_table),
    Remover(media, upload_versions, media_versions, workflows, forget),
    Hiding(
        media,
        media_versions,
        deleted,
        workflows,
        forget,
        lambda video_id: events.send(keys.upload(video_id)),
        queue_wiring.removal_queue(settings.removal_queue_url).look_again,
    ),
    settings.window_days,
)


def lambda_handler(event: dict[str, Any], context: object) -> None:
    """Raises when a video could not be seen to: SQS delivers the batch, which is one message, again."""
    for removal in removals_in(event):
        logger.set_correlation_id(removal.video_id)
        with telemetry.failure_logged(logger, "not done; it is tried again"):
            done = files.see_to(removal.video_id, removal.execution, is_retry=removal.is_retry)
        logger.info(done)
