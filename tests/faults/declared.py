"""What a template declares of functions, and of what calls them. Names are logical ids."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Function:
    """A Lambda function; `statements` are what its role is allowed."""

    name: str
    handler: str
    timeout_s: float
    environment: dict[str, str]
    statements: list[dict[str, Any]]
    retries: int
    on_failure: str | None

    @property
    def module(self) -> str:
        return self.handler.rpartition(".")[0]


@dataclass(frozen=True)
class Role:
    """Another role than a function's own; `trust` says how it is taken."""

    name: str
    trust: list[dict[str, Any]]
    statements: list[dict[str, Any]]


@dataclass(frozen=True)
class Queue:
    name: str
    visibility_s: float
    delay_s: float
    dead_letters: str | None
    max_receives: int


@dataclass(frozen=True)
class Mapping:
    """An event source mapping; `source` is the logical id of a queue or of a table."""

    name: str
    function: str
    source: str
    batch: int
    patterns: list[str]
    retries: int
    max_age_s: float
    on_failure: str | None
    lanes: int
    reports_items: bool


@dataclass(frozen=True)
class Rule:
    """Of EventBridge: events that match the `pattern` go to the function."""

    function: str
    pattern: dict[str, Any]


@dataclass(frozen=True)
class Schedule:
    function: str
    period_s: float
    payload: str | None


@dataclass(frozen=True)
class Notification:
    """S3's, of objects in the bucket to a queue; `event` is such as "s3:ObjectCreated:*"."""

    bucket: str
    event: str
    queue: str
    prefix: str
    suffix: str
