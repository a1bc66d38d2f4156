"""What a log line holds, that no value can begin a second line, and that no password gets into it."""

import io
import json
import logging
import logging.config
import sys
import threading
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from deepstyle.api import logs
from deepstyle.api.app import create_app
from deepstyle.api.logs import BackgroundHandler, JsonFormatter, TextFormatter, fields
from deepstyle.api.resources import Resources
from deepstyle.plain import plain
from deepstyle.settings import Settings
from tests.conftest import Shop

HOSTILE = "a\nb\r\x00\x1b[2J\x9b31m\u202egpj.exe\u2028c\ufeff\ud800"
SECRETS = (
    "mongodb://shop:hunter2@db.example/shop?replicaSet=rs0",
    "mongodb+srv://shop:hunter2@db.example",
    "mongodb://shop:p@ss/hunter2@db.example,other/shop",
    "cannot reach 'mongodb://:hunter2@db.example': no answer",
    "mongodb://db.example/?tlsCertificateKeyFilePassword=hunter2&ssl=true",
    "mongodb://db.example/?authMechanismProperties=AWS_SESSION_TOKEN:hunter2",
)


def record(message: str = "request", error: BaseException | None = None, **values: object) -> logging.LogRecord:
    made = logging.LogRecord("deepstyle.api", logging.INFO, __file__, 1, message, None, None)
    made.__dict__.update(fields(**values))
    if error is not None:
        made.exc_info = (type(error), error, error.__traceback__)
    return made


def raised(message: str) -> BaseException:
    try:
        raise RuntimeError(message)
    except RuntimeError as error:
        return error


def test_json_has_time_level_logger_event_and_values() -> None:
    entry = json.loads(JsonFormatter().format(record(status=200, route="/v1/items", duration_ms=1.5)))
    assert datetime.fromisoformat(entry.pop("time")).utcoffset().total_seconds() == 0  # type: ignore[union-attr]
    expected = {"level": "info", "logger": "deepstyle.api", "event": "request"}
    assert entry == expected | {"status": 200, "route": "/v1/items", "duration_ms": 1.5}


def test_text_is_one_line_of_the_same() -> None:
    line = TextFormatter().format(record(status=200, route="/v1/items", note="two words"))
    time, level, logger, event, *values = line.split(maxsplit=6)
    assert time.endswith("Z")
    assert (level, logger, event) == ("INFO", "deepstyle.api", "request")
    assert values == ["status=200", "route=/v1/items", 'note="two words"']


@pytest.mark.parametrize("formatter", [TextFormatter(), JsonFormatter()])
@pytest.mark.parametrize("where", ["message", "value", "exception"])
def test_no_value_controls_the_log(formatter: logging.Formatter, where: str) -> None:
    made = {
        "message": lambda: record(HOSTILE),
        "value": lambda: record(note=HOSTILE),
        "exception": lambda: record(error=raised(HOSTILE)),
    }[where]()
    text = formatter.format(made)
    assert all(char == "\n" or plain(char, keep="") == char for char in text)
    text.encode()
    first, *further = text.split("\n")
    assert "deepstyle.api" in first
    assert all(line.startswith("  | ") for line in further)  # a traceback's lines cannot pass for records
    assert where == "exception" or not further


@pytest.mark.parametrize("formatter", [TextFormatter(), JsonFormatter()])
@pytest.mark.parametrize("secret", SECRETS)
def test_passwords_are_never_logged(formatter: logging.Formatter, secret: str) -> None:
    for made in (record(secret), record(note=secret), record(error=raised(secret))):
        text = formatter.format(made)
        assert "hunter2" not in text
        assert "***" in text


class Blocked(io.StringIO):
    """A stream whose reader has stopped reading."""

    def __init__(self) -> None:
        super().__init__()
        self.entered, self.free = threading.Event(), threading.Event()

    def write(self, text: str) -> int:
        self.entered.set()
        assert self.free.wait(30)
        return super().write(text)


def test_a_log_that_nobody_reads_holds_up_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Blocked()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(logs, "WAITING_LINES", 10)
    handler = BackgroundHandler()
    handler.setFormatter(TextFormatter())
    handler.handle(record("first"))
    assert stream.entered.wait(30)
    for number in range(100):  # returns, though nothing is written
        handler.handle(record(f"line {number}"))
    stream.free.set()
    while not handler.lines.empty():
        pass
    handler.close()
    written = stream.getvalue()
    assert "first" in written
    assert "line 9" in written
    assert "line 50" not in written
    assert "lines were dropped count=90" in written


def test_a_closed_stream_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    stream.close()
    monkeypatch.setattr(sys, "stderr", stream)
    handler = BackgroundHandler()
    handler.handle(record())
    handler.handle(record())
    handler.close()


@pytest.fixture
def configured() -> Iterator[None]:
    names = ("", "deepstyle", "deepstyle.access", "uvicorn")
    before = {name: (logging.getLogger(name).level, list(logging.getLogger(name).handlers)) for name in names}
    yield
    added = set(logging.getLogger().handlers) - set(before[""][1])
    for name, (level, handlers) in before.items():
        logging.getLogger(name).setLevel(level)
        logging.getLogger(name).handlers = handlers
    for handler in added:
        handler.close()


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize("access", [True, False])
def test_libraries_and_the_server_share_one_format(access: bool, capsys: pytest.CaptureFixture[str]) -> None:
    logging.config.dictConfig(logs.config("json", "info", access=access))
    logging.getLogger("uvicorn.error").warning("Invalid HTTP request received.")
    logging.getLogger("other.library").warning("careful")
    logging.getLogger("other.library").info("chatter")
    logging.getLogger("deepstyle.access").info("request", extra=fields(status=200))
    next(one for one in logging.getLogger().handlers if isinstance(one, BackgroundHandler)).close()
    lines: list[dict[str, Any]] = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["logger"] for line in lines] == ["uvicorn.error", "other.library", "deepstyle.access"][: 2 + access]


def test_an_unexpected_exception_is_logged_with_the_request_s_id(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("cannot reach mongodb://shop:hunter2@db.example")

    monkeypatch.setattr(Resources, "encode_photo", broken)
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        client.post("/search_image", files={"image": Shop.picture(3)}, headers={"x-request-id": "order-17"})
    logged = next(one for one in caplog.records if one.exc_info)
    entry = json.loads(JsonFormatter().format(logged))
    assert (entry["level"], entry["request_id"]) == ("error", "order-17")
    assert "RuntimeError" in entry["exception"]
    assert "hunter2" not in entry["exception"]
