"""Which of a file's streams are seen and heard."""

from collections.abc import Sequence

from reelway.probe.report import Stream

_AUDIO_RATES_HZ = range(1_000, 768_001)  # from far below telephones to the fastest PCM converters
_MAX_CHANNELS = 24  # 22.2, the largest layout that is recorded (ITU-R BS.2051)


def video_of(streams: Sequence[Stream]) -> Stream | None:
    """The video stream that is shown, never a cover image; None where there is none.

    It may be one that cannot be decoded: another one is not what its maker meant.
    """
    return _preferred([stream for stream in streams if _is_video(stream)])


def preferred_video(streams: Sequence[Stream]) -> Stream | None:
    """The same while its size is not known."""
    return _preferred([stream for stream in streams if stream.kind == "video" and not stream.is_cover])


def audio_of(streams: Sequence[Stream]) -> Stream | None:
    """The audio stream that is heard; None where there is none that can be decoded."""
    return _preferred([stream for stream in streams if _is_audio(stream)])


def undecodable_audio_of(streams: Sequence[Stream]) -> Stream | None:
    """The audio stream that would be heard if there were a decoder for it; None where it has no packets."""
    heard = [stream for stream in streams if stream.kind == "audio" and not stream.is_decodable]
    return _preferred([stream for stream in heard if stream.frames or stream.declared_s])


def _preferred(streams: Sequence[Stream]) -> Stream | None:
    """What players choose: the first of the streams that the file has on by default, else the first."""
    on_by_default = [stream for stream in streams if stream.is_default]
    return next(iter(on_by_default or streams), None)


def _is_video(stream: Stream) -> bool:
    has_size = stream.width > 0 and stream.height > 0
    return stream.kind == "video" and has_size and not stream.is_cover


def _is_audio(stream: Stream) -> bool:
    """False for a declared but empty stream, which has no channels and would make the whole run fail.

    Also for sample rates and channel counts that no recording has: resampling them may never end.
    """
    return (
        stream.kind == "audio"
        and stream.is_decodable
        and 0 < stream.channels <= _MAX_CHANNELS
        and stream.sample_rate_hz in _AUDIO_RATES_HZ
    )
