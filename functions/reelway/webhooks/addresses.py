"""Which addresses webhooks may be sent to: those that anybody on the internet could reach.

A URL of a stranger must not make a function ask what only that function, or this machine, can reach: its own
runtime (127.0.0.1:9001), metadata (169.254.0.0/16), private networks. Addresses of IPv6 that stand for ones
of IPv4, by whatever translation, are refused as a whole: a name that has them has the other ones, too.
"""

import ipaddress

from reelway.webhooks.reach import Reach

_GLOBAL_IPV6 = ipaddress.ip_network("2000::/3")
_NOT_GLOBAL = tuple(
    map(
        ipaddress.ip_network,
        (
            "2001::/23",  # protocol assignments, of which Teredo is one
            "2002::/16",  # 6to4
            "3fff::/20",  # documentation, which older releases of Python do not know
            "192.88.99.0/24",  # relays of 6to4
            "168.63.129.16/32",  # the metadata of another cloud, at a public address
            "100.100.100.200/32",
        ),
    )
)


def is_allowed(address: str, reach: Reach) -> bool:
    """Of an address as a resolver gives it; anything else is not allowed."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return _is_public(parsed) or (reach is Reach.LOCAL and parsed.is_loopback)


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if address.version == 6 and address not in _GLOBAL_IPV6:
        return False
    if any(address in network for network in _NOT_GLOBAL if network.version == address.version):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)
