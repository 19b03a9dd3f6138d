"""What browsers tell of the page that has them ask; both servers of the laptop refuse strangers by it.

Scripts of any site that is visited while Reelway runs can ask 127.0.0.1. Browsers then send Origin or
Sec-Fetch-Site, which no script can change or omit; programs such as the AWS SDKs send neither.
"""

import ipaddress
from collections.abc import Collection

Headers = Collection[tuple[str, str]]
"""Names in lower case."""


def is_own_host(host: str, names: Collection[str] = ()) -> bool:
    """Whether a Host header names this machine: by an address, as localhost, or by one of `names`.

    Anybody can have a name of their own resolve to 127.0.0.1, and browsers then take this server for a part
    of their site (DNS rebinding). Nobody can do that with an address, nor with names below localhost.
    """
    name = _without_port(host.strip().lower())
    return is_address(name) or name == "localhost" or name.endswith(".localhost") or name in names


def is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def is_page(headers: Headers) -> bool:
    """Whether a page asks, by a script, a form, a frame or a link. An address that is typed in is no page."""
    return bool(_values(headers, "origin")) or any(
        site != "none" for site in _values(headers, "sec-fetch-site")
    )


def is_foreign(headers: Headers, origins: Collection[str]) -> bool:
    """Whether a page of another site asks, whose origin is not one of `origins`; `*` are all."""
    if "*" in origins:
        return False
    if asking := _values(headers, "origin"):
        own = {f"{scheme}://{host}" for scheme in ("http", "https") for host in _values(headers, "host")}
        return not own.union(origins).issuperset(asking)
    return not {"none", "same-origin"}.issuperset(_values(headers, "sec-fetch-site"))


def _values(headers: Headers, wanted: str) -> list[str]:
    return [value.strip() for name, value in headers if name == wanted]


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and (port.isdigit() or not port) and not name.endswith(":") else host
