"""A video, its states, and what is recorded of it."""

import uuid
from dataclasses import dataclass, field
from enum import StrEnum


class State(StrEnum):
    """The lifecycle of a video as clients see it; it only moves to states of a higher rank."""

    UPLOADED = "UPLOADED"
    PROCESSING = "PROCESSING"
    READY = "READY"
    FAILED = "FAILED"

    @property
    def rank(self) -> int:
        """0, 1, or 2 for both final states; a write is allowed only from a lower rank."""
        return _RANKS[self]

    @property
    def is_final(self) -> bool:
        return self.rank == _FINAL_RANK


# READY and FAILED have one rank, so that neither is written over the other.
_FINAL_RANK = 2
# In the order of the lifecycle.
_RANKS = {State.UPLOADED: 0, State.PROCESSING: 1, State.READY: _FINAL_RANK, State.FAILED: _FINAL_RANK}


class LadderState(StrEnum):
    """How far the renditions of a READY video are, which may be played before all of them are there."""

    ENCODING = "encoding"
    COMPLETE = "complete"
    FAILED = "failed"


class Playback(StrEnum):
    """Who may play a READY video."""

    PUBLIC = "public"  # whoever knows its id
    SIGNED = "signed"  # whoever has a playback token of it


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a video or its ladder FAILED: a stable code, and what the uploader should know and do."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Rendition:
    """One published rung. `bandwidth_bps` is the measured peak bit rate, `average_bandwidth_bps` the mean."""

    name: str
    width: int
    height: int
    frame_rate: float
    codecs: str
    bandwidth_bps: int
    average_bandwidth_bps: int


@dataclass(frozen=True, slots=True)
class Loudness:
    """Of the audio, by EBU R 128; None where it is silent.

    The integrated loudness in LUFS, the loudness range in LU, and the true peak in dB of full scale.
    """

    integrated_lufs: float | None
    range_lu: float | None
    true_peak_dbtp: float | None


@dataclass(frozen=True, slots=True)
class Video:
    """One video's record. Timestamps are ISO 8601 in UTC.

    `version` counts the changes of the state. `run_id` is that of the last run, `execution` the name of its
    execution: None before the first run, and for one that an earlier release began. `reruns` counts how often
    a run was begun again. `progress` is 0..1 on the way to READY, `ladder_progress` 0..1 on the way to all
    renditions. `failure` is the video's when it FAILED, or else the ladder's. `loudness` is known of audio
    that was encoded, not of a copy. `removed_at` is when the removal of all its files was ordered, because it
    had FAILED long ago. `owner` is whose video it is, empty where no token was asked for. `title`, `metadata`
    and `external_id` are what its owner says of it. `max_bytes` and `max_duration_s` are what its upload was
    allowed to have, where that is less than the service takes. `recalled_at` is the Unix time until which
    playback tokens were issued that are void.
    """

    video_id: str
    state: State
    version: int
    created_at: str
    updated_at: str
    run_id: str | None = None
    execution: str | None = None
    reruns: int = 0
    size_bytes: int | None = None
    duration_s: float | None = None
    progress: float = 0.0
    ladder: LadderState | None = None
    ladder_progress: float = 0.0
    renditions: tuple[Rendition, ...] = ()
    failure: Failure | None = None
    loudness: Loudness | None = None
    removed_at: str | None = None
    owner: str = ""
    title: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    external_id: str | None = None
    playback: Playback = Playback.PUBLIC
    recalled_at: int | None = None
    max_bytes: int | None = None
    max_duration_s: int | None = None

    @property
    def is_settled(self) -> bool:
        """Whether nothing is to be processed any more: it FAILED, or is READY and its ladder has ended."""
        return self.state.is_final and self.ladder is not LadderState.ENCODING

    @property
    def rerun_id(self) -> str | None:
        """The id of the last run, if the video was begun again; it is known before the run is planned."""
        return self.run_id if self.reruns else None

    @property
    def execution_name(self) -> str:
        """Also of a run that an earlier release began, and of a video that no run was begun for."""
        return self.execution or execution_name(self.video_id, None)


def execution_name(video_id: str, run_id: str | None) -> str:
    """The name of a run's execution, which Step Functions takes once in 90 days.

    Earlier releases began one run of each video, whose execution has the video's id as its name and no
    `run_id` in its input. Names are of letters, digits, - and _, as executions that are logged need.
    """
    return f"{video_id}_{run_id}" if run_id else video_id


def video_of_execution(execution: str) -> str:
    """The id of the video that a run's execution is named after."""
    return execution.partition("_")[0]


def new_video_id() -> str:
    return str(uuid.uuid4())


def is_video_id(text: str) -> bool:
    """True for the canonical lower-case form that `new_video_id` issues, and for nothing else."""
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False
