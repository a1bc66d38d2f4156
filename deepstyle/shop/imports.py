"""Import a catalogue; before it, fetch the pictures that it gives by URL."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from deepstyle.catalogue.rows import Record
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
    margins: dict[str, float] = {}

    def note_margin(record: Record) -> None:
        if record.margin is not None:
            margins[record.item.item_id] = record.margin

    report = import_catalogue(source, store, limit=limit, on_accepted=note_margin, **options)
    if margins:
        with open_people(settings.people_store) as people:
            import_margins(people, [*margins.items()])
    keep_outfits(store, source)
    prune = bool(options.get("prune")) and limit is None and not report.prune_refused
    looks = keep_catalogue_looks(store, catalogue_outfits(source), prune=prune)
    return replace(report, download=fetched, looks=looks)


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
