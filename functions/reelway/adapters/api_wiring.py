"""What functions that clients call use beside `wiring`, over boto3's clients."""

from botocore.config import Config

from reelway.adapters import wiring
from reelway.adapters.ready_index import ReadyListIndex
from reelway.adapters.ready_snapshots import ReadySnapshots
from reelway.adapters.reruns_table import RerunsTable
from reelway.adapters.s3_multipart import S3PartUploads
from reelway.adapters.service_figures import ServiceFigures
from reelway.adapters.video_lists import VideoLists


def part_uploads(bucket_name: str, config: Config = wiring.PATIENT) -> S3PartUploads:
    return S3PartUploads(wiring.s3(config), bucket_name)


def reruns_table(name: str, config: Config = wiring.PATIENT) -> RerunsTable:
    return RerunsTable(wiring.dynamodb(config), name)


def ready_index(videos_table_name: str, config: Config = wiring.PATIENT) -> ReadyListIndex:
    return ReadyListIndex(VideoLists(wiring.dynamodb(config), videos_table_name))


def ready_snapshots(bucket_name: str, config: Config = wiring.PATIENT) -> ReadySnapshots:
    return ReadySnapshots(wiring.s3(config), bucket_name)


def service_figures(
    videos_table_name: str, idempotency_table: str, config: Config = wiring.PATIENT
) -> ServiceFigures:
    return ServiceFigures(
        wiring.dynamodb(config), videos_table_name, wiring.push_lag(idempotency_table, config)
    )
