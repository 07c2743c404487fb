"""Which addresses a webhook may have: https to the public network, so that nobody reaches through us into ours."""

from __future__ import annotations

import ipaddress
import re

from alpine_core.errors import ReaderError

LONGEST_URL = 500
# RFC 3986 with less: no user, no fragment, no backslash, and nothing that readers of addresses take differently.
_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9.-]{1,253})(?::(?P<port>[0-9]{1,5}))?"
    r"(?:[/?][!\"$-\[\]-~]*)?"
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_LOCAL_NAMES = (".localhost", ".local", ".internal", ".home.arpa")


def check_target(url: str, *, allow_private: bool) -> str:
    """The address itself. Raises ReaderError for what is no plain https address of a public host.

    `allow_private`: http and hosts of one's own network are taken too. A name is judged again by what it leads to
    when it is called.
    """
    found = _ADDRESS.fullmatch(url)
    if found is None or len(url) > LONGEST_URL or not 0 < int(found["port"] or 443) < 65_536:
        raise ReaderError(
            f"write the address as https://example.com/path, without user or fragment, at most {LONGEST_URL} characters"
        )
    host = found["host"].strip("[]")
    if found["scheme"] != "https" and not allow_private:
        raise ReaderError("the address must begin with https://: signals go over nothing else")
    if not allow_private and not _may_be_public(host.rstrip(".").lower()):
        raise ReaderError("the address lies within a private network: give one that the public network reaches")
    return url


def is_public(address: str) -> bool:
    """Whether an IP address, as text, is one of the public network; those in IPv6 clothes are judged undressed.

    IANA's special-purpose registries as `ipaddress` has them (RFC 6890), RFC 4291 2.5.5.2, RFC 6052, RFC 3056, 4380.
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
        if inner is None and found in _NAT64:
            inner = ipaddress.IPv4Address(found.packed[-4:])
        if inner is not None:
            return is_public(str(inner))
    return found.is_global and not found.is_multicast and not found.is_reserved and not found.is_unspecified


def _may_be_public(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        # `127.1` or `0x7f.1` is an address to some resolvers: a name has a letter in its last label.
        return "." in host and not host.rsplit(".", 1)[1][:1].isdigit() and not host.endswith(_LOCAL_NAMES)
    return is_public(host)
