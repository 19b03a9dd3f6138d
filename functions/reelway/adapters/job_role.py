"""The role by which a job reads and writes what belongs to one video, and nothing of any other."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from reelway.adapters.clients import Credentials
from reelway.adapters.s3_errors import error_code
from reelway.interruptions import Interruption, interrupted

# The template's policies compare it with keys: `${aws:PrincipalTag/video}`.
VIDEO_TAG = "video"
# The longest step takes 15 minutes, and the URLs that it gives to ffmpeg must last until its end.
_LASTS = timedelta(minutes=16)


@dataclass(frozen=True, slots=True)
class Session:
    """Credentials that are good for one video; no log and no message has them."""

    access_key_id: str
    secret_access_key: str
    token: str
    expires: datetime

    def __repr__(self) -> str:
        return f"Session({self.access_key_id})"

    @property
    def credentials(self) -> Credentials:
        return {
            "aws_access_key_id": self.access_key_id,
            "aws_secret_access_key": self.secret_access_key,
            "aws_session_token": self.token,
        }

    def lasts(self, now: datetime) -> bool:
        """Whether a step that begins now ends before the session does."""
        return self.expires - now > _LASTS


class JobRole:
    """`client` is a boto3 STS client, `arn` the role's; its sessions last an hour, AWS's most for such."""

    def __init__(
        self, client: Any, arn: str, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._client = client
        self._arn = arn
        self.now = now

    def session(self, video_id: str) -> Session:
        """A new session for this video; raises ProcessingInterrupted when STS gives none."""
        try:
            answer = self._client.assume_role(
                RoleArn=self._arn,
                RoleSessionName=video_id,  # as which CloudTrail shows what was done
                Tags=[{"Key": VIDEO_TAG, "Value": video_id}],
            )
        except (BotoCoreError, ClientError) as error:
            reason = error_code(error) or type(error).__name__
            raise interrupted(Interruption.NO_CREDENTIALS, reason) from error
        given = answer["Credentials"]
        return Session(
            given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"], given["Expiration"]
        )
