"""Import: every row is counted once, a second run changes nothing, nothing bad stops it."""

import dataclasses
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from deepstyle.catalogue.item import Item
from deepstyle.catalogue.picture import NORMALISATION
from deepstyle.catalogue.rows import Record, Rejection
from deepstyle.catalogue.source import Source, open_source
from deepstyle.errors import DataError, UsageError
from deepstyle.images.pixels import read_image
from deepstyle.store import ingest, ingest_pictures
from deepstyle.store.base import Entry, ImageSource, Store, VectorBatch
from deepstyle.store.ingest import ImportProgress, ImportReport, import_catalogue
from deepstyle.store.open import open_store
from tests.images.pictures import exif, photo, save

METADATA = "polyvore_item_metadata.json"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path}/store.db") as opened:
        yield opened


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Six items, four of them with a picture that decodes."""
    folder = tmp_path / "catalogue"
    (folder / "images").mkdir(parents=True)
    write(folder, {item_id: {"title": f"Item {item_id}"} for item_id in "abcdef"})
    for seed, item_id in enumerate("abcd"):
        (folder / "images" / f"{item_id}.jpg").write_bytes(save(photo(seed=seed), "JPEG"))
    (folder / "images" / "e.jpg").write_bytes(b"no picture")
    return folder


def write(root: Path, metadata: dict[str, object]) -> None:
    (root / METADATA).write_text(json.dumps(metadata, indent=0))


def counts(report: ImportReport) -> tuple[int, int, int, int, int]:
    return report.accepted, report.rejected, report.added, report.changed, report.unchanged


def test_accepted_and_rejected_are_the_input_and_a_second_run_changes_nothing(root: Path, store: Store):
    source = open_source(root)
    first = import_catalogue(source, store)
    assert counts(first) == (4, 2, 4, 0, 0)
    assert first.codes == {"image-format": 1, "image-missing": 1}
    assert [(row.item_id, row.line) for row in first.rejections] == [("e", 14), ("f", 17)]
    assert all(row.file == METADATA and row.message and row.remedy for row in first.rejections)
    second = import_catalogue(source, store)
    assert counts(second) == (4, 2, 0, 0, 4)
    assert [item.item_id for item in store.iter_items()] == list("abcd")
    stored = store.image("a")
    assert stored is not None
    assert stored.data == (root / "images" / "a.jpg").read_bytes()


def test_a_second_run_decodes_nothing(root: Path, store: Store, monkeypatch):
    source = open_source(root)
    (root / "images" / "e.jpg").unlink()
    import_catalogue(source, store)

    def never(data: bytes) -> None:
        raise AssertionError("decoded again")

    monkeypatch.setattr(ingest_pictures, "normalise_picture", never)
    assert import_catalogue(source, store).unchanged == 4


def test_what_changed_is_written_again(root: Path, store: Store):
    import_catalogue(open_source(root), store)
    (root / "images" / "a.jpg").write_bytes(save(photo(seed=9), "PNG"))
    write(root, {"a": {"title": "Item a"}, "b": {"title": "New"}, "c": {"title": "Item c"}})
    assert counts(import_catalogue(open_source(root), store)) == (3, 0, 0, 2, 1)
    image = store.image("a")
    assert image is not None
    assert image.media_type == "image/png"
    assert store.get(["b"])["b"].title == "New"


def test_a_rejected_picture_leaves_the_stored_item_alone(root: Path, store: Store):
    import_catalogue(open_source(root), store)
    before = store.image("a")
    (root / "images" / "a.jpg").write_bytes(b"no picture")
    assert import_catalogue(open_source(root), store, prune=True).pruned == 0
    assert store.image("a") == before


def test_prune_deletes_what_the_catalogue_no_longer_names(root: Path, store: Store):
    import_catalogue(open_source(root), store)
    write(root, {"a": {}, "b": {"title": {}}})
    assert import_catalogue(open_source(root), store).pruned == 0
    assert import_catalogue(open_source(root), store, prune=True, prune_limit_percent=50).pruned == 2
    assert [item.item_id for item in store.iter_items()] == ["a", "b"]


def test_prune_refuses_what_would_empty_the_store(root: Path, store: Store):
    import_catalogue(open_source(root), store)
    write(root, {})
    report = import_catalogue(open_source(root), store, prune=True, prune_limit_percent=100)
    assert (report.pruned, report.prune_refused) == (0, "The catalogue gave no usable item.")
    with pytest.raises(UsageError):
        import_catalogue(open_source(root), store, prune=True, limit=1)
    assert store.count() == 4


def test_a_file_that_breaks_off_keeps_what_came_before_and_prunes_nothing(root: Path, store: Store):
    import_catalogue(open_source(root), store)
    (root / METADATA).write_text('{"b": {"title": "New"},\n"c": ')
    with pytest.raises(DataError, match="line 2"):
        import_catalogue(open_source(root), store, prune=True)
    assert store.get(["b"])["b"].title == "New"
    assert store.count() == 4


def test_limit_and_progress_and_rejections(root: Path, store: Store, monkeypatch):
    monkeypatch.setattr(ingest, "BATCH", 2)
    done: list[ImportProgress] = []
    rejected: list[Rejection] = []
    report = import_catalogue(open_source(root), store, limit=5, on_progress=done.append, on_rejection=rejected.append)
    assert counts(report) == (4, 1, 4, 0, 0)
    assert [progress.item_ids for progress in done] == [("a", "b"), ("c", "d"), ()]
    assert [row.item_id for row in rejected] == ["e"]


def test_large_pictures_are_stored_reduced_and_recognised(root: Path, store: Store, monkeypatch):
    write(root, {"a": {}, "b": {}})
    (root / "images" / "a.jpg").write_bytes(save(photo(2100, 900), "JPEG"))
    source = open_source(root)
    assert import_catalogue(source, store).added == 2
    image = store.image("a")
    assert image is not None
    assert (image.media_type, image.width_px, image.height_px) == ("image/jpeg", 1600, 686)
    original = hashlib.sha256((root / "images" / "a.jpg").read_bytes()).hexdigest()
    assert store.image_sources(["a"]) == {"a": ImageSource(image.sha256, original, NORMALISATION)}
    assert store.image_sources(["b"])["b"].source_sha256 == ""
    assert import_catalogue(source, store).unchanged == 2
    (root / "images" / "a.jpg").write_bytes(save(photo(), "JPEG"))
    assert import_catalogue(source, store).changed == 1
    assert store.image_sources(["a"])["a"].source_sha256 == ""


@pytest.mark.parametrize("normalisation", [0, NORMALISATION])
def test_a_picture_of_an_older_normalisation_is_made_again(root: Path, store: Store, normalisation: int):
    """As an older version stored it: the file as it is, its metadata included."""
    turned = save(photo(), "JPEG", exif=exif(6), comment=b"secret")
    (root / "images" / "a.jpg").write_bytes(turned)
    write(root, {"a": {"title": "Item a"}})
    import_catalogue(open_source(root), store)
    as_it_is = dataclasses.replace(read_image(turned), normalisation=normalisation)
    store.put([Entry(store.get(["a"])["a"], as_it_is)])
    report = import_catalogue(open_source(root), store)
    stored = store.image("a")
    assert stored is not None
    assert report.changed == (normalisation < NORMALISATION)
    assert (stored.data == turned) == (normalisation == NORMALISATION)
    assert stored.normalisation == NORMALISATION
    assert import_catalogue(open_source(root), store).unchanged == 1


def test_an_upgrade_that_changes_no_byte_keeps_the_vector(root: Path, store: Store):
    write(root, {"a": {"title": "Item a"}})
    data = (root / "images" / "a.jpg").read_bytes()
    item = next(iter(open_source(root).records())).item
    store.put([Entry(item, read_image(data))])
    store.put_vectors("space", VectorBatch(("a",), (read_image(data).sha256,), np.array([[1, 0]], np.float32)))
    assert import_catalogue(open_source(root), store).changed == 1
    assert store.image_sources(["a"])["a"].normalisation == NORMALISATION
    assert store.spaces() == {"space": 1}


def test_a_profile_that_is_ignored_is_a_warning(root: Path, store: Store):
    (root / "images" / "a.jpg").write_bytes(save(photo(), "JPEG", icc_profile=bytes(300)))
    report = import_catalogue(open_source(root), store)
    assert report.accepted == 4
    assert report.warning_codes == {"profile-broken": 1}
    assert [(warning.item_id, warning.line > 0) for warning in report.warnings] == [("a", True)]


class StoppedError(Exception):
    pass


@pytest.mark.parametrize("batches", [1, 2, 3])
def test_an_import_that_is_stopped_goes_on(root: Path, store: Store, monkeypatch, batches):
    monkeypatch.setattr(ingest, "BATCH", 2)
    acknowledged: list[str] = []

    def stop(done: ImportProgress) -> None:
        acknowledged.extend(done.item_ids)
        if len(acknowledged) >= 2 * batches:
            raise StoppedError

    source: Source = open_source(root)
    if batches < 3:
        with pytest.raises(StoppedError):
            import_catalogue(source, store, on_progress=stop)
    assert set(store.get(acknowledged)) == set(acknowledged)
    report = import_catalogue(source, store)
    assert (report.unchanged, report.added) == (len(acknowledged), 4 - len(acknowledged))


def test_the_report_keeps_a_bounded_number_of_rejections(root: Path, store: Store, monkeypatch):
    monkeypatch.setattr(ingest, "MAX_KEPT_REJECTIONS", 1)
    report = import_catalogue(open_source(root), store)
    assert (report.rejected, len(report.rejections)) == (2, 1)
    json.dumps(dataclasses.asdict(report))


@pytest.fixture
def table(tmp_path: Path, store: Store) -> Path:
    """A table of twenty rows with one picture, imported."""
    (tmp_path / "one.jpg").write_bytes(save(photo(), "JPEG"))
    path = tmp_path / "items.csv"
    write_rows(path)
    assert import_catalogue(open_source(path), store, prune=True).accepted == 20
    return path


def write_rows(path: Path, replaced: dict[int, str | None] | None = None) -> None:
    """Rows ``s0`` to ``s19``, some replaced by other text or left out."""
    rows = {at: f"s{at},Thing,one.jpg" for at in range(20)} | (replaced or {})
    text = "\n".join(["sku,title,image", *(row for row in rows.values() if row)])
    path.write_bytes((text + "\n").encode("utf-8", "surrogateescape"))


@pytest.mark.parametrize(
    "row",
    [
        "s7,Thing, with a comma,one.jpg", 's7,"Thing,one.jpg', 's7,12" heel,one.jpg', "s7,Th\udcff,one.jpg",
        "s7,Thing,gone.jpg", "s7,Th\0,one.jpg", "s7,Thing,../../x.jpg", f"s7,{'x' * 2_000},one.jpg",
    ],
)  # fmt: skip
def test_a_rejected_row_keeps_its_item_and_prunes_the_others(table: Path, store: Store, row: str):
    write_rows(table, {3: None, 7: row})
    report = import_catalogue(open_source(table), store, prune=True)
    assert (report.accepted, report.rejected, report.pruned, report.prune_refused) == (18, 1, 1, "")
    assert set(store.get(["s3", "s7"])) == {"s7"}


@pytest.mark.parametrize(
    "row",
    [
        "s7", "s7,Thing", "s7;Thing;one.jpg", ",Thing,one.jpg", "s\udcff7,Thing,one.jpg", "s7\0,Thing,one.jpg",
        '"s7,Thing,one.jpg', 's7",Thing,one.jpg', "s7\u202e,Thing,one.jpg",
        "s7,Thing,one.jpg" + "," * 30, "x" * 2_000_000,
    ],
)  # fmt: skip
def test_a_rejected_row_without_a_certain_id_stops_pruning(table: Path, store: Store, row: str):
    write_rows(table, {3: None, 7: row})
    report = import_catalogue(open_source(table), store, prune=True)
    assert (report.accepted, report.rejected, report.pruned) == (18, 1, 0)
    assert "items.csv, line 8" in report.prune_refused
    assert store.count() == 20


def test_a_short_row_may_have_lost_a_separator_in_its_id(table: Path, store: Store):
    rows = [f"s{at},Thing,one.jpg,summer" for at in range(20) if at != 3]
    rows[6] = "s7 Thing,x,gone.jpg"
    table.write_text("\n".join(["sku,title,image,season", *rows]))
    report = import_catalogue(open_source(table), store, prune=True)
    assert (report.codes, report.pruned) == ({"image-missing": 1}, 0)
    assert "no certain id" in report.prune_refused


@pytest.mark.parametrize(
    "line", ['{"sku": "s7", "title": "T", "image": "one', '{"title": "T"}', '{"sku": ["s7"]}', "[]", '{"sku": 1e5}']
)
def test_a_line_of_json_without_an_id_stops_pruning(table: Path, store: Store, line: str):
    lines = [json.dumps({"sku": f"s{at}", "title": "Thing", "image": "one.jpg"}) for at in range(20) if at != 3]
    lines[6] = line
    path = table.with_suffix(".jsonl")
    path.write_text("\n".join(lines))
    report = import_catalogue(open_source(path), store, prune=True)
    assert (report.accepted, report.rejected, report.pruned) == (18, 1, 0)
    assert report.prune_refused
    assert store.count() == 20


def test_prune_deletes_up_to_its_limit(table: Path, store: Store):
    write_rows(table, {3: None, 4: None, 5: None})
    report = import_catalogue(open_source(table), store, prune=True)
    assert (report.unchanged, report.pruned) == (17, 0)
    assert "lacks 3 of 20 stored items" in report.prune_refused
    assert "--prune-limit 15" in report.prune_refused
    assert import_catalogue(open_source(table), store, prune=True, prune_limit_percent=15).pruned == 3
    write_rows(table, {3: None, 4: None, 5: None, 6: None})
    assert import_catalogue(open_source(table), store, prune=True).pruned == 1


def test_the_limit_counts_what_the_store_held_before(table: Path, store: Store):
    table.write_text("sku,image\n" + "".join(f"new{at},one.jpg\n" for at in range(300)))
    report = import_catalogue(open_source(table), store, prune=True)
    assert (report.added, report.pruned) == (300, 0)
    assert "20 of 20" in report.prune_refused


def test_warnings_are_counted_and_kept(table: Path, store: Store, monkeypatch):
    monkeypatch.setattr(ingest, "MAX_KEPT_REJECTIONS", 2)
    table.write_text("sku,image,url,season\na,one.jpg\nb,one.jpg,javascript:x\nc,gone.jpg\nd,one.jpg,,\n")
    report = import_catalogue(open_source(table), store)
    assert (report.accepted, report.rejected) == (3, 1)
    assert report.warning_codes == {"short-row": 2, "bad-url": 1}
    assert [(warning.line, warning.item_id, warning.code) for warning in report.warnings] == [
        (2, "a", "short-row"),
        (3, "b", "short-row"),
    ]


# -- several pictures --------------------------------------------------------------------------------------------------


class Feed:
    """Two items, each with a packshot; ``more`` are the further pictures of the first."""

    def __init__(self, folder: Path, *more: str) -> None:
        self.path, self.layout, self.more = folder, "table", list(more)
        folder.mkdir(exist_ok=True)
        for seed, name in enumerate(("a", "b", "model", "detail", "back")):
            (folder / f"{name}.jpg").write_bytes(save(photo(40, 50, seed=seed), "JPEG"))
        (folder / "broken.jpg").write_bytes(b"no picture")

    def total(self) -> int:
        return 2

    def records(self) -> Iterator[Record]:
        more = tuple(self.path / f"{name}.jpg" for name in self.more)
        yield Record(Item("a"), self.path / "a.jpg", "feed.csv", 2, more_images=more)
        yield Record(Item("b"), self.path / "b.jpg", "feed.csv", 3)


def stored_names(store: Store, feed: Feed) -> list[str]:
    """The files that the pictures of ``a`` were made from."""
    digests = {hashlib.sha256(path.read_bytes()).hexdigest(): path.stem for path in feed.path.iterdir()}
    sources = [store.image_sources(["a"])["a"], *store.more_image_sources(["a"]).get("a", ())]
    return [digests.get(source.source_sha256) or digests[source.sha256] for source in sources]


def test_further_pictures_follow_the_feed(tmp_path: Path, store: Store, monkeypatch):
    feed = Feed(tmp_path / "feed", "model", "detail")
    assert counts(import_catalogue(feed, store)) == (2, 0, 2, 0, 0)
    assert stored_names(store, feed) == ["a", "model", "detail"]
    assert store.more_image_sources(["b"]) == {}
    decoded: list[bytes] = []
    normalise = ingest_pictures.normalise_picture
    monkeypatch.setattr(ingest_pictures, "normalise_picture", lambda data: decoded.append(data) or normalise(data))
    assert counts(import_catalogue(feed, store)) == (2, 0, 0, 0, 2)
    feed.more = ["detail", "back", "model"]
    assert counts(import_catalogue(feed, store)) == (2, 0, 0, 1, 1)
    assert stored_names(store, feed) == ["a", "detail", "back", "model"]
    assert decoded == [(feed.path / "back.jpg").read_bytes()]
    feed.more = ["model"]
    assert counts(import_catalogue(feed, store)) == (2, 0, 0, 1, 1)
    assert stored_names(store, feed) == ["a", "model"]
    feed.more = []
    assert counts(import_catalogue(feed, store)) == (2, 0, 0, 1, 1)
    assert (store.most_images(), len(decoded)) == (1, 1)


def test_a_further_picture_that_cannot_be_used_is_a_warning_with_its_number(tmp_path: Path, store: Store):
    feed = Feed(tmp_path / "feed", "broken", "missing", "model", "a", "model")
    report = import_catalogue(feed, store)
    assert counts(report) == (2, 0, 2, 0, 0)
    assert stored_names(store, feed) == ["a", "model"]
    assert report.warning_codes == {"image-format": 1, "image-missing": 1}
    assert [warning.message.split(" is left out")[0] for warning in report.warnings] == [
        "Picture 2 (broken.jpg)",
        "Picture 3 (missing.jpg)",
    ]
    assert counts(import_catalogue(feed, store)) == (2, 0, 0, 0, 2)


def test_pictures_beyond_the_limit_are_left_out(tmp_path: Path, store: Store):
    feed = Feed(tmp_path / "feed")
    for number in range(14):
        (feed.path / f"n{number}.jpg").write_bytes(save(photo(20, 20, seed=100 + number), "JPEG"))
        feed.more.append(f"n{number}")
    report = import_catalogue(feed, store)
    assert report.warning_codes == {"image-surplus": 1}
    assert store.most_images() == 12
    assert import_catalogue(feed, store).unchanged == 2


def test_an_import_batch_is_bounded_by_its_pictures(tmp_path: Path, store: Store, monkeypatch):
    monkeypatch.setattr(ingest, "BATCH_PICTURES", 3)
    batches: list[tuple[str, ...]] = []
    feed = Feed(tmp_path / "feed", "model", "detail")
    import_catalogue(feed, store, on_progress=lambda done: batches.append(done.item_ids))
    assert batches == [("a",), ("b",)]


KILLED = """
import os, signal, sys
from pathlib import Path
from deepstyle.store import ingest_pictures
from deepstyle.store.ingest import import_catalogue
from deepstyle.store.open import open_store
from tests.store.test_ingest import Feed

normalise, left = ingest_pictures.normalise_picture, int(sys.argv[3])

def stop(data):
    global left
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1
    return normalise(data)

ingest_pictures.normalise_picture = stop
with open_store(sys.argv[1]) as store:
    import_catalogue(Feed(Path(sys.argv[2]), "model", "detail", "back"), store)
"""


@pytest.mark.parametrize("after", [0, 2])
def test_an_import_killed_between_two_pictures_goes_on(tmp_path: Path, store: Store, after: int):
    feed = Feed(tmp_path / "feed", "model", "detail", "back")
    import_catalogue(Feed(tmp_path / "feed"), store)
    command = [sys.executable, "-c", KILLED, store.url, str(feed.path), str(after)]
    assert subprocess.run(command, check=False, cwd=Path(__file__).parents[2]).returncode == -9
    assert stored_names(store, feed) == ["a"]
    assert counts(import_catalogue(feed, store)) == (2, 0, 0, 1, 1)
    assert stored_names(store, feed) == ["a", "model", "detail", "back"]
    assert store.check().findings == ()
