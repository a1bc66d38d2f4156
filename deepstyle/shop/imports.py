"""Import a catalogue; before it, fetch the pictures that it gives by URL."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any, cast

from deepstyle.catalogue.rows import Omission, Record, Rejection
from deepstyle.catalogue.source import Source
from deepstyle.compatibility.own_outfits import catalogue_outfits, keep_outfits
from deepstyle.download.address import read_allowed
from deepstyle.download.folder import DownloadReport, downloads_folder
from deepstyle.download.pictures import OnDownload, download_pictures
from deepstyle.errors import DataError
from deepstyle.looks.known_looks import keep_catalogue_looks
from deepstyle.people.merchandising.desk import import_margins
from deepstyle.people.open import open_people
from deepstyle.settings import Settings
from deepstyle.store.base import Store
from deepstyle.store.ingest import ImportReport, import_catalogue


def import_source(
    source: Source,
    store: Store,
    settings: Settings,
    *,
    download: bool,
    on_download: OnDownload | None,
    limit: int | None,
    **options: Any,
) -> ImportReport:
    """Import ``source`` with the ``options`` of ``import_catalogue``, and keep its outfits, as looks too."""
    fetched = download_catalogue(source, settings, limit=limit, on_progress=on_download) if download else None
    margins = WithMargins(source)
    report = import_catalogue(cast(Source, margins), store, limit=limit, **options)
    if margins.found:
        there = store.versions([*margins.found])
        with open_people(settings.people_store) as people:
            import_margins(people, [(one, margin) for one, margin in margins.found.items() if one in there])
    keep_outfits(store, source)
    prune = bool(options.get("prune")) and limit is None and not report.prune_refused
    looks = keep_catalogue_looks(store, catalogue_outfits(source), prune=prune)
    return replace(report, download=fetched, looks=looks)


class WithMargins:
    """A source, and the margins of its items, by id, as far as its records were read."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.found: dict[str, float] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._source, name)

    def records(self) -> Iterator[Record | Rejection | Omission]:
        """See ``Source``."""
        for row in self._source.records():
            if isinstance(row, Record) and row.margin is not None:
                self.found[row.item.item_id] = row.margin
            yield row


def download_catalogue(
    source: Source, settings: Settings, *, limit: int | None = None, on_progress: OnDownload | None = None
) -> DownloadReport:
    """Fetch the pictures that ``source`` gives by URL alone, of its first ``limit`` rows.

    A download that was killed goes on where it stopped. Raises ``MissingDependencyError``.
    """
    return download_pictures(
        _urls(source, limit),
        downloads_folder(settings.cache_dir),
        job=f"{settings.store} {source.path.absolute()}",
        allowed=read_allowed(settings.download_allow),
        on_progress=on_progress,
    )


def _urls(source: Source, limit: int | None) -> Iterator[str]:
    """The URLs up to where the catalogue cannot be read on; its import reports that."""
    try:
        for row in islice(source.records(), limit):
            if isinstance(row, Record):
                yield from row.urls
    except DataError:
        return
