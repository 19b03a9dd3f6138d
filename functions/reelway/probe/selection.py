"""Which of a file's streams are seen and heard."""

from typing import Any

from reelway.probe.report import whole

_SOUND_RATES_HZ = range(1_000, 768_001)
_MAX_CHANNELS = 24


def video_of_streams(streams: list[dict[str, Any]]) -> dict[str, Any] | None:
    return _preferred([stream for stream in streams if _is_moving_picture(stream)])


def audio_of_streams(streams: list[dict[str, Any]]) -> dict[str, Any] | None:
    return _preferred([stream for stream in streams if _is_sound(stream)])


def _preferred(streams: list[dict[str, Any]]) -> dict[str, Any] | None:
    """What players choose: the first of the streams that the file has on by default, else the first."""
    chosen = [stream for stream in streams if stream.get("disposition", {}).get("default")]
    return next(iter(chosen or streams), None)


def _is_moving_picture(stream: dict[str, Any]) -> bool:
    return (
        stream.get("codec_type") == "video"
        and bool(stream.get("codec_name"))
        and int(stream.get("width") or 0) > 0
        and int(stream.get("height") or 0) > 0
        and not stream.get("disposition", {}).get("attached_pic")
    )


def _is_sound(stream: dict[str, Any]) -> bool:
    """Not so for a track that is declared, but of which nothing ever comes; that would fail as a whole.

    Nor for one that no microphone made: resampling it would take memory or time without end.
    """
    return (
        stream.get("codec_type") == "audio"
        and bool(stream.get("codec_name"))
        and 0 < whole(stream.get("channels")) <= _MAX_CHANNELS
        and whole(stream.get("sample_rate")) in _SOUND_RATES_HZ
    )
