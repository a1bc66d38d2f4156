"""Catalogues by path or URL, and the demo catalogue and its drawn part by their names."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from deepstyle.catalogue.feeds.tables import ARCHIVE_SUFFIXES
from deepstyle.catalogue.feeds.unpack import unpacked
from deepstyle.catalogue.source import Source, open_source
from deepstyle.download.address import read_allowed
from deepstyle.download.feed import feed_folder, fetch_feed, is_url
from deepstyle.download.folder import downloads_folder
from deepstyle.settings import Settings

DEMO: Final = "demo"
DRAWN: Final = "drawn"
"""The demo catalogue without its photographed garments, as figures and training data have it."""
DEMO_NAMES: Final = (DEMO, DRAWN)


def open_catalogue(
    path: Path | str,
    *,
    columns: Mapping[str, str] | None = None,
    encoding: str = "utf-8",
    variant: str = "",
    split: str = "",
    settings: Settings | None = None,
) -> Source:
    """The catalogue at ``path`` (``open_source``); ``"demo"`` is the demo catalogue, ``"drawn"`` its drawn part.

    Each is written into the cache once. A feed's URL is fetched into it, and an archive unpacked there, once for each
    version. Raises ``DownloadError``.
    """
    settings = settings or Settings()
    place = _located(str(path), settings)
    if place.suffix.lower() in ARCHIVE_SUFFIXES and place.is_file():
        place = unpacked(place, settings.cache_dir)
    return open_source(
        place,
        columns=columns,
        encoding=encoding,
        variant=variant,
        split=split,
        downloads=downloads_folder(settings.cache_dir),
    )


def _located(name: str, settings: Settings) -> Path:
    """The file or folder of a catalogue that is named by its path, its URL or as ``demo`` or ``drawn``."""
    if name in DEMO_NAMES:
        return _demo_folder(settings, name)
    if is_url(name):
        folder = feed_folder(settings.cache_dir, name)
        return fetch_feed(name, folder, allowed=read_allowed(settings.download_allow)).path
    return Path(name)


def store_name(data: str) -> str:
    """The name, as of a file, for the store of the catalogue ``data``: the last part of its path, or itself."""
    is_demo = data in DEMO_NAMES
    return re.sub(r"[^A-Za-z0-9._-]+", "-", data if is_demo else Path(data).resolve().stem) or "catalogue"


def _demo_folder(settings: Settings, name: str) -> Path:
    from deepstyle.demo.write import render_demo  # what draws is a fifth of the time that most commands start in

    folder = settings.cache_dir / name
    render_demo(folder, photographed=name == DEMO)
    return folder
