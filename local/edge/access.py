"""Whom the edge serves: the laptop's protection from other sites' pages, which CloudFront has no part in."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from aiohttp import web

from local import visitors
from local.edge.distribution import normalize_path
from local.edge.problems import EdgeError

_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
# Also by GET these sign URLs and forms that put files into storage.
_SIGNING: Final = "/s3/"


@dataclass(frozen=True, slots=True)
class Access:
    """`hosts` are names of this machine beside its addresses and localhost; `origins` are other sites'."""

    hosts: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()

    def check(self, request: web.BaseRequest, raw_path: str, *, is_upgrade: bool) -> None:
        """Raise EdgeError 403 for a foreign host name, and for what pages of other sites may not do.

        They may read what the API allows them to. They may not change anything, nor open sockets, to which
        CORS does not apply.
        """
        headers = [(name.lower(), value) for name, value in request.headers.items()]
        host = request.headers.get("Host", "")
        if not visitors.is_own_host(host, self.hosts):
            raise EdgeError(403, f"host {host!r} is not known here; make up HOSTS=… allows names")
        changes = request.method not in _READING or is_upgrade or _signs(raw_path)
        if changes and visitors.is_foreign(headers, self.origins):
            origin = request.headers.get("Origin", "another site")
            raise EdgeError(
                403,
                f"pages of {origin} may only read here: `make up ORIGINS={origin}` lets them upload,"
                " delete and open sockets as well",
            )


def _signs(raw_path: str) -> bool:
    return normalize_path(unquote(raw_path)).startswith(_SIGNING)
