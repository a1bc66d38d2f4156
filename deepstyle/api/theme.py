"""A shop's theme: name, logo, colours, currency and languages of the website, read from one TOML file at the start."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from deepstyle.api.logo import Logo
from deepstyle.api.theme_colours import PALETTE, Scheme, with_defaults
from deepstyle.catalogue.currencies import CODES
from deepstyle.errors import DataError
from deepstyle.plain import plain

MAX_THEME_BYTES: Final = 20_000
MAX_NAME_CHARS: Final = 40
LANGUAGES: Final = ("en", "de")
"""What the website is written in."""
_HEX: Final = re.compile(r"#[0-9a-f]{6}", re.I)
_FIELDS: Final = ("name", "logo", "currency", "languages", "colours")
_SCHEMES: Final[tuple[Scheme, ...]] = ("light", "dark")


@dataclass(frozen=True, slots=True)
class Theme:
    """What a shop changes of the website; a field that is empty leaves it as it is.

    ``colours`` has all colours of a scheme where the theme changes one. The first of ``languages`` is for those whose
    browser asks for none of them.
    """

    name: str = ""
    logo: Logo | None = None
    currency: str = ""
    languages: tuple[str, ...] = ()
    colours: Mapping[Scheme, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Self:
        """The theme in the file at ``path``; raises ``DataError`` that names the file and the field."""
        table = _table(path)
        _check_names(table, _FIELDS, path, "")
        logo = _text(table, "logo", path)
        return cls(
            name=_name(table, path),
            logo=Logo.read(path.parent / logo, f"{path}: logo") if logo else None,
            currency=_currency(table, path),
            languages=_languages(table, path),
            colours=_colours(table, path),
        )


def _table(path: Path) -> Mapping[str, Any]:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_THEME_BYTES + 1)
        if len(data) > MAX_THEME_BYTES:
            raise DataError(f"{path} has over {MAX_THEME_BYTES:,} bytes.", remedy="A theme has a few lines.")
        return tomllib.loads(data.decode("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise DataError(
            f"the theme {path} cannot be read: {reason}.", remedy="Name a TOML file in DEEPSTYLE_THEME, or unset it."
        ) from error


def _check_names(table: Mapping[str, Any], known: tuple[str, ...], path: Path, prefix: str) -> None:
    for name in table:
        if name not in known:
            raise DataError(f"{path}: there is no field {prefix}{name[:40]!r}.", remedy=f"Fields: {', '.join(known)}.")


def _text(table: Mapping[str, Any], name: str, path: Path) -> str:
    value = table.get(name, "")
    if not isinstance(value, str):
        raise DataError(f"{path}: {name} is no text.", remedy=f'Write it in quotes: {name} = "…".')
    return value.strip()


def _name(table: Mapping[str, Any], path: Path) -> str:
    name = _text(table, "name", path)
    if len(name) > MAX_NAME_CHARS or plain(name, keep="") != name:
        raise DataError(
            f"{path}: name has over {MAX_NAME_CHARS} characters, or unprintable ones.", remedy="Shorten the name."
        )
    return name


def _currency(table: Mapping[str, Any], path: Path) -> str:
    code = _text(table, "currency", path)
    if code and code not in CODES:
        raise DataError(f"{path}: currency = {code[:20]!r} is no code of ISO 4217.", remedy="Write a code such as EUR.")
    return code


def _languages(table: Mapping[str, Any], path: Path) -> tuple[str, ...]:
    languages = table.get("languages", [])
    if not isinstance(languages, list) or len(languages) != len({*map(str, languages)} & {*LANGUAGES}):
        raise DataError(
            f"{path}: languages is no list of {' and '.join(LANGUAGES)}.",
            remedy='Write languages = ["de", "en"]; the first one is the default.',
        )
    return tuple(languages)


def _colours(table: Mapping[str, Any], path: Path) -> dict[Scheme, Mapping[str, str]]:
    given = table.get("colours", {})
    if not isinstance(given, dict):
        raise DataError(f"{path}: colours is no table.", remedy="Write [colours.light], and below it a line a colour.")
    _check_names(given, _SCHEMES, path, "colours.")
    return {
        scheme: with_defaults(scheme, _scheme(given[scheme], scheme, path), str(path))
        for scheme in _SCHEMES
        if scheme in given
    }


def _scheme(given: Any, scheme: Scheme, path: Path) -> dict[str, str]:
    prefix = f"colours.{scheme}"
    if not isinstance(given, dict):
        raise DataError(f"{path}: {prefix} is no table.", remedy=f"Write [{prefix}], and below it a line a colour.")
    _check_names(given, tuple(PALETTE[scheme]), path, f"{prefix}.")
    for name, value in given.items():
        if not isinstance(value, str) or not _HEX.fullmatch(value):
            raise DataError(f"{path}: {prefix}.{name} is no colour.", remedy='Write it as "#rrggbb".')
    return {name: value.lower() for name, value in given.items()}
