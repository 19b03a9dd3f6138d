"""What sees to the files of deleted videos, over the adapters that its functions' settings name."""

from maintenance.deleted_files import DeletedFiles
from maintenance.deletions import Deletions
from maintenance.leftovers import Leftovers
from maintenance.removing import Remover
from maintenance.restoring import Hiding
from maintenance.unused import UnusedMedia
from reelway import keys
from reelway.adapters import maintenance_wiring, queue_wiring, wiring
from reelway.adapters.settings import DeletionsSettings, RemoveSettings


def deleted_files(settings: RemoveSettings) -> DeletedFiles:
    table, stack = settings.videos_table, settings.stack_name
    media = wiring.bucket(settings.media_bucket)
    upload_versions = maintenance_wiring.versions(settings.uploads_bucket)
    media_versions = maintenance_wiring.versions(settings.media_bucket)
    deleted = wiring.deleted_videos(table, stack=stack)
    workflows = wiring.workflows(settings.state_machine_arn)
    forget = maintenance_wiring.invalidation_queue(settings.invalidation_queue_url).send
    events = wiring.event_queue(settings.event_queue_url, stack=stack)
    look_again = queue_wiring.removal_queue(settings.removal_queue_url).look_again

    def plan(video_id: str) -> None:
        events.send(keys.upload(video_id))

    return DeletedFiles(
        wiring.videos_table(table, stack=stack),
        deleted,
        maintenance_wiring.removals_table(table),
        Remover(media, upload_versions, media_versions, workflows, forget),
        Hiding(media, media_versions, deleted, workflows, forget, plan, look_again),
        settings.window_days,
    )


def deletions(settings: DeletionsSettings) -> Deletions:
    uploads, media = wiring.bucket(settings.uploads_bucket), wiring.bucket(settings.media_bucket)
    removals = maintenance_wiring.removals_table(settings.videos_table)
    videos = wiring.videos_table(settings.videos_table, stack=settings.stack_name)
    leftovers = Leftovers(
        media,
        maintenance_wiring.versions(settings.uploads_bucket),
        maintenance_wiring.versions(settings.media_bucket),
        removals,
        queue_wiring.removal_queue(settings.removal_queue_url).send,
    )
    unused = UnusedMedia(uploads, media, videos)
    return Deletions(removals, leftovers, unused, settings.window_days, settings.failed_days)
