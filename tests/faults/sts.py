"""STS: sessions of roles, each with its tags, for an hour."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import parse_qs

from botocore.auth import AUTH_TYPE_MAPS, BaseSigner
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from tests.faults.answers import query_xml, refusal
from tests.faults.clock import Clock
from tests.faults.deployment import deployment

_LASTS_S = 3600.0  # where one role takes another
_KEY = "X-Access-Key"
SIGNATURE = "reelway-model"


class _Naming(BaseSigner):
    """Instead of a signature, which nobody looks at: whose it would be."""

    def __init__(self, credentials: Any) -> None:
        self._key = credentials.access_key

    def add_auth(self, request: Any) -> None:
        request.headers[_KEY] = self._key


AUTH_TYPE_MAPS[SIGNATURE] = _Naming


def key_of(request: AWSPreparedRequest) -> str:
    """The access key of who has made the request."""
    key: Any = request.headers.get(_KEY, "")
    return key.decode() if isinstance(key, bytes) else key


@dataclass(frozen=True, slots=True)
class Session:
    """`role` is the logical id."""

    role: str
    tags: dict[str, str]
    expires_s: float


@dataclass
class Sts:
    """`sessions` are those of this world, by access key."""

    clock: Clock
    sessions: dict[str, Session] = field(default_factory=dict)

    def __call__(self, operation: str, request: AWSPreparedRequest) -> AWSResponse:
        assert operation == "AssumeRole"
        asked = {name: values[0] for name, values in parse_qs(_text(request)).items()}
        role, tags = asked["RoleArn"].rpartition("/")[2], _tags(asked)
        if not is_trusting(deployment().roles[role].trust, tags):
            return refusal(request, "sts", "denied")
        key = f"ASIA{len(self.sessions):016}"
        self.sessions[key] = Session(role, tags, self.clock.now() + _LASTS_S)
        ends = datetime.fromtimestamp(self.sessions[key].expires_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        given = f"<AccessKeyId>{key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
        given += f"<SessionToken>t</SessionToken><Expiration>{ends}</Expiration>"
        text = f"<AssumeRoleResult><Credentials>{given}</Credentials></AssumeRoleResult>"
        return query_xml(request, "AssumeRole", text)

    def session_of(self, request: AWSPreparedRequest) -> Session | None:
        """That of who asks; None for the function's own role."""
        return self.sessions.get(key_of(request))

    def has_expired(self, request: AWSPreparedRequest) -> bool:
        session = self.session_of(request)
        return session is not None and session.expires_s <= self.clock.now()


def is_trusting(trust: list[dict[str, Any]], tags: dict[str, str]) -> bool:
    """Whether the role may be taken with these tags; who may take it, other policies say."""
    return any(_fits(statement["Condition"], tags) for statement in trust)


def _fits(condition: dict[str, Any], tags: dict[str, str]) -> bool:
    patterns = {name.partition("/")[2]: pattern for name, pattern in condition["StringLike"].items()}
    allowed = condition["ForAllValues:StringEquals"]["aws:TagKeys"]
    are_like = all(name in tags and fnmatchcase(tags[name], of) for name, of in patterns.items())
    return are_like and set(tags) <= set(allowed)


def _tags(asked: dict[str, str]) -> dict[str, str]:
    numbers = [
        name.split(".")[2] for name in asked if name.startswith("Tags.member.") and name[-4:] == ".Key"
    ]
    return {asked[f"Tags.member.{each}.Key"]: asked[f"Tags.member.{each}.Value"] for each in numbers}


def _text(request: AWSPreparedRequest) -> str:
    body: Any = request.body
    return body.decode() if isinstance(body, bytes) else str(body)
