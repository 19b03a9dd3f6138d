"""Storage and records as a job sees them, which may touch one video only."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import boto3

from reelway.adapters import clients
from reelway.adapters.job_role import JobRole, Session
from reelway.adapters.s3 import S3Bucket
from reelway.adapters.settings import JobSettings
from reelway.adapters.telemetry import Metrics
from reelway.adapters.videos_table import VideosTable


class JobAccess(NamedTuple):
    """What belongs to one video; AWS refuses anything else."""

    uploads: S3Bucket
    media: S3Bucket
    videos: VideosTable


class Jobs:
    """Makes each job its access, and keeps the last one for the next job of the same video.

    No access to another video outlives its job.
    """

    def __init__(self, settings: JobSettings) -> None:
        self._settings = settings
        self._role = JobRole(boto3.client("sts", config=clients.PATIENT), settings.job_role_arn)
        self._kept: tuple[str, Session, JobAccess] | None = None

    @contextmanager
    def of(self, video_id: str) -> Iterator[JobAccess]:
        """Raises ProcessingInterrupted when STS gives no credentials; after a failure they are made anew."""
        kept, self._kept = self._kept, None
        if kept is None or kept[0] != video_id or not self._role.lasts(kept[1]):
            session = self._role.session(video_id)
            kept = video_id, session, self._access(session)
        yield kept[2]
        self._kept = kept

    def _access(self, session: Session) -> JobAccess:
        storage = clients.s3(clients.PATIENT, session.credentials)
        records = clients.dynamodb(clients.PATIENT, session.credentials)
        settings = self._settings
        return JobAccess(
            uploads=S3Bucket(storage, settings.uploads_bucket),
            media=S3Bucket(storage, settings.media_bucket),
            videos=VideosTable(records, settings.videos_table, Metrics(settings.stack_name)),
        )
