"""Fetch a feed by its URL into a folder of its own, again only where its server says that it changed."""

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from email.message import Message
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from deepstyle.download.address import Allowed
from deepstyle.download.causes import REMEDIES, FetchError
from deepstyle.download.limits import FEEDS, Limits
from deepstyle.download.pictures import open_client, run_to_end
from deepstyle.errors import DownloadError
from deepstyle.files import read_json, write_atomic

if TYPE_CHECKING:
    from deepstyle.download.client import Answer, Client
    from deepstyle.download.connect import Resolver

FEED_SUFFIXES: Final = (
    ".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".xml", ".rss", ".xlsx", ".parquet", ".gz", ".zip",
)  # fmt: skip
_STATE: Final = "feed.state"
_MEDIA_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "text/csv": ".csv",
        "text/tab-separated-values": ".tsv",
        "application/json": ".json",
        "application/x-ndjson": ".jsonl",
        "application/jsonl": ".jsonl",
        "application/xml": ".xml",
        "text/xml": ".xml",
        "application/rss+xml": ".xml",
        "application/atom+xml": ".xml",
        "application/gzip": ".gz",
        "application/zip": ".zip",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
        "application/vnd.apache.parquet": ".parquet",
    }
)
_STARTS: Final = (
    (b"PK\x03\x04", ".zip"),
    (b"\x1f\x8b", ".gz"),
    (b"PAR1", ".parquet"),
    (b"<", ".xml"),
    (b"[", ".json"),
    (b"{", ".jsonl"),
)
_SNIFFED_BYTES: Final = 1024


@dataclass(frozen=True, slots=True)
class Fetched:
    """A feed's file; ``changed`` is False where it is byte for byte what the last call fetched."""

    path: Path
    changed: bool


@dataclass(frozen=True, slots=True)
class _State:
    """What is known of the file in the folder."""

    url: str = ""
    file: str = ""
    sha256: str = ""
    etag: str = ""
    last_modified: str = ""


def is_url(feed: str) -> bool:
    """Whether a feed is named by its URL."""
    return feed.lower().startswith(("http://", "https://"))


def feed_folder(cache_dir: Path, url: str) -> Path:
    """The folder below ``cache_dir`` that a feed is fetched into."""
    return cache_dir / "feeds" / hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def fetch_feed(
    url: str,
    folder: Path,
    *,
    allowed: Allowed = frozenset(),
    limits: Limits = FEEDS,
    resolver: "Resolver | None" = None,
) -> Fetched:
    """Fetch the feed at ``url`` into ``folder``, which holds nothing else, with the ETag or date of the last time.

    The file is called ``feed`` with the suffix of its format. Raises ``DownloadError``, ``MissingDependencyError``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    state = _read_state(folder, url)
    handle, name = tempfile.mkstemp(prefix=".feed-", dir=folder)
    try:
        os.close(handle)
        answer = run_to_end(_fetch(open_client(limits, allowed, resolver), url, Path(name), state))
        return _keep(folder, url, state, answer, Path(name))
    except FetchError as error:
        shown = url.partition("?")[0]  # a feed's query often is its password
        raise DownloadError(f"{shown}: {error.message}", remedy=REMEDIES[error.cause]) from error
    finally:
        Path(name).unlink(missing_ok=True)


async def _fetch(client: "Client", url: str, path: Path, state: _State) -> "Answer":
    from deepstyle.download.client import Validators

    with path.open("r+b") as file:
        async with client:
            return await client.fetch(url, file, Validators(state.etag, state.last_modified), packed=True)


def _keep(folder: Path, url: str, state: _State, answer: "Answer", fetched: Path) -> Fetched:
    """Put what was fetched in the place of the old file, unless it is the same. Raises ``FetchError``."""
    if not answer.is_new:
        return Fetched(folder / state.file, False)
    digest = _sha256(fetched)
    name = f"feed{_suffix(url, answer, fetched)}"
    path = folder / name
    changed = digest != state.sha256 or name != state.file
    if changed:
        fetched.replace(path)
        if state.file and state.file != name:
            (folder / state.file).unlink(missing_ok=True)
    validators = answer.validators
    new = _State(url, name, digest, validators.etag, validators.last_modified)
    write_atomic(folder / _STATE, json.dumps(asdict(new)).encode())
    return Fetched(path, changed)


def _read_state(folder: Path, url: str) -> _State:
    """What is known of the file in ``folder``; nothing where there is none, or it is of another URL."""
    try:
        values = read_json(folder / _STATE)
        state = _State(**{str(name): str(value) for name, value in values.items()})
        is_whole = state.url == url and _sha256(folder / PurePosixPath(state.file).name) == state.sha256
    except (OSError, ValueError, TypeError, AttributeError):
        return _State()
    return state if is_whole else _State()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _suffix(url: str, answer: "Answer", fetched: Path) -> str:
    """The suffix of the format: by the file's name, the media type, its first bytes. Raises ``FetchError``."""
    with fetched.open("rb") as file:
        start = file.read(_SNIFFED_BYTES).removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:14].lower() == b"<!doctype html" or start[:5].lower() == b"<html":
        raise FetchError("refused", "It is a web page, not a feed.")
    for name in (_disposition(answer.file_name), unquote(urlsplit(url).path)):
        found = [suffix.lower() for suffix in PurePosixPath(name).suffixes[-2:]]
        if found and found[-1] in FEED_SUFFIXES:
            is_packed = found[-1] == ".gz" and len(found) == 2 and found[0] in FEED_SUFFIXES
            return "".join(found) if is_packed else found[-1]
    media_type = answer.media_type.partition(";")[0].strip().lower()
    return _MEDIA_TYPES.get(media_type) or next((suffix for mark, suffix in _STARTS if start.startswith(mark)), ".csv")


def _disposition(header: str) -> str:
    """The file name in a header ``Content-Disposition``."""
    message = Message()
    message["Content-Disposition"] = header
    return message.get_filename() or ""
