"""The server's log: one record a line on stderr, for people or as JSON.

The standard ``logging`` does the work, so that the server's own records and the libraries' take the same way; what is
added here is small enough to need no library. A record has a time, a level, a logger, an event and, as
``extra=fields(…)``, named values. Nothing that a client sends is in it but a short plain request id.
"""

import json
import logging
import queue
import re
import sys
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from logging.handlers import QueueHandler
from typing import Any, Final

from deepstyle.plain import plain
from deepstyle.settings import LogFormat, LogLevel

ACCESS: Final = "deepstyle.access"
WAITING_LINES: Final = 10_000
_CLOSE_TIMEOUT_S: Final = 2.0
_BARE: Final = re.compile(r'[^\s"=]+')
_CREDENTIALS: Final = re.compile(r"(?<=://)([^\s:@/?#]*):\S*@")
_TOKEN: Final = re.compile(r"(ds[klps]_)[0-9a-f]{8,}")  # of an API key, a session or a one-time link
_SECRET_OPTION: Final = re.compile(r"(?i)((?:password|passwd|secret|token)[\w.-]*[=:])[^\s&'\"]+")


def fields(**values: object) -> dict[str, Mapping[str, object]]:
    """Named values of a record: ``log.info("request", extra=fields(status=200))``."""
    return {"fields": values}


def redacted(text: str) -> str:
    """``text`` without the passwords of the URLs, the secret options and the API keys and sessions in it."""
    return _SECRET_OPTION.sub(r"\1***", _CREDENTIALS.sub(r"\1:***@", _TOKEN.sub(r"\1***", text)))


class TextFormatter(logging.Formatter):
    """For people: ``time level logger event name=value …``, and a traceback below it, indented."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line; no value can begin a second one."""
        values = [f"{name}={_plain(value)}" for name, value in _fields(record).items()]
        head = f"{_time(record)} {record.levelname:<8} {record.name}"
        line = " ".join([head, _escaped(redacted(record.getMessage())), *values])
        traceback = redacted(_traceback(self, record)).splitlines()
        return "\n".join([line, *(f"  | {_escaped(part)}" for part in traceback)])


class JsonFormatter(logging.Formatter):
    """For machines: one JSON object a line, ASCII only, the traceback as ``exception``."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON."""
        entry: dict[str, object] = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": redacted(record.getMessage()),
        }
        entry |= {name: _redacted_value(value) for name, value in _fields(record).items()}
        if traceback := _traceback(self, record):
            entry["exception"] = redacted(traceback)
        return json.dumps(entry, ensure_ascii=True, default=str)


class BackgroundHandler(QueueHandler):
    """Writes to stderr from a thread of its own: a log that nobody reads never holds up a request.

    At most ``WAITING_LINES`` wait; further ones are dropped, and their number is logged once there is room.
    """

    def __init__(self) -> None:
        self.lines: queue.Queue[str | None] = queue.Queue(WAITING_LINES)
        super().__init__(self.lines)
        self.dropped = 0
        self._writer = threading.Thread(target=self._write, name="log", daemon=True)
        self._writer.start()

    def prepare(self, record: logging.LogRecord) -> str:
        """The line, formatted by the thread that logs: what it refers to may change later."""
        return self.format(record)

    def enqueue(self, record: Any) -> None:
        """Queue the line, or count it where the queue is full."""
        try:
            self.lines.put_nowait(record)
        except queue.Full:
            self.dropped += 1

    def close(self) -> None:
        """Write what waits, as long as somebody reads it."""
        if self._writer.is_alive():
            self.enqueue(None)
            self._writer.join(_CLOSE_TIMEOUT_S)
        super().close()

    def _write(self) -> None:
        while (line := self.lines.get()) is not None:
            _print(line)
            if self.dropped and self.lines.empty():
                count, self.dropped = self.dropped, 0
                lost = logging.LogRecord(__name__, logging.WARNING, "", 0, "lines were dropped", None, None)
                lost.__dict__.update(fields(count=count))
                _print(self.format(lost))


def config(log_format: LogFormat, level: LogLevel, *, access: bool) -> dict[str, Any]:
    """The ``logging.config.dictConfig`` of one server process; plain values, so that it can be passed to workers."""
    formatter = f"{__name__}.{'JsonFormatter' if log_format == 'json' else 'TextFormatter'}"
    upper = level.upper()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter}},
        "handlers": {"stderr": {"()": f"{__name__}.BackgroundHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "deepstyle": {"level": upper},
            ACCESS: {"level": "INFO" if access else "CRITICAL"},
            "uvicorn": {"level": upper, "propagate": True},
        },
    }


def _print(line: str) -> None:
    try:
        sys.stderr.write(line + "\n")
        sys.stderr.flush()
    except (OSError, ValueError):  # a full disk, a closed pipe: serving goes on without a log
        pass


def _fields(record: logging.LogRecord) -> Mapping[str, object]:
    values: Mapping[str, object] = getattr(record, "fields", {})
    return values


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _traceback(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    return formatter.formatException(record.exc_info) if record.exc_info else ""


def _redacted_value(value: object) -> object:
    return redacted(value) if isinstance(value, str) else value


def _escaped(text: str) -> str:
    return plain(text, keep="")  # on one line


def _plain(value: object) -> str:
    """A value of the text format; quoted where it has a space, a quote or an equals sign, or is empty."""
    if isinstance(value, int | float):
        return str(value)
    text = _escaped(redacted(str(value)))
    return text if _BARE.fullmatch(text) else json.dumps(text, ensure_ascii=False)
