"""How much of a file may fail to decode before it is refused; one rule for chunks, audio and whole files."""

_MAX_SHARE = 0.05  # a video that lacks more of its frames is hard to watch
_MIN_COUNT = 25  # a second of video: of a shorter one, a single damaged frame would be more than the share


def is_too_damaged(lost: int, *, of: int) -> bool:
    """Whether `lost` frames or packets of so many are too many."""
    return lost > _MAX_SHARE * max(_MIN_COUNT, of)
