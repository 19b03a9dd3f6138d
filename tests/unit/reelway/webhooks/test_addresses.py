"""Which addresses may be sent to, whatever name they were found by."""

import pytest

from reelway.webhooks.addresses import is_allowed
from reelway.webhooks.reach import Reach

PUBLIC = ["8.8.8.8", "1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "2a00:1450:4001:80b::200e"]
LOOPBACK = ["127.0.0.1", "127.255.255.254", "::1"]
REFUSED = [
    "0.0.0.0",  # noqa: S104  refused
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "169.254.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::ffff:8.8.8.8",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "::8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::7f00:1",
    "100::1",
    "2001::1",
    "2001:0:53aa:64c:0:0:80ff:fffe",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "4000::1",
    "",
    "localhost",
    "127.1",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "2130706433",
]


@pytest.mark.parametrize("address", PUBLIC)
@pytest.mark.parametrize("reach", Reach)
def test_public_addresses_are_allowed(address: str, reach: Reach) -> None:
    assert is_allowed(address, reach)


@pytest.mark.parametrize("address", LOOPBACK)
def test_the_machine_itself_is_allowed_on_a_laptop_alone(address: str) -> None:
    assert is_allowed(address, Reach.LOCAL)
    assert not is_allowed(address, Reach.PUBLIC)


@pytest.mark.parametrize("address", REFUSED)
@pytest.mark.parametrize("reach", Reach)
def test_all_others_are_refused(address: str, reach: Reach) -> None:
    assert not is_allowed(address, reach)
