"""The use cases of the upload function, over its adapters and by its settings."""

from dataclasses import dataclass
from functools import cache

from reelway.adapters import api_wiring, clients, quota_wiring, wiring
from reelway.adapters.s3 import S3Bucket
from reelway.adapters.s3_multipart import S3PartUploads
from reelway.adapters.settings import UploadSettings
from reelway.adapters.token_keys import TokenKeys, token_keys
from reelway.adapters.videos_table import VideosTable
from reelway.quotas import Quotas
from upload.accepting import Accepting
from upload.allowances import Allowances
from upload.bearers import Bearers
from upload.granting import Granting
from upload.multipart import MultipartUploads
from upload.receiving import Receiver

# A client waits for its calls.
_CONFIG = clients.ANSWERING


@dataclass(frozen=True, slots=True)
class Wired:
    uploads: S3Bucket
    videos: VideosTable
    parts: S3PartUploads
    allowances: Allowances
    receiver: Receiver
    multipart: MultipartUploads
    accepting: Accepting
    granting: Granting
    bearers: Bearers


def wired(settings: UploadSettings) -> Wired:
    uploads = wiring.bucket(settings.uploads_bucket, _CONFIG)
    videos = wiring.videos_table(settings.videos_table, stack=settings.stack_name, config=_CONFIG)
    parts = api_wiring.part_uploads(settings.uploads_bucket, _CONFIG)
    allowances = _allowances(settings)
    receiver = Receiver(uploads, videos, allowances)
    repeats = api_wiring.repeats(settings.idempotency_table, receiver.receive_as, videos.was_deleted)
    return Wired(
        uploads,
        videos,
        parts,
        allowances,
        receiver,
        MultipartUploads(parts, uploads, videos, allowances),
        Accepting(receiver, repeats.call),
        *_grants(settings, allowances),
    )


def _allowances(settings: UploadSettings) -> Allowances:
    quotas = Quotas(settings.owner_bytes, settings.owner_minutes, settings.owner_at_once)
    tables = settings.idempotency_table, settings.videos_table
    ledger = quota_wiring.quota_ledger(*tables, quotas, _CONFIG)
    pending = wiring.pending_uploads(settings.videos_table, _CONFIG)
    return Allowances(pending, ledger, quotas, settings.max_upload_bytes)


def _grants(settings: UploadSettings, allowances: Allowances) -> tuple[Granting, Bearers]:
    @cache
    def keys() -> TokenKeys:
        """Few uploads need them, and their client is made for no others."""
        return token_keys(settings.token_key_secret, _CONFIG)

    limits = settings.max_upload_bytes, settings.max_duration_s
    granting = Granting(allowances.pending, lambda: keys().present(), *limits)
    return granting, Bearers(settings.access, lambda kid: keys().find(kid))
