"""Which addresses are public (RFC 6890, OWASP ASVS 1.3.6)."""

import pytest

from portal.foundation.public_addresses import is_loopback, is_public


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1", "172.16.0.1", "192.168.0.1", "127.0.0.1", "0.0.0.0", "169.254.169.254", "100.64.0.1",  # noqa: S104
        "100.100.100.200", "192.0.0.192", "192.88.99.1", "198.18.0.1", "203.0.113.1", "224.0.0.1", "240.0.0.1",
        "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:8.8.8.8", "::7f00:1",
        "::ffff:0:7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a9fe:a9fe", "2002:a9fe:a9fe::", "2002:7f00:1::",
        "2001:0:a9fe:a9fe::", "2001:db8::1", "3fff::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%lo", "fec0::1",
        "ff02::1", "ff0e::1", "5f00::1",
    ],
)  # fmt: skip
def test_private_shared_local_embedded_multicast_and_reserved_addresses_are_not(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "100.63.255.255", "100.128.0.1", "172.32.0.1", "223.255.255.255"])
def test_their_neighbours_in_ipv4_are(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", ["2001:200::1", "2606:4700::1111", "2a00:1450:4001::1"])
def test_assigned_addresses_in_ipv6_are(address: str) -> None:
    assert is_public(address)


def test_loopback_is_told_from_what_only_leads_there() -> None:
    assert all(map(is_loopback, ["127.0.0.1", "127.255.255.255", "::1"]))
    assert not any(map(is_loopback, ["0.0.0.0", "::", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "128.0.0.1"]))  # noqa: S104
