"""Whose request is it: addresses, and what proxies say."""

import pytest
from starlette.datastructures import Headers

from deepstyle.api.clients import Client, client_at, client_of, trusted_networks
from deepstyle.errors import UsageError

PROXIES = "10.0.0.0/8, 127.0.0.1, 2001:db8:ffff::/48"


def client(peer: str, *forwarded: str, trusted: str = PROXIES) -> str:
    headers = Headers(raw=[(b"x-forwarded-for", value.encode("latin-1")) for value in forwarded])
    return client_of({"type": "http", "client": (peer, 1234)}, headers, trusted_networks(trusted)).name


def test_without_a_trusted_proxy_the_header_is_ignored() -> None:
    assert client("203.0.113.9", "198.51.100.1") == "203.0.113.9"
    assert client("127.0.0.1", "198.51.100.1", trusted="") == "127.0.0.1"


@pytest.mark.parametrize(
    ("forwarded", "found"),
    [
        (("198.51.100.1",), "198.51.100.1"),
        (("192.0.2.66, 198.51.100.1",), "198.51.100.1"),  # what the client itself sent stands further left
        (("198.51.100.1, 10.3.3.3, 10.2.2.2",), "198.51.100.1"),
        (("192.0.2.66", "198.51.100.1"), "198.51.100.1"),  # two headers are one list
        (("10.9.9.9, 10.3.3.3",), "10.9.9.9"),
        ((), "10.1.1.1"),
        (("",), "10.1.1.1"),
        (("unknown",), "10.1.1.1"),
        (("198.51.100.1, _hidden",), "10.1.1.1"),
        (("198.51.100.1, garbage, 10.3.3.3",), "10.3.3.3"),
        (("198.51.100.1:4711",), "198.51.100.1"),
        (("[2001:db8::7]:4711",), "2001:db8::/64"),
        (("2001:db8::7",), "2001:db8::/64"),
        (("::ffff:198.51.100.1",), "198.51.100.1"),
        (("é" * 100_000,), "10.1.1.1"),
        (("999.1.1.1",), "10.1.1.1"),
    ],
)
def test_the_right_most_entry_that_is_no_proxy(forwarded: tuple[str, ...], found: str) -> None:
    assert client("10.1.1.1", *forwarded) == found


def test_ipv6_counts_by_its_network() -> None:
    assert client_at("2001:db8:1:2:3::4") == client_at("2001:db8:1:2:ffff::1") == Client("2001:db8:1:2::/64", False)
    assert client_at("2001:db8:1:3::4").name == "2001:db8:1:3::/64"
    assert client_at("fe80::1%eth0").name == "fe80::/64"


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1", "", "a-unix-socket"])
def test_this_machine(address: str) -> None:
    assert client_at(address).is_local


def test_a_request_without_a_peer() -> None:
    assert client_of({"type": "http", "client": None}, Headers(), ()).is_local


def test_networks_that_are_none() -> None:
    with pytest.raises(UsageError, match="trusted_proxies"):
        trusted_networks("10.0.0.0/8, proxy.internal")
