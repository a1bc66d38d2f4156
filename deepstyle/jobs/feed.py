"""Where a feed is, and the digest of all that an import reads of it, so that nothing is parsed where it is as before.

Of a table the content counts, of a picture its path, size and time of change: reading every picture of a large
catalogue would take as long as importing it.
"""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from deepstyle.catalogue.feeds.tables import FEED_SUFFIXES
from deepstyle.catalogue.rows import IMAGE_SUFFIXES
from deepstyle.demo.source import DEMO_NAMES, open_catalogue
from deepstyle.download.feed import feed_folder, is_url
from deepstyle.errors import DataError
from deepstyle.files import open_regular
from deepstyle.jobs.remote import fetch_feed_file
from deepstyle.settings import Settings

PICTURE_SUFFIXES: Final = frozenset(IMAGE_SUFFIXES)


def name_of(feed: str) -> str:
    """A feed's name in the store: its URL, ``demo``, ``drawn``, or its absolute path."""
    return feed if is_url(feed) or feed in DEMO_NAMES else str(Path(feed).absolute())


def locate(feed: str, settings: Settings) -> Path:
    """The feed's file or folder; one with a URL is fetched into the cache. Raises ``DataError`` for a missing one."""
    if is_url(feed):
        return fetch_feed_file(feed, feed_folder(settings.cache_dir, feed), settings)
    path = open_catalogue(feed).path if feed in DEMO_NAMES else Path(feed)
    if not path.exists():
        raise DataError(f"{path} does not exist.", remedy="Give a catalogue's folder or table, or 'demo'.")
    return path


def digest_of(path: Path) -> str:
    """The SHA-256, in hex, of a feed and of the names, sizes and times of the pictures beside it."""
    digest, is_folder = hashlib.sha256(), path.is_dir()
    folder = path if is_folder else path.parent
    if not is_folder:
        digest.update(_content(path))
    for file in _files(folder):
        suffix = os.path.splitext(file)[1].lower()  # noqa: PTH122 - a Path for each of 300,000 pictures takes seconds
        if suffix in PICTURE_SUFFIXES:
            digest.update(os.fsencode(os.path.relpath(file, folder)) + _size_and_time(file))
        elif is_folder and suffix in FEED_SUFFIXES:
            digest.update(os.fsencode(os.path.relpath(file, folder)) + _content(Path(file)))
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[str]:
    """The path of every file below ``folder``, in a fixed order; hidden folders and links to folders are left out."""
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (os.path.join(root, name) for name in sorted(names))  # noqa: PTH118


def _size_and_time(file: str) -> bytes:
    try:
        found = os.stat(file)  # noqa: PTH116
    except OSError:
        return b"\0gone\n"
    return f"\0{found.st_size}\0{found.st_mtime_ns}\n".encode()


def _content(file: Path) -> bytes:
    with open_regular(file) as opened:
        return hashlib.file_digest(opened, "sha256").digest()
