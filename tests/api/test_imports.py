"""Imports over HTTP: what is queued, what is refused, and how one is followed."""

import asyncio
import contextlib
import json
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from deepstyle.api import event_stream, import_uploads
from deepstyle.api.app import create_app
from deepstyle.api.event_stream import Event, Streams, events
from deepstyle.api.server import PROTOCOL
from deepstyle.errors import OverloadedError
from deepstyle.jobs.journal import Journal
from deepstyle.jobs.runner import work_until_idle
from deepstyle.jobs.stopping import Stop
from deepstyle.settings import Settings
from deepstyle.shop import Shop
from deepstyle.store import open_store
from tests.api.conftest import bearer, problem_of
from tests.api.serving import connected, head, served
from tests.jobs.feeds import Feed

CSV = {"content-type": "text/csv"}
ROUTES = (
    ("POST", "/v1/imports"),
    ("GET", "/v1/imports"),
    ("GET", f"/v1/imports/{'0' * 32}"),
    ("DELETE", f"/v1/imports/{'0' * 32}"),
    ("GET", f"/v1/imports/{'0' * 32}/events"),
)


@pytest.fixture
def settings(tiny_model: Path, tmp_path: Path) -> Settings:
    """A server whose store is not there yet: the first import creates it."""
    folders = {"cache_dir": tmp_path / "cache", "imports_dir": tmp_path / "imports"}
    store = f"sqlite:///{tmp_path}/shop.db"
    return Settings(store=store, model=str(tiny_model), upload_rate_limit="", **folders)


@pytest.fixture
def journal(settings: Settings) -> Journal:
    return Journal.of(settings.resolved())


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings), headers=bearer(settings)) as opened:
        yield opened


def work(settings: Settings, journal: Journal) -> None:
    with Shop.open(settings=settings) as shop:
        work_until_idle(shop, journal, Stop(), idle_s=0)


def test_without_a_key_nothing_is_written_or_told(settings: Settings, journal: Journal) -> None:
    open_store(settings.store).close()
    with TestClient(create_app(settings)) as client:
        for method, path in ROUTES:
            problem_of(client.request(method, path, content=b"item_id\n1\n", headers=CSV), 403, "writes-disabled")
    assert not journal.folder.exists()


def test_an_archive_is_imported_and_followed(
    client: TestClient, settings: Settings, journal: Journal, tmp_path: Path
) -> None:
    feed = Feed(tmp_path / "feed", items=5).draw()
    with zipfile.ZipFile(tmp_path / "feed.zip", "w") as archive:
        for file in feed.folder.iterdir():
            archive.write(file, file.name)
    data = (tmp_path / "feed.zip").read_bytes()
    answer = client.post("/v1/imports", content=data, headers={"content-type": "application/zip"})
    assert answer.status_code == 202
    address, queued = answer.headers["location"], answer.json()
    assert (queued["state"], queued["source"]) == ("queued", "feed.zip")
    assert client.get(address).json() == queued
    worker = threading.Thread(target=work, args=(settings, journal))
    worker.start()
    with client.stream("GET", f"{address}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        received = list(parse("".join(stream.iter_text())))
    worker.join()
    numbers = [number for number, _, _ in received]
    assert numbers == sorted(set(numbers))
    assert [name for _, name, _ in received[:-1]] == ["progress"] * (len(received) - 1)
    _, name, last = received[-1]
    assert (name, last["state"], last["added"], last["encoded"]) == ("end", "succeeded", 5, 5)
    assert client.get("/v1/imports").json() == {"imports": [last]}
    wait_until(lambda: client.get("/v1/items/i001").status_code == 200)  # the server looks for its store now and then
    assert not any(journal.folder.glob("*/"))
    with client.stream("GET", f"{address}/events", headers={"Last-Event-ID": str(numbers[-1])}) as stream:
        assert "".join(stream.iter_text()) == ""


def parse(text: str) -> Iterator[tuple[int, str, dict]]:
    for block in text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if fields:
            yield int(fields["id"]), fields["event"], json.loads(fields["data"])


def test_an_import_is_cancelled_once(client: TestClient, settings: Settings, journal: Journal) -> None:
    job = client.post("/v1/imports?name=feed.csv&prune=true", content=b"item_id\na\n", headers=CSV).json()
    cancelled = client.delete(f"/v1/imports/{job['job_id']}")
    assert (cancelled.status_code, cancelled.json()["cancel_requested"]) == (202, True)
    work(settings, journal)
    ended = client.get(f"/v1/imports/{job['job_id']}").json()
    assert ended["state"] == "cancelled"
    assert client.delete(f"/v1/imports/{job['job_id']}").json() == ended
    problem_of(client.delete(f"/v1/imports/{'0' * 32}"), 404, "unknown-import")


REFUSED = (
    ("", "text/csv", b"", 422, "bad-feed"),
    ("", "image/jpeg", b"x", 422, "bad-feed"),
    ("?name=feed.exe", "text/csv", b"x", 422, "bad-feed"),
    ("?name=../feed.csv", "text/csv", b"x", 422, "invalid-parameter"),
    ("?name=.csv", "text/csv", b"x", 422, "invalid-parameter"),
    ("?prune_limit=101", "text/csv", b"x", 422, "invalid-parameter"),
    ("", "application/json", b"{", 400, "malformed-request"),
    ("", "application/json", b'{"url": "file:///etc/passwd"}', 422, "invalid-parameter"),
    ("", "application/json", b'{"path": "/etc/passwd"}', 422, "invalid-parameter"),
    ("", "application/json", b'{"url": "https://shop.example/feed.csv"}', 403, "urls-disabled"),
)


def test_what_is_no_import(client: TestClient, journal: Journal) -> None:
    for query, kind, content, status, code in REFUSED:
        answer = client.post(f"/v1/imports{query}", content=content, headers={"content-type": kind})
        problem_of(answer, status, code)
    assert not any(journal.folder.glob("*/"))
    assert journal.jobs() == []


def test_a_form_with_the_file(client: TestClient, journal: Journal) -> None:
    content = b"item_id,title\r\n--x\r\n" * 100_000  # of several pieces, and what looks like a boundary
    for name, stored in (("feed.csv", "feed.csv"), ("C:\\Böden\\März (1).CSV", "feed.csv"), ("../../a.tsv", "a.tsv")):
        answer = client.post("/v1/imports?prune=true", files={"feed": (name, content)})
        assert answer.status_code == 202, answer.text
        job = journal.jobs()[0]
        assert job.request == {"name": stored, "prune": True, "prune_limit": 10.0}
        assert (journal.upload_folder(job.job_id) / stored).read_bytes() == content
    jobs = len(journal.jobs())
    form = {"content-type": "multipart/form-data; boundary=xx"}
    two = [("feed", ("a.csv", b"x")), ("feed", ("b.csv", b"x"))]
    problem_of(client.post("/v1/imports", files=two), 422, "bad-feed")
    problem_of(client.post("/v1/imports", files={"feed": ("a.jpg", b"x")}), 422, "bad-feed")
    problem_of(client.post("/v1/imports", content=b"--xx\r\n\r\nno file\r\n--xx--\r\n", headers=form), 422, "bad-feed")
    cut = b'--xx\r\nContent-Disposition: form-data; filename="a.csv"\r\n\r\nitem_id'
    long = b"--xx\r\n" + b"a" * 9000 + b": x\r\n\r\n"
    for body in (cut, b"no form", long):
        problem_of(client.post("/v1/imports", content=body, headers=form), 400, "malformed-request")
    no_boundary = {"content-type": "multipart/form-data"}
    problem_of(client.post("/v1/imports", content=b"x", headers=no_boundary), 400, "malformed-request")
    assert len(list(journal.folder.glob("*/"))) == len(journal.jobs()) == jobs


def test_a_feed_by_url_where_that_is_allowed(settings: Settings, journal: Journal) -> None:
    app = create_app(settings.model_copy(update={"import_urls": True}))
    with TestClient(app, headers=bearer(settings)) as client:
        job = client.post("/v1/imports", json={"url": "https://shop.example/feed.csv?token=s3cret"}).json()
    assert job["source"] == "https://shop.example/feed.csv"
    assert journal.jobs()[0].request["url"].endswith("s3cret")


def test_an_upload_is_bounded_by_itself_and_with_the_others(settings: Settings, journal: Journal) -> None:
    app = create_app(settings.model_copy(update={"import_bytes": 3_000_000, "imports_bytes": 4_000_000}))
    with TestClient(app, headers=bearer(settings)) as client:
        assert client.post("/v1/imports", content=bytes(3_000_000), headers=CSV).status_code == 202
        problem_of(client.post("/v1/imports", content=bytes(3_000_001), headers=CSV), 413, "body-too-large")
        problem_of(client.post("/v1/imports", content=bytes(1_000_001), headers=CSV), 503, "storage-full")
        assert client.post("/v1/imports", content=bytes(1_000_000), headers=CSV).status_code == 202
    assert len(list(journal.folder.glob("*/"))) == 2


def test_so_many_imports_wait_and_a_refused_one_leaves_nothing(client: TestClient, journal: Journal) -> None:
    for _ in range(20):
        assert client.post("/v1/imports", content=b"item_id\n", headers=CSV).status_code == 202
    answer = client.post("/v1/imports", content=b"item_id\n", headers=CSV)
    problem_of(answer, 503, "overloaded")
    assert len(list(journal.folder.glob("*/"))) == 20


def test_an_upload_that_breaks_off_leaves_nothing(settings: Settings, journal: Journal) -> None:
    app, key = create_app(settings), bearer(settings)["Authorization"]
    with served(settings, app) as port:
        with connected(port) as connection:
            connection.sendall(
                head("/v1/imports", "Content-Type: text/csv", "Content-Length: 1000", f"Authorization: {key}")
                + b"item_id\n"
            )
            wait_until(lambda: any(journal.folder.glob("*/arriving")))
        wait_until(lambda: not any(journal.folder.glob("*/")))
    assert journal.jobs() == []


def wait_until(condition) -> None:
    pause = threading.Event()
    for _ in range(600):
        if condition():
            return
        pause.wait(0.05)
    raise AssertionError("it did not come about")


def test_a_full_disk_is_said(client: TestClient, monkeypatch: pytest.MonkeyPatch, journal: Journal) -> None:
    async def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(import_uploads, "_receive", full)
    problem_of(client.post("/v1/imports", content=b"x", headers=CSV), 503, "storage-full")
    assert not any(journal.folder.glob("*/"))


def test_a_stream_ends_with_the_server(settings: Settings, journal: Journal) -> None:
    app, job = create_app(settings), journal.add({"name": "feed.csv"})  # nobody works on it
    key = bearer(settings)["Authorization"]
    with contextlib.ExitStack() as stack:
        with served(settings, app, http=PROTOCOL) as port:
            connection = stack.enter_context(connected(port))
            connection.sendall(head(f"/v1/imports/{job.job_id}/events", f"Authorization: {key}", method="GET"))
            received = b""
            while b"event: progress" not in received:
                received += connection.recv(65536)
        while part := connection.recv(65536):
            received += part
    assert received.endswith(b"0\r\n\r\n")  # whole, not cut off


def test_a_stream_has_a_place_a_pulse_and_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_stream, "POLL_S", 0.01)
    monkeypatch.setattr(event_stream, "HEARTBEAT_S", 0.02)
    streams = Streams()
    held = [streams.take() for _ in range(event_stream.MOST_STREAMS - 1)]

    async def state() -> Event:
        return Event(7, "progress", {}, is_last=False)

    async def received() -> list[bytes]:
        stopping, lines = asyncio.Event(), []
        async for line in events(streams.take(), state, 0, stopping):
            lines.append(line)
            if len(lines) == 3:
                with pytest.raises(OverloadedError):
                    streams.take()
                stopping.set()  # the server ends
        return lines

    first, *pulse = asyncio.run(received())
    assert first == b"id: 7\nevent: progress\ndata: {}\n\n"
    assert pulse == [b": waiting\n\n"] * 2
    held.append(streams.take())
