"""JSON that clients send."""

import json
from typing import Any

from fastapi import Request

from deepstyle.api.problems import ProblemError


def is_json(request: Request) -> bool:
    """Whether the request says that its body is JSON."""
    return request.headers.get("content-type", "").lower().startswith("application/json")


def parse_json(text: bytes | str, what: str = "the body") -> Any:
    """The value of ``text``; raises ``ProblemError`` (malformed-request) for what is not JSON."""
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:  # a number of thousands of digits is a plain ValueError
        raise ProblemError(
            "malformed-request", f"{what} cannot be read as JSON: {error}", remedy="Send well-formed JSON."
        ) from None


def parse_object(text: bytes | str, what: str = "the body") -> dict[str, Any]:
    """The JSON object in ``text``; raises ``ProblemError``."""
    value = parse_json(text, what)
    if not isinstance(value, dict):
        raise ProblemError("invalid-parameter", f"{what} is no JSON object.")
    return value


def _refuse_constant(name: str) -> None:
    """Python would accept NaN and Infinity, which are not JSON."""
    raise ValueError(f"{name} is not JSON")
