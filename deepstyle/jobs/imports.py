"""One import that was asked for over HTTP: a feed that was uploaded, or is fetched, into the store."""

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from deepstyle.catalogue.feeds.unpack import unpack_once
from deepstyle.demo.source import open_catalogue
from deepstyle.jobs.encode import encode_changes
from deepstyle.jobs.remote import fetch_feed_file
from deepstyle.shop import Shop
from deepstyle.store.ingest import PRUNE_LIMIT_PERCENT, ImportProgress

SHOWN_REJECTIONS: Final = 20
ARCHIVE: Final = ".zip"
Report = Callable[[Mapping[str, Any]], None]
"""Called with a job's progress after each batch; may raise to end the job."""


def run_import(shop: Shop, request: Mapping[str, Any], folder: Path, report: Report) -> Mapping[str, Any]:
    """Import what ``request`` names, encode it, and return the result.

    That is the ``name`` of an upload in ``folder``, a ``url``, or a ``path`` on this machine, which no client can name.

    Batches that ``report`` was called for are durable. Raises ``DeepstyleError``, and whatever ``report`` raises.
    """
    report({"stage": "reading"})
    source = open_catalogue(_located(shop, request, folder), settings=shop.settings)

    def imported(done: ImportProgress) -> None:
        report({"stage": "importing", "accepted": done.accepted, "rejected": done.rejected})

    result = shop.import_catalogue(
        source,
        prune=bool(request.get("prune")),
        prune_limit_percent=float(request.get("prune_limit", PRUNE_LIMIT_PERCENT)),
        download=shop.settings.import_urls,
        on_progress=imported,
    )
    names = ("accepted", "rejected", "added", "changed", "unchanged", "pruned", "prune_refused")
    counts = {name: getattr(result, name) for name in names}
    rejections = [dataclasses.asdict(row) for row in result.rejections[:SHOWN_REJECTIONS]]

    def encoded_so_far(done: int, total: int) -> None:
        report({"stage": "encoding", **counts, "done": done, "total": total})

    encoded = encode_changes(shop, encoded_so_far)
    failed = len(encoded.failures)
    return {"stage": "done", **counts, "rejections": rejections, "encoded": encoded.encoded, "not_encoded": failed}


def _located(shop: Shop, request: Mapping[str, Any], folder: Path) -> Path:
    if url := request.get("url"):
        return fetch_feed_file(str(url), folder / "fetched", shop.settings)
    if path := request.get("path"):
        return Path(path)
    upload = folder / str(request["name"])
    return unpack_once(upload, folder / "files") if upload.suffix.lower() == ARCHIVE else upload
