"""Only public addresses are reached: a server that is not allowed sees no connection, however it is addressed."""

import asyncio
import ipaddress
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import httpcore2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepstyle.download.address import check_url, is_public, read_allowed
from deepstyle.download.causes import FetchError
from deepstyle.download.connect import CheckedBackend
from deepstyle.download.pictures import download_pictures
from tests.download.faulty_server import faulty_server
from tests.download.test_pictures import QUICK


def cause_of(url: str) -> str:
    try:
        check_url(url)
    except FetchError as error:
        return error.cause
    return ""


@pytest.mark.parametrize(
    ("url", "cause"),
    [
        ("https://shop.example/a.jpg", ""),
        ("http://shop.example:8080/a b.jpg?v=1#part", ""),
        ("https://müller.example/ä.jpg", ""),
        ("ftp://shop.example/a.jpg", "bad-address"),
        ("file:///etc/passwd", "bad-address"),
        ("https://", "bad-address"),
        ("https://shop.example:22/a.jpg", "bad-address"),
        ("https://shop.example:99999/a.jpg", "bad-address"),
        ("https://user:secret@shop.example/a.jpg", "bad-address"),
        ("https://user@shop.example/a.jpg", "bad-address"),
        ("https://shop.example\\@10.0.0.1/", "bad-address"),
        ("https://sh op.example/", "bad-address"),
        ("http://[::1/", "bad-address"),
        ("https://" + "a" * 9000, "bad-address"),
        ("http://2130706433/", "refused-address"),
        ("http://0x7f000001/", "refused-address"),
        ("http://0x7f.1/", "refused-address"),
        ("http://0177.0.0.1/", "refused-address"),
        ("http://127.1/", "refused-address"),
        ("http://127.0.0.1./", ""),  # four numbers: checked when it is resolved
    ],
)
def test_what_a_url_may_be(url: str, cause: str) -> None:
    assert cause_of(url) == cause


def test_a_url_is_quoted_and_its_host_is_in_ascii() -> None:
    target = check_url("HTTPS://Müller.Example:443/ä b%20c.jpg?q=ü&r=1 2#part")
    assert target.url == "https://xn--mller-kva.example/%C3%A4%20b%20c.jpg?q=%C3%BC&r=1%202"


@given(st.text(max_size=40) | st.text("htps:/@[].0x1a%?#\\", max_size=40).map("http://{}".format))
def test_any_text_is_a_target_or_a_fetch_error(url: str) -> None:
    try:
        target = check_url(url)
    except FetchError:
        return
    assert target.path.startswith(("/", "%"))
    assert target.path.isascii()
    assert target.path.isprintable()
    assert " " not in target.path


SPECIAL = [
    "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254", "169.254.169.254",
    "172.16.0.1", "172.31.255.255", "192.168.1.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "203.0.113.5", "224.0.0.1",
    "239.255.255.255", "240.0.0.1", "255.255.255.255", "192.88.99.1", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1",
    "::ffff:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::1", "2001::1", "2001:db8::1", "fc00::1",
    "fd12::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "100::1", "3fff::1", "5f00::1", "no address",
]  # fmt: skip


@pytest.mark.parametrize("address", SPECIAL)
def test_special_addresses_are_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "99.255.255.255", "172.32.0.1", "223.255.255.255", "2606:4700::1111"])
def test_public_addresses_are_not(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_no_private_address_of_the_standard_library_is_public(ip: ipaddress.IPv4Address) -> None:
    assert not is_public(str(ip)) or (ip.is_global and not ip.is_multicast)
    assert not is_public(f"::ffff:{ip}")


def test_the_operators_list_is_exact() -> None:
    allowed = read_allowed(" 127.0.0.1:8000, [::1]:81,Intranet.Local:80 ,nonsense, :9, host:x")
    assert allowed == {("127.0.0.1", 8000), ("::1", 81), ("intranet.local", 80)}
    assert check_url("http://[::1]:81/", allowed).origin == "[::1]:81"
    with pytest.raises(FetchError, match="not a usual port"):
        check_url("http://127.0.0.1:8001/", allowed)


def test_a_server_that_is_not_allowed_sees_no_connection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with faulty_server() as open_one, faulty_server() as closed:
        port = closed.port
        monkeypatch.setattr("deepstyle.download.address.USUAL_PORTS", (80, 443, port))
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{port}")
        monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{port}")
        hosts = [
            "127.0.0.1", "localhost", "2130706433", "0x7f000001", "017700000001", "127.1", "[::1]",
            "[::ffff:127.0.0.1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "rebinding.example",
            "mixed.example", "127.0.0.1.", "0.0.0.0",
        ]  # fmt: skip
        private = [f"http://{host}:{port}/fine/1.jpg" for host in hosts]
        redirects = [open_one.url(f"redirect-to/{url.encode().hex()}") for url in private]
        answers = {"rebinding.example": ["127.0.0.1"], "mixed.example": ["127.0.0.1", "8.8.8.8"]}
        asked: list[str] = []

        async def resolver(host: str, port: int) -> Sequence[str]:
            asked.append(host)
            return answers.get(host) or [host] if host != "localhost" else ["::1", "127.0.0.1"]

        report = download_pictures(
            [*private, *redirects, open_one.url("fine/1.jpg")],
            tmp_path,
            allowed=frozenset([open_one.origin]),
            limits=replace(QUICK, connect_s=0.5),
            resolver=resolver,
        )
        assert closed.connections == 0
        assert (report.downloaded, report.failed) == (1, len(private) + len(redirects))
        assert report.causes == {"refused-address": len(private) + len(redirects)}
        assert open_one.asked.total() == 1 + len(redirects)
        assert "rebinding.example" in asked


def test_the_address_that_was_checked_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is public when it is checked and private a moment later."""
    connected: list[str] = []
    answers = iter([["8.8.8.8"], ["127.0.0.1"]])

    async def resolver(host: str, port: int) -> Sequence[str]:
        return next(answers)

    async def connect_tcp(self: object, host: str, port: int, *more: object) -> object:
        connected.append(host)
        raise httpcore2.ConnectError

    monkeypatch.setattr(httpcore2.AnyIOBackend, "connect_tcp", connect_tcp)
    backend = CheckedBackend(frozenset(), resolver)
    with pytest.raises(httpcore2.ConnectError):
        asyncio.run(backend.connect_tcp("rebinding.example", 80))
    with pytest.raises(FetchError, match=r"127\.0\.0\.1, which is not a public address"):
        asyncio.run(backend.connect_tcp("rebinding.example", 80))
    assert connected == ["8.8.8.8"]
