"""False acceptance of categories that the catalogue does not have, at the coverage that the calibration reaches."""

import importlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bench.quality_rows.columns import Column
from bench.quality_rows.sets import Packshots, Photo
from bench.quality_rows.table import Row
from deepstyle.catalogue.rows import read_file
from deepstyle.evaluation.intervals import Interval
from deepstyle.images.pixels import read_image
from deepstyle.store import Entry, Store, open_store
from deepstyle.store.base import VectorBatch
from deepstyle.style.encode import STYLE_SPACE

SECTION = "false acceptance of absent categories, photos of the {split} senders"
NOW, WANTED = "up to .15-.42 by class", "<= .05 in every class"
LEAST_COVERAGE = 0.8
COVERAGE = "coverage (accepted, category is sold)"


def absent_rows(columns: Sequence[Column], packshots: Packshots, photos: Sequence[Photo], split: str) -> Iterator[Row]:
    """Calibrate a store of the packshots with each model, and leave out each category of the photos in turn."""
    section = SECTION.format(split=split)
    try:
        reports = {one.name: measured(one, packshots, photos) for one in columns if one.encoder}
    except ImportError as error:  # a version without calibration by leaving categories out
        yield Row(section, "worst category", 0, {}, NOW, WANTED, f"not measured: {error}")
        return
    coverage = {name: share(report.coverage) for name, report in reports.items()}
    yield Row(section, COVERAGE, len(photos), coverage, wanted=f">= {LEAST_COVERAGE}")
    worst = {
        name: max((share(one) for one in report.false_acceptance.values()), key=lambda found: found.value)
        for name, report in reports.items()
    }
    yield Row(section, "worst category", 0, worst, NOW, WANTED)
    for category in sorted({name for report in reports.values() for name in report.false_acceptance}):
        found: Mapping[str, Any] = {
            name: report.false_acceptance[category]
            for name, report in reports.items()
            if category in report.false_acceptance
        }
        asked = max(one.of for one in found.values())
        yield Row(section, category, asked, {name: share(one) for name, one in found.items()})


def measured(column: Column, packshots: Packshots, photos: Sequence[Photo]) -> Any:
    """The report of `deepstyle calibrate bands` on these photos, for a store of the packshots."""
    report = importlib.import_module("deepstyle.evaluation.calibration_report")
    calibrate = importlib.import_module("deepstyle.style.calibration.calibrate")
    types = importlib.import_module("deepstyle.style.calibration.garment_types")
    encoder, folder = column.encoder, column.folder
    assert encoder and folder
    with tempfile.TemporaryDirectory() as scratch, open_store(f"sqlite:///{scratch}/packshots.db") as store:
        fill(store, column, packshots)
        known = types.read_types(folder, encoder.spec)
        calibration = calibrate.calibrate_store(store, encoder.fingerprint, known, lambda: encoder)
        return report.measure_photos(store, calibration, encoder, [photo.labelled for photo in photos])


def fill(store: Store, column: Column, packshots: Packshots) -> None:
    """The packshots and their vectors, which are cached, in an empty store."""
    assert column.encoder
    paths = [packshots.root / "images" / f"{item.item_id}.jpg" for item in packshots.items]
    images = [read_image(read_file(path)) for path in paths]
    store.put([Entry(item, image) for item, image in zip(packshots.items, images, strict=True)])
    ids = tuple(item.item_id for item in packshots.items)
    vectors = VectorBatch(ids, tuple(image.sha256 for image in images), packshots.vectors(column))
    store.put_vectors(column.encoder.fingerprint, vectors)
    store.set_meta(STYLE_SPACE, column.encoder.fingerprint)


def share(measure: Any) -> Interval:
    """A measured share with its exact interval (Clopper and Pearson 1934)."""
    conformal = importlib.import_module("deepstyle.style.calibration.conformal")
    return Interval(measure.share, *conformal.clopper_pearson(measure.hits, measure.of))
