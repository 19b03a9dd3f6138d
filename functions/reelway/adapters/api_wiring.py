"""What functions that clients call use beside `wiring`, over boto3's clients."""

from botocore.config import Config

from reelway.adapters import clients, wiring
from reelway.adapters.annotations_table import AnnotationsTable
from reelway.adapters.idempotency import IdempotentCalls, IsDeleted, Receive
from reelway.adapters.ready_index import ReadyListIndex
from reelway.adapters.ready_snapshots import ReadySnapshots
from reelway.adapters.s3_multipart import S3PartUploads
from reelway.adapters.service_figures import ServiceFigures
from reelway.adapters.settings import StreamingSettings
from reelway.adapters.shelves_table import ShelvesTable
from reelway.adapters.video_lists import VideoLists
from reelway.browsing import Browser


def part_uploads(bucket_name: str, config: Config = clients.PATIENT) -> S3PartUploads:
    return S3PartUploads(clients.s3(config), bucket_name)


def repeats(
    idempotency_table: str,
    receive: Receive,
    is_deleted: IsDeleted,
    config: Config = clients.ANSWERING,
) -> IdempotentCalls:
    return IdempotentCalls(clients.dynamodb(config), idempotency_table, receive, is_deleted)


def annotations(videos_table_name: str, config: Config = clients.ANSWERING) -> AnnotationsTable:
    return AnnotationsTable(clients.dynamodb(config), videos_table_name)


def browser(videos_table_name: str, config: Config = clients.ANSWERING) -> Browser:
    return Browser(ShelvesTable(clients.dynamodb(config), videos_table_name))


def ready_lists(settings: StreamingSettings, config: Config) -> tuple[ReadyListIndex, ReadySnapshots]:
    """The ready list's index, and where snapshots of it are."""
    index = ReadyListIndex(VideoLists(clients.dynamodb(config), settings.videos_table))
    return index, ReadySnapshots(clients.s3(config), settings.media_bucket)


def service_figures(
    videos_table_name: str, idempotency_table: str, config: Config = clients.ANSWERING
) -> ServiceFigures:
    return ServiceFigures(
        clients.dynamodb(config), videos_table_name, wiring.push_lag(idempotency_table, config)
    )
