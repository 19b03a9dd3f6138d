"""What takes uploads, over boto3's clients."""

from dataclasses import dataclass
from functools import cached_property

from botocore.config import Config

from reelway.adapters import api_wiring, clients, wiring
from reelway.adapters.idempotency import IdempotentCalls, IsDeleted, Receive
from reelway.adapters.pending_uploads import PendingUploadsTable
from reelway.adapters.quotas_table import QuotasTable
from reelway.adapters.s3 import S3Bucket
from reelway.adapters.s3_multipart import S3PartUploads
from reelway.adapters.settings import UploadSettings
from reelway.adapters.token_keys import TokenKeys, token_keys
from reelway.adapters.videos_table import VideosTable
from reelway.quotas import Quotas
from reelway.tokens import TokenKey


@dataclass(frozen=True)
class Stores:
    """What `settings` name; `config` is of their clients."""

    settings: UploadSettings
    config: Config
    uploads: S3Bucket
    videos: VideosTable
    pending: PendingUploadsTable
    parts: S3PartUploads
    quotas: Quotas
    ledger: QuotasTable

    def present_key(self) -> TokenKey:
        """The key that signs upload grants."""
        return self._keys.present()

    def find_key(self, kid: str) -> TokenKey | None:
        return self._keys.find(kid)

    def repeats(self, receive: Receive, is_deleted: IsDeleted) -> IdempotentCalls:
        return api_wiring.repeats(self.settings.idempotency_table, receive, is_deleted, self.config)

    @cached_property
    def _keys(self) -> TokenKeys:
        """Few uploads need them, and their client is made for no others."""
        return token_keys(self.settings.token_key_secret, self.config)


def stores(settings: UploadSettings, config: Config) -> Stores:
    quotas = Quotas(settings.owner_bytes, settings.owner_minutes, settings.owner_at_once)
    tables = settings.idempotency_table, settings.videos_table
    return Stores(
        settings,
        config,
        wiring.bucket(settings.uploads_bucket, config),
        wiring.videos_table(settings.videos_table, stack=settings.stack_name, config=config),
        wiring.pending_uploads(settings.videos_table, config),
        api_wiring.part_uploads(settings.uploads_bucket, config),
        quotas,
        QuotasTable(clients.dynamodb(config), *tables, quotas),
    )
