"""``import --download`` and feeds by URL, as a person and as a script use them."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from deepstyle.cli import app
from deepstyle.errors import DeepstyleError, DownloadError, MissingDependencyError
from deepstyle.settings import Settings
from deepstyle.shop import Shop
from tests.download.faulty_server import FaultyServer, faulty_server

RUN = CliRunner()


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultyServer]:
    """A server that this operator allows, and a cache of its own."""
    with faulty_server() as server:
        monkeypatch.setenv("DEEPSTYLE_CACHE_DIR", str(tmp_path / "cache"))
        monkeypatch.setenv("DEEPSTYLE_DOWNLOAD_ALLOW", f"127.0.0.1:{server.port}")
        monkeypatch.setenv("DEEPSTYLE_STORE", f"sqlite:///{tmp_path}/store.db")
        yield server


def rows(server: FaultyServer) -> bytes:
    """Five products: two pictures, one of two, none of one, one beside the feed, and none at all."""
    cells = [
        f'"{server.url("fine/1.jpg")},{server.url("fine/2.jpg")}"',
        f'"{server.url("gone/3.jpg")},{server.url("fine/4.jpg")}"',
        server.url("gone/5.jpg"),
        server.url("gone/local.jpg"),
        "",
    ]
    return ("id,title,image_link\n" + "".join(f"s{at},Boots,{cell}\n" for at, cell in enumerate(cells, 1))).encode()


@pytest.fixture
def feed(server: FaultyServer, tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "feed.csv").write_bytes(rows(server))
    (folder / "local.jpg").write_bytes(server.fine(7))
    return folder


def run(*arguments: object) -> Result:
    result = RUN.invoke(app, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit | DeepstyleError), result.exception
    return result


def test_nothing_is_fetched_unless_it_is_asked_for(server: FaultyServer, feed: Path) -> None:
    result = run("import", feed, "--json")
    report = json.loads(result.stdout)
    assert (result.exit_code, report["accepted"], report["download"]) == (3, 1, None)
    assert report["codes"] == {"image-url": 3, "image-missing": 1}
    assert "--download" in report["rejections"][0]["remedy"]
    assert server.connections == 0


def test_download_accepts_what_it_fetched_and_names_the_rows_of_what_it_could_not(
    server: FaultyServer, feed: Path
) -> None:
    result = run("import", feed, "--download", "--json")
    report = json.loads(result.stdout)
    assert (result.exit_code, report["accepted"], report["rejected"]) == (3, 3, 2)
    fetched = report["download"]
    assert (fetched["wanted"], fetched["downloaded"], fetched["causes"]) == (5, 3, {"not-found": 2})
    assert [(row["item_id"], row["line"], row["code"]) for row in report["rejections"]] == [
        ("s3", 4, "download-failed"),
        ("s5", 6, "image-missing"),
    ]
    assert "404 Not Found" in report["rejections"][0]["message"]
    assert [(row["item_id"], row["code"]) for row in report["warnings"]] == [("s2", "download-failed")]
    assert "gone/local.jpg" not in server.asked
    again = run("import", feed, "--download")
    assert "0 downloaded · 3 unchanged · 2 failed (2 not-found)" in again.stdout
    assert server.sent.total() == 3
    without = json.loads(run("import", feed, "--json").stdout)
    assert (without["accepted"], without["unchanged"]) == (3, 3)


def test_a_feed_by_url_is_checked_and_imported(server: FaultyServer) -> None:
    server.files["feed.csv"] = (b"id,image\na,%s\n" % server.url("fine/1.jpg").encode(), "")
    url = server.url("feed.csv")
    assert run("data", "check", url).exit_code == 1
    result = run("import", url, "--download", "--json")
    assert (result.exit_code, json.loads(result.stdout)["accepted"]) == (0, 1)
    assert (server.sent["feed.csv"], server.confirmed["feed.csv"]) == (1, 1)
    with pytest.raises(DownloadError, match="404 Not Found"):
        raise run("import", server.url("gone/feed.csv")).exception


def test_the_library_does_the_same(server: FaultyServer, feed: Path) -> None:
    seen: list[tuple[int, int]] = []
    with Shop.open() as shop:
        report = shop.import_catalogue(
            feed, download=True, on_download=lambda done, failed: seen.append((done, failed))
        )
    assert report.download is not None
    assert (report.accepted, report.download.downloaded, report.download.failed) == (3, 3, 2)
    assert seen[-1] == (5, 2)
    assert {failure.cause for failure in report.download.failures} == {"not-found"}


def test_a_limited_import_fetches_for_its_rows_only(server: FaultyServer, feed: Path) -> None:
    with Shop.open() as shop:
        report = shop.import_catalogue(feed, download=True, limit=1)
    assert report.download is not None
    assert (report.accepted, report.download.wanted) == (1, 2)


def test_without_the_extra_the_error_names_it(
    server: FaultyServer, feed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "deepstyle.download.client", raising=False)
    monkeypatch.setitem(sys.modules, "httpcore2", None)
    monkeypatch.delitem(sys.modules, "deepstyle.download.connect", raising=False)
    with Shop.open() as shop, pytest.raises(MissingDependencyError, match=r"deepstyle\[download\]"):
        shop.import_catalogue(feed, download=True)


@pytest.mark.parametrize("listed", ["127.0.0.1", "10.0.0.0/8:80", "*:80", "host:0", "host:99999", "http://host:80"])
def test_only_exact_hosts_and_ports_can_be_allowed(monkeypatch: pytest.MonkeyPatch, listed: str) -> None:
    monkeypatch.setenv("DEEPSTYLE_DOWNLOAD_ALLOW", listed)
    with pytest.raises(ValueError, match="not a host and a port"):
        Settings()
