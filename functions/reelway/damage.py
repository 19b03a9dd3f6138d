"""How much of a file may fail to decode before it is refused; one rule for chunks, audio and whole files."""

_MAX_SHARE = 0.05  # a video that lacks more of its frames is hard to watch
_MIN_PACKETS = 25  # a second of video: of a shorter one, a single damaged frame would be more than the share


def is_too_damaged(errors: int, *, packets: int) -> bool:
    """Whether `errors` of the `packets` that a decoder was given are too many."""
    return errors > _MAX_SHARE * max(_MIN_PACKETS, packets)
