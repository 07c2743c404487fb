"""Nobody reaches through a webhook into our network: attacks on the address, one by one."""

from __future__ import annotations

import pytest

from alpine_core.errors import ReaderError
from alpine_core.notices.target import check_target, is_public

PRIVATE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1",
    "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "64:ff9b::7f00:1", "2002:7f00:1::", "2002:a00:1::1",
    "2001:0:7f00:1:0:0:80ff:fffe", "nonsense", "",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_of_a_private_network_is_none_of_the_public_one(address: str) -> None:
    assert is_public(address) is False


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_public_network_is_one(address: str) -> None:
    assert is_public(address) is True


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/", "ftp://example.com/", "javascript:alert(1)", "//example.com/", "example.com", "",
        "https://", "https:///path", "https://user@example.com/", "https://user:pass@example.com/",
        "https://example.com/#part", "https://example.com:0/", "https://example.com:99999/", "https://exa mple.com/",
        "https://example.com/\n", "https://example.com\\@evil.example/", "https://ex\u00e4mple.com/",
        "https://localhost/", "https://a.localhost/", "https://printer.local/", "https://db.internal/",
        "https://intranet/", "https://127.0.0.1/", "https://127.1/", "https://2130706433/", "https://0x7f.0.0.1/",
        "https://0x7f000001/", "https://[::1]/", "https://[::ffff:10.0.0.1]/", "https://169.254.169.254/latest",
        "https://localhost./", "https://10.0.0.1.:8443/", f"https://example.com/{'a' * 500}", "https://[::1/",
    ],
)  # fmt: skip
def test_an_address_that_will_not_do_is_refused(url: str) -> None:
    with pytest.raises(ReaderError):
        check_target(url, allow_private=False)


@pytest.mark.parametrize(
    "url", ["https://example.com", "https://example.com:8443/a?b=c", "https://8.8.8.8/", "https://xn--exmple-cua.com/"]
)
def test_a_plain_public_https_address_is_taken(url: str) -> None:
    assert check_target(url, allow_private=False) == url


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/hook", "http://localhost/", "https://10.0.0.1/"])
def test_an_operator_may_allow_the_own_network(url: str) -> None:
    assert check_target(url, allow_private=True) == url
    with pytest.raises(ReaderError):
        check_target("ftp://127.0.0.1/", allow_private=True)
