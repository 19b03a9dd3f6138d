"""How far apart in the file video and audio lie that are shown at the same time."""

from bisect import bisect_left
from typing import Any

from av.container import InputContainer

_PLACES = 9  # of the video, at which it is looked


def apart_bytes(container: InputContainer) -> int:
    """The most, by the file's index; 0 where it has none of both, or no audio."""
    if not container.streams.video or not container.streams.audio:
        return 0
    video: Any = container.streams.video[0].index_entries
    audio: Any = container.streams.audio[0].index_entries
    if not len(video) or not len(audio):
        return 0
    units = [stream.time_base for stream in (container.streams.video[0], container.streams.audio[0])]
    if not all(units):
        return 0
    found = []
    for place in range(_PLACES):
        seen = video[(len(video) - 1) * place // (_PLACES - 1)]
        time = int(seen.timestamp * units[0] / units[1])
        heard = bisect_left(range(len(audio)), time, key=lambda number: audio[number].timestamp)
        found.append(abs(seen.pos - audio[min(heard, len(audio) - 1)].pos))
    return int(max(found))
