"""The cookies of consent: one holds the random token of a pseudonym, the other one says that the answer was no.

Both are out of reach of scripts. The first one exists only after consent; the second one is the same for everybody.
"""

import re
from typing import Final

from starlette.datastructures import Headers

from deepstyle.api.addresses import address
from deepstyle.people.consent import CONSENT_DAYS, DAY_S, TEXT_VERSION

CLIENT_COOKIE: Final = "deepstyle_client"
REFUSED_COOKIE: Final = "deepstyle_refused"
_TOKEN: Final = re.compile(rf"(?:^|;)\s*{CLIENT_COOKIE}=([0-9a-f]{{64}})\s*(?=;|$)")
_REFUSED: Final = re.compile(rf"(?:^|;)\s*{REFUSED_COOKIE}={re.escape(TEXT_VERSION)}\s*(?=;|$)")


def says_no(headers: Headers) -> bool:
    """Whether the browser sends Global Privacy Control (https://www.w3.org/TR/gpc/)."""
    return headers.get("sec-gpc", "").strip() == "1"


def token_in(headers: Headers) -> str:
    """The token of the pseudonym in the request's cookie, "" where it has none."""
    found = _TOKEN.search("; ".join(headers.getlist("cookie")))
    return found[1] if found else ""


def has_refused(headers: Headers) -> bool:
    """Whether this browser has refused the present text."""
    return _REFUSED.search("; ".join(headers.getlist("cookie"))) is not None


def cookies(token: str, *, is_refused: bool, is_secure: bool) -> list[str]:
    """The headers ``Set-Cookie`` after a choice: the pseudonym's token, or the refusal; the other one is dropped."""
    life_s = CONSENT_DAYS * DAY_S
    return [
        _cookie(CLIENT_COOKIE, token, life_s if token else 0, is_secure=is_secure),
        _cookie(REFUSED_COOKIE, TEXT_VERSION if is_refused else "", life_s if is_refused else 0, is_secure=is_secure),
    ]


def _cookie(name: str, value: str, life_s: int, *, is_secure: bool) -> str:
    parts = [f"{name}={value}", f"Max-Age={life_s}", f"Path={address('/')}", "HttpOnly", "SameSite=Lax"]
    return "; ".join([*parts, *(["Secure"] if is_secure else [])])
