"""Which keys the distribution verifies playback tokens with."""

from reelway.ports.recalls import EdgeValues

_PREFIX = "key:"


def keep(values: EdgeValues, kid: str, secret: str, *, former: str | None) -> list[str]:
    """Verify tokens of this key, of the `former` one while its tokens last, and of no other.

    Returns the names of the keys that are verified.
    """
    kept = {_PREFIX + kid} | ({_PREFIX + former} if former else set())
    known = {name for name in values.all() if name.startswith(_PREFIX)}
    values.change({_PREFIX + kid: secret}, sorted(known - kept))
    return sorted((known & kept) | {_PREFIX + kid})
