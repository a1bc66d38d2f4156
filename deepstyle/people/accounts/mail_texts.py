"""The texts of mails, in the languages of the website; they are in ``mail_texts.toml``."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, get_args

Language = Literal["en", "de"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
Kind = Literal["confirm", "exists", "reset", "email", "email-changed", "password-changed", "passkey-added"]


def mail_text(language: Language, kind: Kind, *, shop: str, link: str = "") -> tuple[str, str]:
    """The subject and the text of a mail; ``shop`` is the website's host, ``link`` an address of it."""
    found = _texts()[language][kind]
    return f"{shop}: {found['subject']}", found["text"].format(shop=shop, link=link)


@cache
def _texts() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
