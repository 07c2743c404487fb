"""Under which name a client is counted that has not said who it is."""

from __future__ import annotations

import ipaddress

from alpine_web.web.operator import AnyConnection

_SUBNET = 64


def network_of(connection: AnyConnection) -> str:
    """The client's, as limits count it; empty where there is none."""
    return counted_as(connection.client.host if connection.client else "")


def counted_as(host: str) -> str:
    """An IPv4 address as it is; of IPv6 the /64, for everybody is given at least that many addresses (RFC 6177)."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv4Address):
        return host
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((int(address), _SUBNET), strict=False))
