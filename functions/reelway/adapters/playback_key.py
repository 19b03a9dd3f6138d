"""The key of playback tokens, out of Secrets Manager."""

from functools import cached_property
from typing import TYPE_CHECKING

from reelway.adapters.video_items import storage_errors
from reelway.playback_tokens import Key

if TYPE_CHECKING:
    from types_boto3_secretsmanager.client import SecretsManagerClient


class PlaybackKey:
    """`client` is a boto3 Secrets Manager client, `secret_arn` that of the key named `kid`.

    A call gives the key, which is read once: another key is another secret. Raises StorageFailed.
    """

    def __init__(self, client: "SecretsManagerClient", secret_arn: str, kid: str) -> None:
        self._client = client
        self._secret_arn = secret_arn
        self._kid = kid

    def __call__(self) -> Key:
        return self._key

    @cached_property
    def _key(self) -> Key:
        with storage_errors("Secrets Manager"):
            answer = self._client.get_secret_value(SecretId=self._secret_arn)
        return Key(self._kid, answer["SecretString"])
