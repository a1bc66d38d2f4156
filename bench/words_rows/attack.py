"""10,000 nasty texts against a server over HTTP: what it answers, and how long it takes."""

import http.client
import json
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

MAX_ADDRESS_CHARS: Final = 6_000
"""Longer texts go into the body alone; an address of that length is refused before it is read."""


@dataclass
class Answers:
    """How many answers each status had, how long the slowest took, and the texts that failed."""

    statuses: Counter[int] = field(default_factory=Counter)
    slowest_s: float = 0.0
    times_s: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def attack(port: int, texts: Iterable[str]) -> Answers:
    """Send each text as JSON to ``POST /v1/search``, and some in the address of the other routes."""
    answers = Answers()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for number, text in enumerate(texts):
        path = ("search", "suggest", "items")[number % 3]
        _send(connection, "POST", "/v1/search", json.dumps({"text": text}).encode(), answers)
        address = quote(text.encode("utf-8", "surrogatepass"))
        if number % 4 == 0 and len(address) < MAX_ADDRESS_CHARS:
            _send(connection, "GET", f"/v1/{path}?text={address}", b"", answers)
    connection.close()
    return answers


def _send(connection: http.client.HTTPConnection, method: str, path: str, body: bytes, answers: Answers) -> None:
    started_s = time.perf_counter()
    try:
        connection.request(method, path, body or None, {"Content-Type": "application/json"} if body else {})
        response = connection.getresponse()
        response.read()
        status = response.status
    except (OSError, http.client.HTTPException):
        connection.close()
        status = 0
    answers.times_s.append(time.perf_counter() - started_s)
    answers.slowest_s = max(answers.times_s[-1], answers.slowest_s)
    answers.statuses[status] += 1
    if status == 0 or status >= 500:
        answers.failed.append(f"{method} {path[:80]} {body[:200]!r}")
