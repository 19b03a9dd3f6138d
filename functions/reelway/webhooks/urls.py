"""URLs of receivers, as strictly as they are needed: what parsers disagree about is refused.

A name has labels of letters, digits and hyphens, the last of which has a letter, so that no form of a number
(127.1, 0x7f000001, 017700000001) is taken for one. There are no user names, no fragments, no backslashes, no
spaces or control characters, and no Unicode: a client writes such a host as xn--….
"""

import re
from dataclasses import dataclass

from reelway.webhooks.reach import Reach

MAX_LENGTH = 2048
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_TOP_LABEL = r"(?=[a-z0-9-]*[a-z])" + _LABEL
_URL = re.compile(
    rf"(?P<scheme>https?)://(?P<host>(?:{_LABEL}\.)+{_TOP_LABEL})"
    r"(?::(?P<port>[1-9][0-9]{0,4}))?(?P<target>[/?][!-\"$-\[\]-~]*)?",
    re.ASCII | re.IGNORECASE,
)
# On a laptop the developer's own server, too.
_LOCAL_URL = re.compile(
    rf"(?P<scheme>https?)://(?P<host>localhost|127\.0\.0\.1|\[::1\]|(?:{_LABEL}\.)+{_TOP_LABEL})"
    r"(?::(?P<port>[1-9][0-9]{0,4}))?(?P<target>[/?][!-\"$-\[\]-~]*)?",
    re.ASCII | re.IGNORECASE,
)
_PORTS = {"https": 443, "http": 80}
_MAX_HOST, _MAX_PORT = 253, 65_535


@dataclass(frozen=True, slots=True)
class ReceiverUrl:
    """`host` without brackets; `target` is the path with the query, as it is sent."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def is_secure(self) -> bool:
        return self.scheme == "https"

    @property
    def authority(self) -> str:
        """As the header Host has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def parse(url: str, reach: Reach) -> ReceiverUrl:
    """Raises ValueError, with a sentence, for a URL that no webhook may have."""
    if len(url) > MAX_LENGTH:
        raise ValueError(f"it has {len(url)} characters, of which {MAX_LENGTH} are taken")
    found = (_URL if reach is Reach.PUBLIC else _LOCAL_URL).fullmatch(url)
    if found is None or len(found["host"]) > _MAX_HOST:
        raise ValueError(
            "it is not of the form https://host.example/path, of visible ASCII, with a name as host"
        )
    scheme, target = found["scheme"].lower(), found["target"] or "/"
    port = int(found["port"] or _PORTS[scheme])
    if reach is Reach.PUBLIC and (scheme, port) != ("https", 443):
        raise ValueError("only https on port 443 is taken")
    if not 1 <= port <= _MAX_PORT:
        raise ValueError(f"{port} is no port")
    target = target if target.startswith("/") else f"/{target}"
    return ReceiverUrl(scheme, found["host"].lower().strip("[]"), port, target)
