"""Bodies that are slow, large or too many, sent to a real server byte by byte."""

import os
import threading
import time
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from deepstyle.api.app import create_app
from deepstyle.api.uploads import Upload
from deepstyle.settings import Settings
from tests.api.conftest import problem_of
from tests.api.serving import answer, begun_form, connected, form, head, served
from tests.conftest import Shop

JPEG = Shop.picture(3)
MIB = 1024 * 1024
JSON_HEAD = head("/v1/outfits:score", "Content-Type: application/json", "Content-Length: 60000") + b"{"
CHUNKED_HEAD = head("/v1/outfits:score", "Content-Type: application/json", "Transfer-Encoding: chunked") + b"1\r\n{\r\n"
STARTS = {"form": begun_form("/search_image", 100_000), "json": JSON_HEAD, "chunked": CHUNKED_HEAD}


def status_of_upload(port: int, image: bytes, address: str = "127.0.0.1") -> int:
    with connected(port, address) as connection:
        connection.sendall(form("/search_image", image))
        return answer(connection)[0]


@pytest.mark.parametrize("kind", STARTS)
def test_a_body_that_stalls(settings: Settings, kind: str) -> None:
    with served(settings.model_copy(update={"body_timeout_s": 0.2})) as port, connected(port) as connection:
        connection.sendall(STARTS[kind])
        status, headers, problem = answer(connection)
        assert (status, problem["code"]) == (408, "request-timeout")
        assert "nothing of the body came" in problem["detail"]
        assert headers["connection"] == "close"
        assert connection.recv(1) == b""


@pytest.mark.parametrize("kind", ["form", "json"])
def test_a_body_that_trickles(settings: Settings, kind: str) -> None:
    limits = {"request_timeout_s": 0.5, "body_timeout_s": 30.0}
    with served(settings.model_copy(update=limits)) as port, connected(port) as connection:
        connection.sendall(STARTS[kind])
        over = threading.Event()

        def trickle() -> None:
            while not over.wait(0.05):
                connection.sendall(b" ")

        thread = threading.Thread(target=trickle)
        thread.start()
        try:
            status, _, problem = answer(connection)
        finally:
            over.set()
            thread.join()
        assert (status, problem["code"]) == (408, "request-timeout")
        assert "the body took over" in problem["detail"]


def test_the_wait_for_an_answer_is_no_stall(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    read = Upload.read

    def slow(upload: Upload) -> bytes:
        threading.Event().wait(0.5)
        return read(upload)

    monkeypatch.setattr(Upload, "read", slow)
    with served(settings.model_copy(update={"body_timeout_s": 0.1, "request_timeout_s": 0.1})) as port:
        assert status_of_upload(port, JPEG) == 200


def test_a_greedy_client_leaves_room_for_others_and_for_small_uploads(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deepstyle.api.bodies.STALLED_S", 1e9)
    app = create_app(settings.model_copy(update={"spool_bytes": 12 * MIB}))
    gate = next(layer.kwargs["gate"] for layer in app.user_middleware if "gate" in layer.kwargs)
    with served(settings, app) as port, connected(port, "127.0.0.2") as greedy:
        greedy.sendall(begun_form("/search_image", 9 * MIB) + bytes(3 * MIB))
        while gate.spool.disk.held_bytes < 3 * MIB:
            time.sleep(0.01)
        with connected(port, "127.0.0.2") as another:
            another.sendall(begun_form("/search_image", 9 * MIB) + bytes(3 * MIB))
            status, headers, problem = answer(another)
        assert (status, problem["code"]) == (503, "overloaded")
        assert int(headers["retry-after"]) >= 1
        assert status_of_upload(port, JPEG + bytes(2 * MIB), "127.0.0.3") == 200
        assert status_of_upload(port, JPEG, "127.0.0.2") == 200
        monkeypatch.setattr("deepstyle.api.bodies.STALLED_S", 0)
        assert status_of_upload(port, JPEG + bytes(3 * MIB), "127.0.0.2") == 200
        status, _, problem = answer(greedy)  # it paused, and gave up its room
        assert (status, problem["code"]) == (503, "overloaded")
    assert gate.spool.disk.held_bytes == 0


def test_a_body_that_stalled_holds_nothing(settings: Settings) -> None:
    limits = {"spool_bytes": 12 * MIB, "body_timeout_s": 0.2}
    with served(settings.model_copy(update=limits)) as port, connected(port) as connection:
        connection.sendall(begun_form("/search_image", 9 * MIB) + bytes(3 * MIB))
        assert answer(connection)[0] == 408
        assert status_of_upload(port, JPEG + bytes(3 * MIB)) == 200


def test_a_full_temporary_folder(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = tmp_path / "tmp"
    full.mkdir()
    opened = os.open

    def no_space(path: str, *arguments: int, **named: int) -> int:
        if str(path).startswith(str(full)):
            raise OSError(28, "No space left on device")
        return opened(path, *arguments, **named)

    monkeypatch.setattr("tempfile.tempdir", str(full))
    with served(settings) as port:
        monkeypatch.setattr("os.open", no_space)
        with connected(port) as connection:
            connection.sendall(form("/search_image", JPEG + bytes(3 * MIB)))
            status, headers, problem = answer(connection)
        assert (status, problem["code"]) == (503, "storage-full")
        assert headers["retry-after"]
        assert "No space" not in problem["detail"]
        assert status_of_upload(port, JPEG) == 200  # small enough for memory
        monkeypatch.undo()
        assert list(full.iterdir()) == []
        assert status_of_upload(port, JPEG + bytes(3 * MIB)) == 200


def test_no_more_of_a_form_than_one_mebibyte_is_in_memory(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    in_memory: list[int] = []
    close = Upload.close

    def counted(upload: Upload) -> None:
        if upload.image is not None and not upload.image.file.closed and upload.image._in_memory:
            in_memory.append(upload.image.size or 0)
        close(upload)

    monkeypatch.setattr(Upload, "close", counted)
    files = [("image", (f"{number}.jpg", JPEG + bytes(700_000))) for number in range(4)]
    with TestClient(create_app(settings)) as client:
        problem_of(client.post("/v1/outfits:score", files=files), 503, "not-ready")
    assert sum(in_memory) <= MIB


def test_a_form_is_one_in_capitals_too(settings: Settings) -> None:
    with served(settings) as port, connected(port) as connection:
        connection.sendall(form("/search_image", JPEG + bytes(200_000), kind="Multipart/Form-Data"))
        assert answer(connection)[0] == 200
