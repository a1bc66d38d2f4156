"""What ``Shop.import_catalogue`` accepts as a catalogue."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, cast

from deepstyle.catalogue.feeds.given import given_source
from deepstyle.catalogue.source import Source
from deepstyle.demo.source import open_catalogue
from deepstyle.settings import Settings


def source_of(
    catalogue: str | Path | Source | Iterable[Any],
    *,
    columns: Mapping[str, str] | None = None,
    encoding: str = "utf-8",
    folder: str | Path = ".",
    variant: str = "",
    split: str = "",
    settings: Settings | None = None,
) -> Source:
    """The source at a path, a source itself, or that of rows, items or a data frame with pictures in ``folder``."""
    if isinstance(catalogue, str | Path):
        return open_catalogue(
            catalogue, columns=columns, encoding=encoding, variant=variant, split=split, settings=settings
        )
    if hasattr(type(catalogue), "records"):
        return cast(Source, catalogue)
    return given_source(catalogue, columns=columns, folder=Path(folder))
