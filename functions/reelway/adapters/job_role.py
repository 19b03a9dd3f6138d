"""The role by which a job reads and writes what belongs to one video, and nothing of any other."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from reelway.adapters.clients import Credentials
from reelway.adapters.s3_errors import error_code
from reelway.interruptions import Interruption, interrupted

# The template's policies compare it with keys: `${aws:PrincipalTag/video}`.
VIDEO_TAG = "video"
# The longest step takes 15 minutes, and the URLs that it gives to ffmpeg must last until its end.
_MIN_LEFT_S = 16 * 60


@dataclass(frozen=True, slots=True)
class Session:
    """Credentials for one video, which no log and no message shows."""

    credentials: Credentials = field(repr=False)
    expires_s: float


class JobRole:
    """`client` is a boto3 STS client, `arn` the role's, whose sessions last an hour; AWS allows no longer."""

    def __init__(self, client: Any, arn: str, *, now_s: Callable[[], float] = time.time) -> None:
        self._client = client
        self._arn = arn
        self._now_s = now_s

    def session(self, video_id: str) -> Session:
        """A new session for this video; raises ProcessingInterrupted when STS gives none."""
        try:
            answer = self._client.assume_role(
                RoleArn=self._arn,
                RoleSessionName=video_id,  # by which CloudTrail names who did something
                Tags=[{"Key": VIDEO_TAG, "Value": video_id}],
            )
        except (BotoCoreError, ClientError) as error:
            reason = error_code(error) or type(error).__name__
            raise interrupted(Interruption.NO_CREDENTIALS, reason) from error
        given = answer["Credentials"]
        credentials: Credentials = {
            "aws_access_key_id": given["AccessKeyId"],
            "aws_secret_access_key": given["SecretAccessKey"],
            "aws_session_token": given["SessionToken"],
        }
        return Session(credentials, given["Expiration"].timestamp())

    def lasts(self, session: Session) -> bool:
        """Whether a step that begins now ends before the session does."""
        return session.expires_s - self._now_s() > _MIN_LEFT_S
