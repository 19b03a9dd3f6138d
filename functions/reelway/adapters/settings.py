"""What the environment tells each function: one frozen class per function, read when its handler is imported.

`SomeSettings.from_environ()` raises BadSetting with the variable, its value and what was expected. The
variables are those that template.yaml sets for the function, and those that Lambda sets itself.
No other module reads the environment.
"""

import math
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Self, get_type_hints


class BadSetting(Exception):
    """An environment variable is missing, or is not what was expected; the function cannot start."""


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable; `parse` raises ValueError for what is not as `expected`."""

    name: str
    expected: str
    parse: Callable[[str], object]

    def read(self) -> object:
        text = os.environ.get(self.name)
        if text is None:
            raise BadSetting(f"{self.name} is not set; expected {self.expected}")
        try:
            return self.parse(text)
        except ValueError as error:
            raise BadSetting(f"{self.name} is {text!r}; expected {self.expected}") from error


def search_path() -> str:
    """Folders in which ffmpeg and ffprobe are found; the default is Lambda's, whose layers lie in /opt."""
    return os.environ.get("PATH", "/opt/bin:/usr/bin:/bin")


def _name(text: str) -> str:
    if not text.strip():
        raise ValueError("empty")
    return text


def _whole_number(text: str) -> int:
    """ASCII digits alone: int() itself would also take signs, spaces and underscores."""
    if not (text.isascii() and text.isdigit()):
        raise ValueError("not all digits")
    return int(text)


def _seconds(text: str) -> float:
    seconds = float(text)
    if not (math.isfinite(seconds) and seconds > 0):
        raise ValueError("no time span")
    return seconds


def _name_of(variable: str, what: str) -> Variable:
    return Variable(variable, f"the name of {what}", _name)


def _number(variable: str) -> Variable:
    return Variable(variable, "a whole number", _whole_number)


def _time(variable: str) -> Variable:
    return Variable(variable, "a number of seconds above 0", _seconds)


UploadsBucket = Annotated[str, _name_of("UPLOADS_BUCKET", "the bucket of uploads and jobs")]
MediaBucket = Annotated[str, _name_of("MEDIA_BUCKET", "the bucket of published media")]
SiteBucket = Annotated[str, _name_of("SITE_BUCKET", "the bucket of the web page")]
VideosTable = Annotated[str, _name_of("VIDEOS_TABLE", "the table of videos")]
ConnectionsTable = Annotated[str, _name_of("CONNECTIONS_TABLE", "the table of open sockets")]
IdempotencyTable = Annotated[str, _name_of("IDEMPOTENCY_TABLE", "the table of idempotency keys")]
PlanFunction = Annotated[str, _name_of("PLAN_FUNCTION", "the function that plans")]
StackName = Annotated[str, _name_of("STACK_NAME", "the stack, a dimension of its metrics")]
StateMachineArn = Annotated[str, Variable("STATE_MACHINE_ARN", "the ARN of the state machine", _name)]
DistributionId = Annotated[str, Variable("DISTRIBUTION_ID", "the id of the CloudFront distribution", _name)]
StepTimeoutS = Annotated[float, _time("STEP_TIMEOUT_SECONDS")]
FunctionMemoryMb = Annotated[int, _number("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")]


class _Settings:
    """Each field's annotation is the type of its value and the Variable that it is read from."""

    __slots__ = ()

    @classmethod
    def variables(cls) -> dict[str, Variable]:
        """By the name of the field."""
        hints = get_type_hints(cls, include_extras=True)
        return {field: hint.__metadata__[0] for field, hint in hints.items()}

    @classmethod
    def from_environ(cls) -> Self:
        return cls(**{field: variable.read() for field, variable in cls.variables().items()})


@dataclass(frozen=True, slots=True)
class UploadSettings(_Settings):
    uploads_bucket: UploadsBucket
    videos_table: VideosTable
    idempotency_table: IdempotencyTable
    stack_name: StackName
    max_upload_bytes: Annotated[int, _number("MAX_UPLOAD_BYTES")]


@dataclass(frozen=True, slots=True)
class StreamingSettings(_Settings):
    media_bucket: MediaBucket
    videos_table: VideosTable
    stack_name: StackName


@dataclass(frozen=True, slots=True)
class UnlistSettings(_Settings):
    videos_table: VideosTable
    stack_name: StackName


@dataclass(frozen=True, slots=True)
class VideosSettings(_Settings):
    videos_table: VideosTable
    stack_name: StackName


@dataclass(frozen=True, slots=True)
class PageSettings(_Settings):
    site_bucket: SiteBucket


@dataclass(frozen=True, slots=True)
class SocketSettings(_Settings):
    videos_table: VideosTable
    connections_table: ConnectionsTable
    stack_name: StackName


@dataclass(frozen=True, slots=True)
class PushSettings(_Settings):
    videos_table: VideosTable
    connections_table: ConnectionsTable
    stack_name: StackName


@dataclass(frozen=True, slots=True)
class PlanSettings(_Settings):
    """`max_…` are the limits of what is accepted; the rest decides how long a video's chunks are."""

    uploads_bucket: UploadsBucket
    videos_table: VideosTable
    stack_name: StackName
    state_machine_arn: StateMachineArn
    max_duration_s: Annotated[int, _number("MAX_DURATION_SECONDS")]
    max_pixels: Annotated[int, _number("MAX_PIXELS")]
    max_frame_rate: Annotated[int, _number("MAX_FRAME_RATE")]
    max_frames: Annotated[int, _number("MAX_FRAMES")]
    max_upload_bytes: Annotated[int, _number("MAX_UPLOAD_BYTES")]
    max_streams: Annotated[int, _number("MAX_STREAMS")]
    chunk_s: Annotated[int, _number("CHUNK_SECONDS")]
    chunk_target_s: Annotated[float, _time("CHUNK_TARGET_SECONDS")]
    encode_concurrency: Annotated[int, _number("ENCODE_CONCURRENCY")]
    encode_memory_mb: Annotated[int, _number("ENCODE_MEMORY_MB")]
    step_timeout_s: StepTimeoutS


@dataclass(frozen=True, slots=True)
class _StepSettings(_Settings):
    """Of a step of the state machine that runs ffmpeg; `step_timeout_s` is how long ffmpeg may take."""

    uploads_bucket: UploadsBucket
    media_bucket: MediaBucket
    videos_table: VideosTable
    stack_name: StackName
    step_timeout_s: StepTimeoutS
    function_memory_mb: FunctionMemoryMb


class PrepareSettings(_StepSettings):
    __slots__ = ()


class EncodeSettings(_StepSettings):
    __slots__ = ()


class PublishSettings(_StepSettings):
    __slots__ = ()


@dataclass(frozen=True, slots=True)
class FailSettings(_Settings):
    uploads_bucket: UploadsBucket
    videos_table: VideosTable
    stack_name: StackName


@dataclass(frozen=True, slots=True)
class RemoveSettings(_Settings):
    uploads_bucket: UploadsBucket
    media_bucket: MediaBucket
    state_machine_arn: StateMachineArn
    distribution_id: DistributionId


@dataclass(frozen=True, slots=True)
class MaintenanceSettings(_Settings):
    uploads_bucket: UploadsBucket
    media_bucket: MediaBucket
    videos_table: VideosTable
    connections_table: ConnectionsTable
    stack_name: StackName
    state_machine_arn: StateMachineArn
    distribution_id: DistributionId
    plan_function: PlanFunction
