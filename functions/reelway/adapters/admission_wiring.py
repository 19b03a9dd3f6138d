"""What decides which runs are processed now, over boto3's clients."""

from botocore.config import Config

from reelway.adapters import clients
from reelway.adapters.admissions_table import AdmissionsTable
from reelway.admission import Caps


def admissions(
    idempotency_table: str, caps: Caps | None = None, config: Config = clients.PATIENT
) -> AdmissionsTable:
    """`caps` are those of planning; who releases runs needs none."""
    return AdmissionsTable(clients.dynamodb(config), idempotency_table, caps or Caps())
