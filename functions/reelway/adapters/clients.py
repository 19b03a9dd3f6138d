"""boto3's clients, and for how long a call may take where it is made from."""

from typing import TYPE_CHECKING, TypedDict

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient
    from types_boto3_s3.client import S3Client

# For functions that nobody waits for: a call that hangs is given up after 20 s (boto3's own default is 60 s)
# and tried three times more, so that a service that stumbles for some seconds fails no video.
PATIENT = Config(
    connect_timeout=3,
    read_timeout=20,
    retries={"mode": "standard", "total_max_attempts": 4},
    # Presigned URLs of the older signature are refused by newer regions.
    signature_version="v4",
)

# For functions that a client waits for: API Gateway gives up after 29 s, and two calls that nobody
# answers must have failed by then: 2 calls x 2 attempts x (2 s + 4 s), and the pauses between attempts.
ANSWERING = PATIENT.merge(
    Config(connect_timeout=2, read_timeout=4, retries={"mode": "standard", "total_max_attempts": 2})
)

# One attempt: the sockets are asked again by their adapter, and one that hangs must not hold up the others.
ONCE = PATIENT.merge(Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 1}))

# For functions that tell sockets: all that is on one of them waits for a call that hangs, 9 s at most.
PROMPT = PATIENT.merge(
    Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 3})
)

# Virtual addressing presigns for the bucket's own region: the global endpoint answers 307 for a new
# bucket elsewhere, and a signature does not survive the redirect.
_S3 = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})


class Credentials(TypedDict, total=False):
    """As boto3's clients take them; without any they find the function's own."""

    aws_access_key_id: str
    aws_secret_access_key: str
    aws_session_token: str


def dynamodb(config: Config = PATIENT, credentials: Credentials | None = None) -> "DynamoDBClient":
    return boto3.client("dynamodb", config=config, **(credentials or {}))


def s3(config: Config, credentials: Credentials | None = None) -> "S3Client":
    return boto3.client("s3", config=config.merge(_S3), **(credentials or {}))
