"""Makes every failure that a client can meet, each with its code and a sentence for the uploader.

A constructor for each code of `reelway.failure_codes` gives the MediaRejected, or the Failure of a video that
nothing is working on any more. Its sentence says what was found, and ends with what to do about it.
"""

from collections.abc import Sequence

from reelway.errors import MediaRejected
from reelway.failure_codes import FailureCode
from reelway.video import Failure


def empty_file() -> MediaRejected:
    return _rejected(FailureCode.UNREADABLE, "The file is empty.", "Upload it again.")


def refers_elsewhere() -> MediaRejected:
    """For playlists and scripts, whose video is in other files."""
    problem = "The file is a list that refers to other files."
    return _rejected(FailureCode.UNREADABLE, problem, "Upload the video itself.")


def too_much_metadata() -> MediaRejected:
    problem = "The file says more about itself than can be read."
    return _rejected(FailureCode.UNREADABLE, problem, "Re-export it without its metadata.")


def too_many_edits() -> MediaRejected:
    problem = "The file is put together of more parts than can be read."
    return _rejected(FailureCode.UNREADABLE, problem, "Re-export it as one video, for example as MP4.")


def unknown_format(taken: Sequence[str]) -> MediaRejected:
    """`taken` names the containers that are read."""
    remedy = f"Upload a video as {', '.join(taken[:-1])} or {taken[-1]}."
    problem = "The file is damaged or in no format that is read here."
    return _rejected(FailureCode.UNREADABLE, problem, remedy)


def no_video(held: str) -> MediaRejected:
    """`held` says what the file holds instead, e.g. 'audio without video'."""
    return _rejected(FailureCode.NO_VIDEO, f"The file holds {held}.")


def unsupported_codec(kind: str, codec: str, *, tag: str) -> MediaRejected:
    """`kind` is 'video' or 'audio', `codec` may be '' where only the container's `tag` is known."""
    tagged = f" (codec tag {tag})" if codec and tag else ""
    problem = (
        f"The {kind} is encoded as {codec or tag or 'something unknown'}{tagged}, which is not read here."
    )
    return _rejected(FailureCode.UNSUPPORTED_CODEC, problem)


def unknown_duration(*, measured_for_s: int | None = None) -> MediaRejected:
    """`measured_for_s` where the file could not be read to its end in that time."""
    tried = f", and could not be read to its end within {measured_for_s} s" if measured_for_s else ""
    return _rejected(FailureCode.UNKNOWN_DURATION, f"The file does not declare how long it is{tried}.")


def truncated(*, declared_s: float, found_s: float, rendition: str | None = None) -> MediaRejected:
    """`rendition` is the one that came out too short, where the file was decoded."""
    where = f" that can be decoded ({rendition})" if rendition else ""
    problem = f"The file declares {declared_s:.1f} s of video but holds {found_s:.1f} s{where}."
    return _rejected(FailureCode.TRUNCATED, problem)


def wrong_duration(*, declared_s: float, found_s: float) -> MediaRejected:
    problem = f"The file declares {declared_s:.1f} s of video, but goes on after {found_s:.1f} s."
    return _rejected(FailureCode.WRONG_DURATION, problem)


def probe_timeout(*, timeout_s: int) -> MediaRejected:
    problem = f"What the file holds could not be found out within {timeout_s} s."
    return _rejected(FailureCode.PROBE_TIMEOUT, problem)


def undecodable(*, share: float | None = None) -> MediaRejected:
    """`share` is that of the damaged packets, where so much of the file is damaged; else nothing came out."""
    problem = (
        "The file could not be decoded." if share is None else f"Of the video, {share:.0%} cannot be decoded."
    )
    return _rejected(FailureCode.UNDECODABLE, problem)


def undecodable_audio() -> MediaRejected:
    return _rejected(FailureCode.UNDECODABLE, "The audio is damaged.")


def picture_grows(size: str) -> MediaRejected:
    """`size` as '1920x1080'."""
    return _rejected(FailureCode.PICTURE_GROWS, f"Frames grow to {size} in the middle of the video.")


def sound_gap() -> MediaRejected:
    problem = "The audio stops for longer than can be filled with silence, about 20 minutes."
    return _rejected(FailureCode.SOUND_GAP, problem)


def too_demanding(*, max_remux_bytes: int | None = None) -> MediaRejected:
    """`max_remux_bytes` where the copy in a container that seeks exactly became too large; else memory."""
    if max_remux_bytes is None:
        problem = "Decoding the file takes more memory than there is for it."
    else:
        problem = f"The file becomes larger than {max_remux_bytes} bytes when it is made ready for encoding."
    return _rejected(FailureCode.TOO_DEMANDING, problem)


def too_large(*, size_bytes: int, limit_bytes: int) -> MediaRejected:
    problem = f"The file has {size_bytes} bytes; at most {limit_bytes} are accepted."
    return _rejected(FailureCode.TOO_LARGE, problem)


def too_long(*, length_s: float, limit_s: int) -> MediaRejected:
    problem = f"The video is {length_s:.0f} s long; at most {limit_s} s are accepted."
    return _rejected(FailureCode.TOO_LONG, problem)


def too_many_frames(*, frames: int, rate: float, limit: int) -> MediaRejected:
    """`rate` is the one that the video is encoded at, in frames per second."""
    problem = f"The video has {frames} frames at {rate:.0f} per second; at most {limit} are accepted."
    return _rejected(FailureCode.TOO_MANY_FRAMES, problem)


def too_many_pixels(width: int, height: int, *, limit: int, max_side: int) -> MediaRejected:
    problem = (
        f"A frame of {width}x{height} has {width * height} pixels; at most {limit} are accepted, "
        f"and {max_side} to a side."
    )
    return _rejected(FailureCode.TOO_MANY_PIXELS, problem)


def too_many_streams(*, limit: int) -> MediaRejected:
    return _rejected(FailureCode.TOO_MANY_STREAMS, f"The file has more than {limit} streams.")


def frame_rate_too_high(*, rate: float, limit: int) -> MediaRejected:
    problem = f"The video has {rate:.0f} frames per second; at most {limit} are accepted."
    return _rejected(FailureCode.FRAME_RATE_TOO_HIGH, problem)


def endless_gap(*, size_bytes: int, length_s: float) -> MediaRejected:
    problem = f"The file has {size_bytes} bytes for {length_s:.0f} s, so nearly all of it is a gap."
    return _rejected(FailureCode.ENDLESS_GAP, problem)


def upload_removed() -> MediaRejected:
    return _rejected(FailureCode.UPLOAD_REMOVED, "The uploaded file was removed while it was processed.")


def upload_replaced() -> MediaRejected:
    return _rejected(FailureCode.UPLOAD_REPLACED, "The uploaded file was replaced while it was processed.")


def upload_lost() -> Failure:
    return _failure(FailureCode.UPLOAD_LOST, "The uploaded file is no longer in storage.")


def processing_lost() -> Failure:
    return _failure(FailureCode.PROCESSING_LOST, "Processing stopped without a result.")


def processing_failed() -> Failure:
    return _failure(FailureCode.PROCESSING_FAILED, "Processing broke down; this is not the file's fault.")


def rejection_of(failure: Failure) -> MediaRejected:
    """The inverse of `failure_of`."""
    return MediaRejected(failure.code, failure.message)


def failure_of(rejection: MediaRejected) -> Failure:
    """What is recorded of a rejected file."""
    return Failure(rejection.code, rejection.detail)


def _rejected(code: FailureCode, problem: str, remedy: str | None = None) -> MediaRejected:
    return MediaRejected(code.value, f"{problem} {remedy or code.remedy}")


def _failure(code: FailureCode, problem: str) -> Failure:
    return Failure(code.value, f"{problem} {code.remedy}")
