"""Requests to a provider: small JSON answers, a timeout, no redirects, TLS unless it runs on this machine."""

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

from deepstyle.errors import ProviderError
from deepstyle.people.accounts.oidc_providers import is_protected

TIMEOUT_S: Final = 10.0
MAX_ANSWER_BYTES: Final = 512 * 1024


class _NoRedirects(HTTPRedirectHandler):
    """A redirect could lead a request with the client's secret elsewhere."""

    def redirect_request(self, *_: Any) -> None:
        return None


_opener: Final = build_opener(_NoRedirects)


def get_json(url: str) -> Mapping[str, Any]:
    """The JSON object at an address; raises ``ProviderError``."""
    return _read(Request(_checked(url), headers={"Accept": "application/json"}))  # noqa: S310  # checked


def post_form(url: str, fields: Mapping[str, str], headers: Mapping[str, str]) -> Mapping[str, Any]:
    """The JSON object that answers a form; raises ``ProviderError``."""
    sent = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded", **headers}
    return _read(Request(_checked(url), urlencode(fields).encode(), sent))  # noqa: S310  # checked


def _checked(url: str) -> str:
    if not is_protected(url):
        raise ProviderError("the provider names an address without TLS.")
    return url


def _read(request: Request) -> Mapping[str, Any]:
    try:
        with _opener.open(request, timeout=TIMEOUT_S) as answer:
            data = answer.read(MAX_ANSWER_BYTES + 1)
    except (URLError, OSError, ValueError) as error:
        raise ProviderError(f"the provider did not answer: {type(error).__name__}.") from error
    try:
        value = json.loads(data) if len(data) <= MAX_ANSWER_BYTES else None
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise ProviderError("the provider's answer is no JSON object.")
    return value
