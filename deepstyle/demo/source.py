"""Catalogues by path, and the demo catalogue by its name."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from deepstyle.catalogue.feeds.tables import ARCHIVE_SUFFIXES
from deepstyle.catalogue.feeds.unpack import unpacked
from deepstyle.catalogue.source import Source, open_source
from deepstyle.demo.write import render_demo
from deepstyle.settings import Settings

DEMO: Final = "demo"


def open_catalogue(
    path: Path | str,
    *,
    columns: Mapping[str, str] | None = None,
    encoding: str = "utf-8",
    variant: str = "",
    split: str = "",
) -> Source:
    """The catalogue at ``path`` (``open_source``); ``"demo"`` is the demo catalogue, drawn into the cache once.

    An archive with pictures is unpacked into the cache, once for each version of it.
    """
    place = _demo_folder() if str(path) == DEMO else Path(path)
    if place.suffix.lower() in ARCHIVE_SUFFIXES and place.is_file():
        place = unpacked(place, Settings().cache_dir)
    return open_source(place, columns=columns, encoding=encoding, variant=variant, split=split)


def store_name(data: str) -> str:
    """The name, as of a file, for the store of the catalogue ``data``: the last part of its path, or ``demo``."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", Path(data).resolve().stem if data != DEMO else data) or "catalogue"


def _demo_folder() -> Path:
    folder = Settings().cache_dir / DEMO
    render_demo(folder)
    return folder
