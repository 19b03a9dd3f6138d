"""The table of failures that a client can meet in `failure.code`.

docs/failures.md and the enum of `failure.code` in docs/openapi.yaml are checked against it;
`reelway.failures` makes the failures, each with its sentence.
"""

from enum import StrEnum
from typing import Self

_RETRY = "Try again; it need not be uploaded again."


class Fault(StrEnum):
    """Whose fault a failure is: the file's, a limit of this installation, the client's, or our own."""

    FILE = "file"
    LIMIT = "limit"
    CLIENT = "client"
    US = "us"


class FailureCode(StrEnum):
    """A stable code; `cause` says when it is met, `remedy` what the uploader should do, as a sentence."""

    fault: Fault
    cause: str
    remedy: str

    def __new__(cls, code: str, fault: Fault, cause: str, remedy: str) -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.fault, member.cause, member.remedy = fault, cause, remedy
        return member

    UNREADABLE = (
        "unreadable",
        Fault.FILE,
        "The file is empty, damaged, a playlist, of no kind that is taken, or has endless metadata or edits",
        "Upload the video itself, in a container that is taken.",
    )
    NO_VIDEO = (
        "no_video",
        Fault.FILE,
        "The file holds only audio, images or data",
        "Upload a file with video in it.",
    )
    UNSUPPORTED_CODEC = (
        "unsupported_codec",
        Fault.FILE,
        "The video, or all of the audio, is in a codec that is not read here",
        "Re-export it, for example as MP4 with H.264 and AAC.",
    )
    UNKNOWN_DURATION = (
        "unknown_duration",
        Fault.FILE,
        "The file does not declare how long it is, and reading all of it to find out takes more than 220 s",
        "Re-export it, for example as MP4.",
    )
    TRUNCATED = (
        "truncated",
        Fault.FILE,
        "The file holds more than 1 s and 2 % less video than it declares",
        "It is incomplete or damaged; upload it again.",
    )
    WRONG_DURATION = (
        "wrong_duration",
        Fault.FILE,
        "The video plays on for long after the end that the file declares",
        "Re-export it, for example as MP4.",
    )
    PROBE_TIMEOUT = (
        "probe_timeout",
        Fault.FILE,
        "Finding out what the file holds takes more than 8 s",
        "Re-export it, for example as MP4.",
    )
    UNDECODABLE = (
        "undecodable",
        Fault.FILE,
        "Nothing can be decoded, or more than 5 % of the frames or the audio cannot (one frame always may)",
        "It is damaged or incomplete; upload it again or re-export it.",
    )
    PICTURE_GROWS = (
        "picture_grows",
        Fault.FILE,
        "Frames become larger than declared in the middle of the video",
        "Re-export it at one size.",
    )
    SOUND_GAP = (
        "sound_gap",
        Fault.FILE,
        "The audio stops for more than about 20 minutes and starts again",
        "Re-export the video with audio that goes through, or without any.",
    )
    TOO_DEMANDING = (
        "too_demanding",
        Fault.FILE,
        "Decoding the file takes more memory than there is, or its remux more than 6 GiB",
        "Re-export it at a smaller size, for example as MP4, or split it.",
    )
    TOO_LARGE = (
        "too_large",
        Fault.LIMIT,
        "The file has more bytes than `MaxUploadBytes`, or than its upload grant allows",
        "Re-export it at a lower bitrate, or split it.",
    )
    TOO_LONG = (
        "too_long",
        Fault.LIMIT,
        "The video is longer than `MaxDurationSeconds`, or than its upload grant allows",
        "Split it.",
    )
    TOO_MANY_FRAMES = (
        "too_many_frames",
        Fault.LIMIT,
        "The video has more frames, at the rate it is encoded at, than `MaxFrames`",
        "Split it, or re-export it at a lower frame rate.",
    )
    TOO_MANY_PIXELS = (
        "too_many_pixels",
        Fault.LIMIT,
        "A frame has more pixels than `MaxPixels`, or more than 16,384 to a side",
        "Re-export it at a smaller size.",
    )
    TOO_MANY_STREAMS = (
        "too_many_streams",
        Fault.LIMIT,
        "The file has more streams than `MaxStreams`",
        "Re-export it with one video stream and one audio stream.",
    )
    FRAME_RATE_TOO_HIGH = (
        "frame_rate_too_high",
        Fault.LIMIT,
        "The video has more frames per second than `MaxFrameRate`",
        "Re-export it at a lower frame rate.",
    )
    ENDLESS_GAP = (
        "endless_gap",
        Fault.LIMIT,
        "The file is longer than 60 s and has less than 16 bytes for each second",
        "Re-export it at a constant frame rate.",
    )
    UPLOAD_REMOVED = (
        "upload_removed",
        Fault.CLIENT,
        "The uploaded object was deleted while it was processed",
        "Upload it again.",
    )
    UPLOAD_REPLACED = (
        "upload_replaced",
        Fault.CLIENT,
        "Other bytes were uploaded under the same key while the file was processed",
        "Upload it again.",
    )
    UPLOAD_LOST = (
        "upload_lost",
        Fault.US,
        "The uploaded object of a video that waits for processing is gone after six minutes or more",
        "Upload it again.",
    )
    PROCESSING_LOST = (
        "processing_lost",
        Fault.US,
        "Processing ended without a result, again and again for a day, or somebody has stopped it",
        _RETRY,
    )
    PROCESSING_FAILED = (
        "processing_failed",
        Fault.US,
        "Processing failed for any other reason, after all retries",
        _RETRY,
    )


# Of codes as they are stored: one that is not known here is the file's fault, or a limit's.
_OURS = frozenset(str(code) for code in FailureCode if code.fault is Fault.US)
# What processing has failed at, as long as there is a file to process.
RETRYABLE = tuple(sorted(_OURS - {FailureCode.UPLOAD_LOST}))


def is_ours(code: str) -> bool:
    return code in _OURS


def is_retryable(code: str) -> bool:
    """Whether the same file may become a video in another run."""
    return code in RETRYABLE
