"""Feeds by URL: fetched once, again only when they changed, named after their format."""

import gzip
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from deepstyle.download.causes import FetchError
from deepstyle.download.client import Client, retry_after_s
from deepstyle.download.feed import Fetched, fetch_feed
from deepstyle.download.pictures import run_to_end
from deepstyle.errors import DownloadError
from tests.download.faulty_server import FaultyServer, faulty_server
from tests.download.test_pictures import QUICK


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with faulty_server() as server:
        yield server


def fetch(server: FaultyServer, folder: Path, path: str, **options) -> Fetched:
    return fetch_feed(server.url(path), folder, **{"allowed": frozenset([server.origin]), "limits": QUICK, **options})


def test_a_feed_is_read_again_only_where_it_changed(server: FaultyServer, tmp_path: Path) -> None:
    server.files["feed.csv"] = (b"id,title\na,A\n", "")
    first = fetch(server, tmp_path, "feed.csv")
    assert (first.path.name, first.changed, first.path.read_bytes()) == ("feed.csv", True, b"id,title\na,A\n")
    assert not fetch(server, tmp_path, "feed.csv").changed
    assert (server.sent["feed.csv"], server.confirmed["feed.csv"]) == (1, 1)
    server.files["feed.csv"] = (b"id,title\na,B\n", "")
    again = fetch(server, tmp_path, "feed.csv")
    assert (again.changed, again.path.read_bytes()) == (True, b"id,title\na,B\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["feed.csv", "feed.state"]


def test_a_damaged_or_missing_file_is_fetched_whole(server: FaultyServer, tmp_path: Path) -> None:
    server.files["feed.csv"] = (b"id,title\na,A\n", "")
    path = fetch(server, tmp_path, "feed.csv").path
    path.write_bytes(b"half")
    assert fetch(server, tmp_path, "feed.csv") == Fetched(path, True)
    assert path.read_bytes() == b"id,title\na,A\n"
    path.unlink()
    assert fetch(server, tmp_path, "feed.csv").path.read_bytes() == b"id,title\na,A\n"
    (tmp_path / "feed.state").write_text("[1")
    assert fetch(server, tmp_path, "feed.csv").changed
    assert server.sent["feed.csv"] == 4


@pytest.mark.parametrize(
    ("path", "headers", "data", "name"),
    [
        ("feed.xml?token=1", "", b"<rss/>", "feed.xml"),
        ("a/products.csv.gz", "", gzip.compress(b"id\n1\n", mtime=0), "feed.csv.gz"),
        ("export", 'Content-Disposition: attachment; filename="Products May.TSV"\r\n', b"id\n", "feed.tsv"),
        ("export", "Content-Type: application/rss+xml; charset=utf-8\r\n", b"<rss/>", "feed.xml"),
        ("export", "Content-Disposition: attachment; filename=../../../etc/cron.csv\r\n", b"id\n", "feed.csv"),
        ("export.php", "Content-Type: application/octet-stream\r\n", b"PK\x03\x04rest", "feed.zip"),
        ("export", "Content-Type: text/plain\r\n", b'\xef\xbb\xbf [{"id": 1}]', "feed.json"),
        ("export", "", b"id;title\n1;a\n", "feed.csv"),
    ],
)
def test_the_file_has_the_suffix_of_its_format(
    server: FaultyServer, tmp_path: Path, path: str, headers: str, data: bytes, name: str
) -> None:
    server.files[path] = (data, headers)
    fetched = fetch(server, tmp_path, path)
    assert fetched.path == tmp_path / name
    assert fetched.path.read_bytes() == data


def test_gzip_on_the_way_is_undone_within_the_limit(server: FaultyServer, tmp_path: Path) -> None:
    text = b"id,title\n" + b"a,Boots\n" * 10_000
    server.files["feed.csv"] = (gzip.compress(text, mtime=0), "Content-Encoding: gzip\r\n")
    assert fetch(server, tmp_path, "feed.csv").path.read_bytes() == text
    assert server.headers["feed.csv"]["accept-encoding"] == "gzip"
    with pytest.raises(DownloadError, match="more than 200,000 bytes"):
        fetch(server, tmp_path, "gzip-bomb/feed.csv")
    server.files["cut.csv"] = (gzip.compress(text, mtime=0)[:-20], "Content-Encoding: gzip\r\n")
    with pytest.raises(DownloadError, match="ends too early"):
        fetch(server, tmp_path, "cut.csv")
    assert (tmp_path / "feed.csv").read_bytes() == text


def test_what_cannot_be_fetched_says_why_and_hides_the_query(server: FaultyServer, tmp_path: Path) -> None:
    server.files["login"] = (b"\n<!DOCTYPE HTML><p>Log in</p>", "")
    for path, why in (("gone/x?token=secret", "404 Not Found"), ("login", "web page"), ("reset/x", "broke off")):
        with pytest.raises(DownloadError, match=why) as caught:
            fetch(server, tmp_path, path)
        assert "secret" not in str(caught.value)
        assert caught.value.remedy
    with pytest.raises(DownloadError, match="not a public address"):
        fetch_feed("http://localhost/x", tmp_path, limits=QUICK)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("header", "seconds"), [("7", 7), (" 0 ", 0), ("soon", None), ("", None), ("-1", None)])
def test_retry_after(header: str, seconds: float | None) -> None:
    assert retry_after_s(header) == seconds


def test_retry_after_a_date() -> None:
    assert retry_after_s("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert (retry_after_s("Fri, 01 Jan 2100 00:00:00 GMT") or 0) > 1e9


@contextmanager
def tls_server(context: ssl.SSLContext) -> Iterator[int]:
    """A server that says "trusted" over TLS; its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "7")
            self.end_headers()
            self.wfile.write(b"trusted")

        def log_message(self, *arguments: object) -> None:
            """Nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *arguments: object) -> None:
            """A client that does not trust the certificate breaks off."""

    with Server(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_tls_verifies_the_name_and_not_the_address(tmp_path: Path) -> None:
    """The certificate of shop.example, from a server that is reached by its address."""
    certificate = Path(__file__).with_name("shop.example.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with tls_server(context) as port:
        trust = ssl.create_default_context(cafile=str(certificate))

        async def resolver(host: str, at: int) -> list[str]:
            return ["127.0.0.1"]

        async def get(host: str) -> bytes:
            allowed = frozenset([(host, port)])
            with (tmp_path / "file").open("w+b") as file:
                async with Client(QUICK, allowed, resolver=resolver, trust=trust) as client:
                    await client.fetch(f"https://{host}:{port}/", file)
            return (tmp_path / "file").read_bytes()

        assert run_to_end(get("shop.example")) == b"trusted"
        with pytest.raises(FetchError) as caught:
            run_to_end(get("other.example"))
        assert caught.value.cause == "untrusted"
