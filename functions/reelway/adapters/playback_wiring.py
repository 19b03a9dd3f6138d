"""What signed playback alone uses, over boto3's clients."""

import boto3
from botocore.config import Config

from reelway.adapters import clients
from reelway.adapters.key_value_store import KeyValueStore
from reelway.adapters.playback_key import PlaybackKey
from reelway.adapters.recalls_table import RecallsTable
from reelway.adapters.settings import VideosSettings

# As `clients.PATIENT`, but with the signature that the service asks for.
_ALL_REGIONS = Config(
    connect_timeout=3, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3}
)


def recalls_table(name: str) -> RecallsTable:
    return RecallsTable(clients.dynamodb(clients.ANSWERING), name)


def playback_key(secret_arn: str, kid: str) -> PlaybackKey:
    return PlaybackKey(boto3.client("secretsmanager", config=clients.ANSWERING), secret_arn, kid)


def key_of(settings: VideosSettings) -> PlaybackKey:
    """The one that signs."""
    return playback_key(settings.playback_secret_arn, settings.playback_kid)


def key_value_store(arn: str) -> KeyValueStore:
    return KeyValueStore(boto3.client("cloudfront-keyvaluestore", config=_ALL_REGIONS), arn)
