"""What an address tells: whether anybody on the internet can reach it, and roughly where it is."""

import ipaddress
from functools import lru_cache

_IPV6_UNICAST = ipaddress.ip_network("2000::/3")
"""What is assigned to hosts; mapped, translated (NAT64), site-local and multicast addresses lie outside."""
_LOOPBACK = tuple(ipaddress.ip_network(network) for network in ("127.0.0.0/8", "::1/128"))
_SPECIAL = tuple(
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.175.48.0/24",
        "2001::/23", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
    )
)  # fmt: skip
"""Special-purpose networks (RFC 6890) that `is_global` lets pass in some version of Python, 6to4 among them."""


def is_public(address: str) -> bool:
    """Whether an address literal is neither private, shared, local, multicast nor set aside (RFC 6890)."""
    parsed = ipaddress.ip_address(address)
    return (
        parsed.is_global
        and not parsed.is_multicast
        and (parsed.version == 4 or parsed in _IPV6_UNICAST)
        and not any(parsed in network for network in _SPECIAL)
    )


def is_loopback(address: str) -> bool:
    """Whether an address literal is this machine's own; an IPv4-mapped one is not taken for it."""
    return any(ipaddress.ip_address(address) in network for network in _LOOPBACK)


@lru_cache(maxsize=1024)
def network_of(address: str) -> str:
    """Roughly where an address is: its /24 (IPv4) or /48 (IPv6) network, which is not one person's."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    if parsed.is_loopback:
        return "this machine"
    return str(ipaddress.ip_network(f"{parsed}/{24 if parsed.version == 4 else 48}", strict=False))


def caller_of(address: str) -> str:
    """What limits count by: an IPv4 address, or the /64 network whose addresses one IPv6 subscriber has all of."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address) or parsed.ipv4_mapped:
        return str(parsed)
    return str(ipaddress.ip_network((int(parsed) >> 64 << 64, 64)))
