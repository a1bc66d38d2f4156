"""The protocol over real sockets, before an application that answers at once, late, at length or never."""

import asyncio
import contextlib
import itertools
import json
import random
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import uvicorn
from starlette.types import Message, Receive, Scope, Send

from deepstyle.api.limits import LIMITS
from deepstyle.api.server import PROTOCOL
from deepstyle.settings import Settings

GET = b"GET /echo HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /echo HTTP/1.1\r\nHost: x\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
LONG_BYTES = 32 * 1024 * 1024


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """``/echo``: the body's length and the headers; ``/long``: an answer of 32 MiB; ``/wait``: no answer."""
    assert scope["type"] == "http"
    size, more = 0, scope["path"] != "/early"
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size, more = size + len(message["body"]), message["more_body"]
    while scope["path"] == "/wait" and (await receive())["type"] != "http.disconnect":
        pass
    await asyncio.sleep(0.05)
    names = [name.decode() for name, _ in scope["headers"]]
    body = bytes(LONG_BYTES) if scope["path"] == "/long" else json.dumps({"size": size, "headers": names}).encode()
    length = (b"content-length", str(len(body)).encode())
    start: Message = {"type": "http.response.start", "status": 200, "headers": [length]}
    await send(start)
    await send({"type": "http.response.body", "body": body})


@dataclass(frozen=True)
class Running:
    port: int
    server: uvicorn.Server

    def connect(self, source: str = "127.0.0.1", *, receive_bytes: int = 0) -> socket.socket:
        connection = socket.socket()
        if receive_bytes:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        connection.settimeout(30)
        connection.bind((source, 0))
        connection.connect(("127.0.0.1", self.port))
        return connection

    def ask(self, request: bytes) -> bytes:
        """Everything that is received until the server closes the connection."""
        with self.connect() as connection:
            with contextlib.suppress(OSError):
                connection.sendall(request)
            return read_all(connection)


@contextlib.contextmanager
def running(monkeypatch: pytest.MonkeyPatch, **settings: object) -> Iterator[Running]:
    for name, value in settings.items():
        monkeypatch.setenv(f"DEEPSTYLE_{name.upper()}", str(value))
    server = uvicorn.Server(uvicorn.Config(application, http=PROTOCOL, ws="none", port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield Running(server.servers[0].sockets[0].getsockname()[1], server)
    finally:
        server.should_exit = server.force_exit = True
        thread.join()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    """A server whose patience is short."""
    times = {"header": 1, "keep_alive": 1, "body": 1, "request": 4, "write": 1}
    with running(monkeypatch, **{f"{name}_timeout_s": value for name, value in times.items()}) as server:
        yield server


def read_all(connection: socket.socket) -> bytes:
    data = b""
    with contextlib.suppress(ConnectionResetError):
        while part := connection.recv(65536):
            data += part
    return data


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer else 0


def body_of(answer: bytes) -> dict[str, object]:
    document: dict[str, object] = json.loads(answer.partition(b"\r\n\r\n")[2])
    return document


# -- how much ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /" + b"a" * 9000, 414),
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"GET /echo HTTP/1.1\r\nX: " + b"a" * 50_000, 431),
        (b"GET /echo HTTP/1.1\r\nX: " + b"a" * 33_000 + b"\r\n\r\n", 431),
        (b"GET /echo HTTP/1.1\r\n" + b"x: y\r\n" * 101 + b"\r\n", 431),
        (b"GET /echo HTTP/1.1\r\n" + b"a" * 50_000, 431),
        (b"\r\n" * 30_000, 431),
        (CHUNKED + b"1;" + b"a" * 50_000, 400),
        (CHUNKED + b"1\r\na\r\n" + b"1;abcdefghijklmnopqrstuvwxyz\r\na\r\n" * 2000, 400),
        (CHUNKED + b"1\r\na\r\n0\r\nX: " + b"a" * 50_000, 400),
        (CHUNKED + b"1\r\na\r\n0\r\n" + b"x: y\r\n" * 9000, 400),
        (b"NONSENSE\r\n\r\n", 400),
        (POST + b"Content-Length: x\r\n\r\n", 400),
    ],
)
def test_what_is_over_a_limit_is_refused_with_a_problem(quick: Running, request_: bytes, status: int) -> None:
    answer = quick.ask(request_)
    assert status_of(answer) == status
    problem = body_of(answer)
    assert problem["status"] == status
    assert problem["remedy"]
    assert b"content-type: application/problem+json" in answer


def test_what_is_within_the_limits_is_read(quick: Running) -> None:
    head = b"GET /echo?" + b"a" * 8000 + b" HTTP/1.1\r\nConnection: close\r\n" + b"x: y\r\n" * 98
    assert status_of(quick.ask(head + b"\r\n")) == 200
    long = b"GET /echo HTTP/1.1\r\nConnection: close\r\nX: " + b"a" * 32_000 + b"\r\n\r\n"
    assert status_of(quick.ask(long)) == 200
    bytewise = CHUNKED.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n") + b"1\r\na\r\n" * 20_000 + b"0\r\n\r\n"
    assert body_of(quick.ask(bytewise))["size"] == 20_000


def test_trailers_are_no_headers(quick: Running) -> None:
    request = (
        CHUNKED.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n") + b"1;e=1\r\na\r\n0\r\nX-Admin: yes\r\n\r\n"
    )
    document = body_of(quick.ask(request))
    assert document["size"] == 1
    assert "x-admin" not in document["headers"]  # type: ignore[operator]


def test_a_few_pipelined_requests_are_answered_in_order_and_many_are_not(quick: Running) -> None:
    last = GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    assert quick.ask(GET * 4 + last).count(b"HTTP/1.1 200 OK") == 5
    answer = quick.ask(GET * 5000)
    assert answer.count(b"HTTP/1.1 200 OK") == LIMITS["pipelined_requests"].value + 1
    assert b"HTTP/1.1 4" not in answer
    wrong_second = quick.ask(GET + b"GET /" + b"a" * 9000)
    assert wrong_second.count(b"HTTP/1.1") == 1
    assert status_of(wrong_second) == 200


def test_uploads_behind_each_other_are_not_taken_for_a_long_head(quick: Running) -> None:
    upload = POST + b"Content-Length: 200000\r\n\r\n" + bytes(200_000)
    last = upload.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1)
    answer = quick.ask(upload * 3 + last)
    assert answer.count(b'"size": 200000') == 4


# -- how long ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"", 0),
        (b"\r\n", 0),
        (b"GET /echo HTTP/1.1\r\nX: ", 408),
        (POST + b"Content-Length: 100000\r\n\r\n", 408),
        (POST + b"Content-Type: application/json\r\nContent-Length: 60000\r\n\r\n{", 408),
        (CHUNKED + b"1\r\na\r\n0\r\nX: ", 408),
        (GET + b"\r\n", 200),
    ],
)
@pytest.mark.parametrize("dripping", [False, True])
def test_a_client_that_keeps_the_server_waiting_is_disconnected(
    quick: Running, sent: bytes, status: int, dripping: bool
) -> None:
    drip = sent[-1:] or b"\r"
    with quick.connect() as connection:
        connection.sendall(sent)
        connection.settimeout(0.2)
        answer = b""
        for _ in range(150):
            try:
                part = connection.recv(65536)
            except TimeoutError:
                pass
            except ConnectionResetError:  # what dripped after the server had closed
                break
            else:
                answer += part
                if not part:
                    break
            if dripping:
                with contextlib.suppress(OSError):
                    connection.sendall(drip)
        else:
            raise AssertionError("the connection is still open")
    assert status_of(answer) == status


def test_a_body_that_arrives_steadily_may_take_longer_than_a_pause(quick: Running) -> None:
    with quick.connect() as connection:
        connection.sendall(POST + b"Connection: close\r\nContent-Length: 160000\r\n\r\n")
        for _ in range(20):
            connection.sendall(bytes(8000))
            time.sleep(0.1)
        assert body_of(read_all(connection))["size"] == 160_000


def test_a_body_may_not_take_forever(quick: Running) -> None:
    with quick.connect() as connection, contextlib.suppress(OSError):
        connection.sendall(POST + b"Content-Length: 100000000\r\n\r\n")
        for sent in range(200):
            connection.sendall(bytes(8000))
            time.sleep(0.1)
            assert sent < 199, "the connection is still open"


def test_a_client_that_does_not_read_its_answer_is_disconnected(quick: Running) -> None:
    with quick.connect(receive_bytes=4096) as connection:
        connection.sendall(GET.replace(b"/echo", b"/long"))
        for _ in range(100):
            if not quick.server.server_state.connections and not quick.server.server_state.tasks:
                break
            time.sleep(0.2)
        else:
            raise AssertionError("the connection is still open")


def test_a_client_that_reads_slowly_gets_its_answer(quick: Running) -> None:
    with quick.connect(receive_bytes=65536) as connection:
        connection.sendall(GET.replace(b"/echo", b"/long"))
        size = 0
        while size < LONG_BYTES:
            size += len(connection.recv(1024 * 1024))
            time.sleep(0.005)


def test_a_request_in_work_has_time(quick: Running) -> None:
    with quick.connect() as connection:
        connection.sendall(GET.replace(b"/echo", b"/wait"))
        connection.settimeout(4)
        with pytest.raises(TimeoutError):
            connection.recv(1)


# -- how many ----------------------------------------------------------------------------------------------------------
def test_the_longest_waits_of_a_client_end_when_it_has_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    with running(monkeypatch, max_connections_per_client=10) as server, contextlib.ExitStack() as stack:
        first = [stack.enter_context(server.connect()) for _ in range(10)]
        time.sleep(0.1)
        second = [stack.enter_context(server.connect()) for _ in range(5)]
        other = stack.enter_context(server.connect("127.0.0.2"))
        assert sum(read_all(connection) == b"" for connection in first[:5]) == 5
        for connection in (*first[5:], *second, other):
            connection.sendall(GET)
            assert status_of(connection.recv(65536)) == 200


def test_a_proxy_is_not_limited_as_one_client(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = {"max_connections_per_client": 3, "trusted_proxies": "127.0.0.0/30"}
    with running(monkeypatch, **limits) as server, contextlib.ExitStack() as stack:
        held = [stack.enter_context(server.connect()) for _ in range(20)]
        time.sleep(1.5)
        for connection in held:
            connection.sendall(GET)
            assert status_of(connection.recv(65536)) == 200


def test_a_new_connection_takes_the_place_of_the_longest_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    with running(monkeypatch, max_connections=20) as server, contextlib.ExitStack() as stack:
        for number in range(60):
            stack.enter_context(server.connect(f"127.0.0.{2 + number % 8}"))
        assert b"200 OK" in server.ask(GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        assert len(server.server.server_state.connections) <= 20


def test_where_every_client_is_being_answered_a_new_one_is_asked_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with running(monkeypatch, max_connections=5) as server, contextlib.ExitStack() as stack:
        for _ in range(5):
            stack.enter_context(server.connect()).sendall(GET.replace(b"/echo", b"/wait"))
        while len(server.server.server_state.tasks) < 5:
            time.sleep(0.01)
        answer = server.ask(b"")
        assert status_of(answer) == 503
        assert b"retry-after: 1\r\n" in answer
        assert body_of(answer)["code"] == "overloaded"


# -- what stays as it is -----------------------------------------------------------------------------------------------
def test_connections_are_kept_and_an_upgrade_is_declined(quick: Running) -> None:
    with quick.connect() as connection:
        for _ in range(3):
            connection.sendall(GET)
            answer = connection.recv(65536)
            assert status_of(answer) == 200
            assert b"connection: close" not in answer
    for protocol in (b"websocket", b"h2c"):
        asked = b"\r\nConnection: Upgrade\r\nUpgrade: " + protocol + b"\r\nSec-WebSocket-Version: 13\r\n\r\n"
        answer = quick.ask(GET.replace(b"\r\n\r\n", asked) + GET)
        assert answer.count(b"HTTP/1.1") == 1
        assert status_of(answer) == 200
        assert b"connection: close" in answer


def test_a_head_request_and_the_old_protocol_are_answered(quick: Running) -> None:
    head = quick.ask(GET.replace(b"GET", b"HEAD").replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    assert status_of(head) == 200
    assert head.endswith(b"\r\n\r\n")
    assert status_of(quick.ask(GET.replace(b"1.1", b"1.0"))) == 200


def test_a_client_that_expects_to_be_asked_for_its_body_is(quick: Running) -> None:
    with quick.connect() as connection:
        connection.sendall(POST + b"Expect: 100-continue\r\nConnection: close\r\nContent-Length: 3\r\n\r\n")
        assert connection.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"abc")
        assert body_of(read_all(connection))["size"] == 3


def test_a_feed_to_import_may_take_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    rest = b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 20\r\n\r\n"
    with running(monkeypatch, request_timeout_s=1, import_timeout_s=60) as server:
        for path, status in ((b"/v1/imports?name=a.csv", 200), (b"/v1/imports/a", 408)):
            with server.connect() as connection:
                connection.sendall(b"POST " + path + rest)
                for _ in range(20):
                    with contextlib.suppress(OSError):
                        connection.sendall(b"x")
                    time.sleep(0.1)
                assert status_of(read_all(connection)) == status


def test_the_settings_have_the_defaults_of_the_table() -> None:
    for limit in LIMITS.values():
        if limit.setting:
            default = f"{limit.value}/minute" if limit.name.endswith("_per_minute") else limit.value
            assert getattr(Settings(), limit.setting) == default, limit.name


VALID = (
    GET,
    GET.replace(b"GET", b"OPTIONS"),
    POST + b"Content-Length: 5\r\n\r\nhello",
    CHUNKED + b"3;e=1\r\nabc\r\n2\r\nde\r\n0\r\nX-T: 1\r\n\r\n",
)


def test_it_does_not_matter_where_a_request_is_cut(quick: Running) -> None:
    rng = random.Random(1)
    for _ in range(30):
        chosen = rng.choices(VALID, k=5)
        data = b"".join(chosen) + GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
        cuts = [0, *sorted(rng.sample(range(1, len(data)), 6)), len(data)]
        with quick.connect() as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for start, end in itertools.pairwise(cuts):
                connection.sendall(data[start:end])
                time.sleep(0.002)
            answers = read_all(connection)
        assert answers.count(b"HTTP/1.1 200 OK") == 6
        assert answers.count(b'"size": 5') == sum(request.startswith(b"POST") for request in chosen)


def test_damaged_requests_raise_nothing_and_end(quick: Running, caplog: pytest.LogCaptureFixture) -> None:
    rng = random.Random(2)
    for _ in range(300):
        data = bytearray(b"".join(rng.choices(VALID, k=3)))
        for _ in range(rng.choice((1, 3, 20))):
            at = rng.randrange(len(data))
            data[at : at + rng.choice((0, 1, 4))] = rng.choice((b"", b"\0", b"\r\n", b"\xff", b"0", b":", b"a" * 9000))
        with quick.connect() as connection, contextlib.suppress(OSError):
            connection.sendall(bytes(data))
            connection.shutdown(socket.SHUT_WR)
            for line in read_all(connection).split(b"\r\n"):
                assert not line.startswith(b"HTTP/1.1 5")
    assert [record for record in caplog.records if record.exc_info or record.name == "asyncio"] == []
    for _ in range(100):
        if not quick.server.server_state.connections:
            break
        time.sleep(0.1)
    assert not quick.server.server_state.connections
