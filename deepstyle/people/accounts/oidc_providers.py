"""The providers that people may sign in with by OpenID Connect, read from one TOML file at the start.

::

    [example]                                # the part of the address: /v1/accounts/oidc/example
    name = "Example"                         # what the button says
    issuer = "https://accounts.example.com"
    client_id = "…"
    client_secret = "…"
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from deepstyle.errors import DataError

_KEY: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_FIELDS: Final = ("name", "issuer", "client_id", "client_secret")


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider that this shop is registered with."""

    key: str
    name: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)


def read_providers(path: Path) -> Mapping[str, Provider]:
    """The providers in a file, by their key; raises ``DataError`` that names the file and the field."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise DataError(f"{path} cannot be read: {reason}.", remedy="Name a TOML file in DEEPSTYLE_OIDC.") from error
    return {key: _provider(path, key, values) for key, values in table.items()}


def is_protected(url: str) -> bool:
    """Whether what is sent to an address is encrypted, or stays on this machine."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and _is_here(parts.hostname)))


def _is_here(host: str | None) -> bool:
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False


def _provider(path: Path, key: str, values: Any) -> Provider:
    if not _KEY.fullmatch(key) or not isinstance(values, dict):
        raise DataError(
            f"{path}: {key[:40]!r} is no provider.", remedy="Write a table such as [example], in small letters."
        )
    for name in values.keys() - set(_FIELDS):
        raise DataError(f"{path}: there is no field {key}.{name[:40]}.", remedy=f"Fields: {', '.join(_FIELDS)}.")
    for name in _FIELDS:
        if not isinstance(values.get(name), str) or not values[name]:
            raise DataError(f"{path}: {key}.{name} is missing.", remedy=f'Write {name} = "…" below [{key}].')
    if not is_protected(values["issuer"]):
        raise DataError(f"{path}: {key}.issuer is no https:// address.", remedy="Write the provider's issuer URL.")
    return Provider(key, **values)
