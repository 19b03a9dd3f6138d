"""What interrupts processing though the file may be good: retried, and seen in logs only.

When the retries are used up, clients meet `processing_failed` of `reelway.failures`.
"""

from enum import StrEnum
from typing import Self

from reelway.errors import ProcessingAborted, ProcessingInterrupted


class Interruption(StrEnum):
    """A code for logs and metrics; `sentence` says what happened."""

    sentence: str

    def __new__(cls, code: str, sentence: str) -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.sentence = sentence
        return member

    NOT_RECORDED = "not_recorded", "The upload has no record yet."
    UPLOAD_CHANGED = "upload_changed", "The upload was replaced while it was probed."
    NO_CREDENTIALS = "no_credentials", "STS gave no credentials for this video."
    PLAN_MISSING = "plan_missing", "The job area has no plan."
    REPORT_MISSING = "report_missing", "The job area lacks a report that the last step needs."
    DOCUMENT_VERSION = "document_version", "A document of the job area has a version that is not read here."
    DOCUMENT_UNREADABLE = "document_unreadable", "A document of the job area cannot be read."
    ENCODER_TIMEOUT = "encoder_timeout", "ffmpeg did not end in time."
    ENCODER_KILLED = "encoder_killed", "ffmpeg or the probe was ended by a signal."
    PROBE_BROKEN = "probe_broken", "The probe could not start or broke down."
    SOURCE_UNREACHABLE = "source_unreachable", "The connection to the source was lost."
    DISK_FULL = "disk_full", "There is no room on the disk."
    SEGMENT_TOO_LARGE = "segment_too_large", "A segment is too large to be served."
    SOCKET_UNREACHABLE = "socket_unreachable", "The WebSocket API cannot be reached."
    SOCKET_SILENT = "socket_silent", "The WebSocket API has not answered; it may have taken the message."
    SOCKET_BUSY = "socket_busy", "The socket is still opening, or another message is on its way to it."
    BATCH_TOO_LONG = "batch_too_long", "Sockets before this one have taken all of the time."
    BUS_SILENT = "bus_silent", "The event bus does not answer."
    EVENT_REFUSED = "event_refused", "The event bus has not taken an event."
    HELD_UP = "held_up", "An earlier change of this video could not be sent."


_ABORTS = {Interruption.ENCODER_TIMEOUT, Interruption.ENCODER_KILLED, Interruption.SEGMENT_TOO_LARGE}


def interrupted(code: Interruption, detail: str = "") -> ProcessingInterrupted:
    """The exception to raise; `detail` names the object or the numbers that it is about."""
    kind = ProcessingAborted if code in _ABORTS else ProcessingInterrupted
    return kind(code.value, f"{code.sentence} ({detail})" if detail else code.sentence)
