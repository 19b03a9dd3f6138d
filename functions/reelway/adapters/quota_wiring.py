"""What counts the uploads of each owner, over boto3's clients."""

from botocore.config import Config

from reelway.adapters import clients
from reelway.adapters.quotas_table import QuotasTable
from reelway.quotas import Quotas


def quota_ledger(
    idempotency_table: str, videos_table: str, quotas: Quotas, config: Config = clients.ANSWERING
) -> QuotasTable:
    return QuotasTable(clients.dynamodb(config), idempotency_table, videos_table, quotas)
