"""The file of columns beside a store: the same answers from it, and from the items where it cannot be trusted."""

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from deepstyle.catalogue.item import Item, ItemFilter
from deepstyle.store import columns_follow, embedded_check
from deepstyle.store.base import Entry, Page
from deepstyle.store.columns_file import MAGIC, NAME, load_columns, read_columns, save_columns
from deepstyle.store.embedded import EmbeddedStore
from deepstyle.store.embedded_check import Content, Damage

COUNT = 300
WHERE = (ItemFilter(), ItemFilter(brands=("nord",), price_max=60.0), ItemFilter(text="boots"), ItemFilter(text="7"))


def item(number: int, **changed: object) -> Item:
    made = Item(
        f"{number:04}",
        title=f"Boots {number}",
        brand=("Nord", "Süd", "")[number % 3],
        price=float(number % 90) if number % 7 else None,
        currency="EUR" if number % 5 else "",
        model_id=f"m{number // 4}" if number % 11 else "",
        dominant_colour=("navy", "navy,red", "")[number % 3],
        added_at=f"2026-11-{1 + number % 28:02}T00:00:00Z",
    )
    return replace(made, **changed)  # type: ignore[arg-type]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddedStore]:
    monkeypatch.setattr(columns_follow, "SAVED_FROM", 100)
    with EmbeddedStore.open(f"sqlite:///{tmp_path}/x.db") as store:
        store.put([Entry(item(number)) for number in range(COUNT)])
        store.browse()
        store._snapshots.close()
        yield store


@pytest.fixture
def path(store: EmbeddedStore, tmp_path: Path) -> Path:
    return tmp_path / "x.db.index" / NAME


def pages(store: EmbeddedStore) -> list[Page]:
    return [store.browse(where, limit=40, group_by=by, sort=sort) for where in WHERE for by, sort in ORDERS]


def put(path: Path, data: bytes) -> None:
    """Another file in its place: the store may still read the one that is there."""
    new = path.with_name("new")
    new.write_bytes(data)
    new.replace(path)


ORDERS = (("none", "id"), ("product", "price"), ("colour", "mixed"), ("product", "new"))


def is_mapped(store: EmbeddedStore) -> bool:
    return store._snapshots.current().columns.rows.arrays["key"].base is not None


def check_follows(store: EmbeddedStore, *, used: bool) -> None:
    """Another handle says the same, from the file where it is ``used``, also after writes."""
    with EmbeddedStore.open(store.url) as other:
        assert pages(other) == pages(store)
        assert is_mapped(other) is used
        store.put([Entry(item(3, brand="Ost")), Entry(item(900)), Entry(item(2, price=1.0))])
        store.delete(["0001", "0299"])
        assert pages(other) == pages(store)
        assert "0003" in {one.item_id for one in other.browse(ItemFilter(brands=("ost",)), limit=COUNT).items}


def test_a_store_opens_from_its_file(store: EmbeddedStore, path: Path) -> None:
    assert path.stat().st_size > 0
    check_follows(store, used=True)


def test_what_was_written_after_the_file_is_read_beside_it(store: EmbeddedStore, path: Path) -> None:
    written = path.read_bytes()
    store.put([Entry(item(5, brand="West")), Entry(item(1000))])
    store.delete(["0007", "1000"])
    store.put([Entry(item(7, title="New"))])
    pages(store)
    store._snapshots.close()
    put(path, written)
    check_follows(store, used=True)


@pytest.mark.parametrize("place", [0, 25, 60, 2000, -1, 0.5])
def test_an_altered_file_is_not_used(store: EmbeddedStore, path: Path, place: float) -> None:
    data = bytearray(path.read_bytes())
    data[int(place * len(data)) if isinstance(place, float) else place] ^= 1
    put(path, data)
    assert load_columns(path) is None
    check_follows(store, used=False)
    with EmbeddedStore.open(store.url) as again:  # the handle before wrote it anew
        pages(again)
        assert is_mapped(again)


def test_no_altered_byte_is_ever_read(store: EmbeddedStore, path: Path) -> None:
    sound, random = path.read_bytes(), np.random.default_rng(0)
    for place in [*range(60), *random.integers(60, len(sound), 100).tolist()]:
        data = bytearray(sound)
        data[place] ^= int(random.integers(1, 256))
        put(path, data)
        assert load_columns(path) is None
        if place % 10 == 0:
            assert [one.kind for one in store.check().findings] == ["index"]


def sealed_later(data: bytes) -> bytes:
    """The same columns as if they were of a later revision than any write."""
    return sealed_with(data, revision=header_of(data)["revision"] + 10**8)


def header_of(data: bytes) -> dict[str, Any]:
    body = data[len(MAGIC) + 32 :]
    header: dict[str, Any] = json.loads(body[8 : 8 + int.from_bytes(body[:8], "little")])
    return header


def sealed_with(data: bytes, **changed: object) -> bytes:
    """The same columns with another header of the same length, and the digest that fits it."""
    body = data[len(MAGIC) + 32 :]
    size = int.from_bytes(body[:8], "little")
    text = json.dumps({**header_of(data), **changed}).encode()
    assert len(text) == size
    body = body[:8] + text + body[8 + size :]
    return MAGIC + hashlib.sha256(body).digest() + body


@pytest.mark.parametrize("size", [0, 10, 100, 5000])
def test_a_cut_file_is_not_used(store: EmbeddedStore, path: Path, size: int) -> None:
    put(path, path.read_bytes()[:size])
    check_follows(store, used=False)


def test_a_folder_in_its_place_is_passed_over(store: EmbeddedStore, path: Path) -> None:
    path.unlink()
    path.mkdir()
    check_follows(store, used=False)


def other_store(store: EmbeddedStore, path: Path) -> bytes:
    """The file of a store with the same items under the same keys."""
    with EmbeddedStore.open(f"sqlite:///{path.parent.parent}/other.db") as other:
        other.put([Entry(item(number)) for number in range(COUNT)])
        other.browse()
        other._snapshots.close()
    return path.parent.with_name("other.db.index").joinpath(NAME).read_bytes()


def taken_back(store: EmbeddedStore, path: Path) -> bytes:
    """The file of a state in which one item had another revision; the sum that an opening compares is the same."""
    columns, revision = read_columns(path)
    columns.rows.arrays["revision"][7] -= columns_follow._MODULUS
    made = path.with_name("made")
    save_columns(made, columns, revision)
    return made.read_bytes()


UNFIT: dict[str, Callable[[EmbeddedStore, Path], bytes]] = {
    "empty": lambda store, path: b"",
    "cut": lambda store, path: path.read_bytes()[:-1],
    "altered": lambda store, path: path.read_bytes()[:-1] + b"\1",
    "another magic": lambda store, path: b"D" + path.read_bytes()[1:],
    "another version": lambda store, path: sealed_with(path.read_bytes(), meaning=reversed_meaning(path)),
    "other store": other_store,
    "later": lambda store, path: sealed_later(path.read_bytes()),
    "taken back": taken_back,
}


def reversed_meaning(path: Path) -> dict[str, object]:
    meaning = header_of(path.read_bytes())["meaning"]
    return {**meaning, "searched": meaning["searched"][::-1]}


@pytest.mark.parametrize("spoiled", UNFIT.values(), ids=UNFIT)
def test_a_check_reports_an_unfit_file_and_removes_it(
    store: EmbeddedStore, path: Path, spoiled: Callable[[EmbeddedStore, Path], bytes]
) -> None:
    put(path, spoiled(store, path))
    (finding,) = store.check().findings
    assert (finding.kind, finding.item_id) == ("index", "")
    assert f"{NAME}, the columns, cannot be used and will be written again: it " in finding.message
    assert path.exists()
    assert store.check(repair=True).findings == (finding,)
    assert not path.exists()
    assert store.check().findings == ()
    check_follows(store, used=False)
    assert store.check().findings == ()


def test_a_check_accepts_an_older_file_and_one_that_is_written_while_it_runs(
    store: EmbeddedStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = path.read_bytes()
    store.put([Entry(item(5, brand="West")), Entry(item(1000))])
    store.delete(["0007"])
    assert store.check().findings == ()
    assert path.read_bytes() == older

    def written_meanwhile(content: Content) -> Iterator[Damage]:
        with EmbeddedStore.open(store.url) as other:
            other.put([Entry(item(number, brand="Ost")) for number in range(COUNT)])
            other.browse()
        return iter(())

    monkeypatch.setattr(embedded_check, "STEPS", (written_meanwhile, *embedded_check.STEPS))
    assert store.check().findings == ()
    assert path.read_bytes() != older


def test_the_file_of_another_database_is_not_used(store: EmbeddedStore, path: Path, tmp_path: Path, caplog) -> None:
    """With the same keys, written earlier; and an older state of the same one, as from a backup."""
    foreign = path.read_bytes()
    shutil.rmtree(path.parent)
    with EmbeddedStore.open(f"sqlite:///{tmp_path}/new.db") as other:
        other.put([Entry(item(number, brand="Ost")) for number in range(COUNT)])
        other.browse()
        other._snapshots.close()
        put(tmp_path / "new.db.index" / NAME, foreign)
        check_follows(other, used=False)
        other.put([Entry(item(900 + number)) for number in range(COUNT)])
        put(tmp_path / "new.db.index" / NAME, sealed_later(foreign))
        check_follows(other, used=False)
    assert "of another database" in caplog.text


def test_a_restored_database_is_not_read_from_the_newer_file(store: EmbeddedStore, path: Path, tmp_path: Path) -> None:
    database = tmp_path / "x.db"
    store.close()
    older = database.read_bytes()
    with EmbeddedStore.open(store.url) as changed:
        changed.put([Entry(item(number, brand="Ost")) for number in range(COUNT)])
        changed.browse()
        changed._snapshots.close()
        newer = path.read_bytes()
    database.write_bytes(older)
    put(path, newer)
    with EmbeddedStore.open(store.url) as restored:
        assert restored.browse(ItemFilter(brands=("ost",))).total == 0
        restored.put([Entry(item(1, brand="Ost"))])
        assert restored.browse(ItemFilter(brands=("ost",))).total == 1
    put(path, newer)
    with EmbeddedStore.open(store.url) as again:
        assert again.browse(ItemFilter(brands=("ost",))).total == 1


def test_a_store_that_is_only_read_uses_the_file_and_writes_none(store: EmbeddedStore, path: Path) -> None:
    with EmbeddedStore.open(store.url, read_only=True) as reader:
        assert pages(reader) == pages(store)
        assert is_mapped(reader)
    path.unlink()
    with EmbeddedStore.open(store.url, read_only=True) as reader:
        assert pages(reader) == pages(store)
    assert not path.exists()


def test_a_small_store_has_no_file(tmp_path: Path) -> None:
    with EmbeddedStore.open(f"sqlite:///{tmp_path}/small.db") as small:
        small.put([Entry(item(number)) for number in range(20)])
        small.browse()
    assert not (tmp_path / "small.db.index").exists()


SAVE = """
import sys
from pathlib import Path
from deepstyle.store import columns_file, columns_follow
from deepstyle.store.embedded import EmbeddedStore
columns_follow.SAVED_FROM = 100
real = columns_file._write
def write(file, digest, data):
    real(file, digest, data)
    file.flush()
    print("written", flush=True)
    sys.stdin.readline()
columns_file._write = write
with EmbeddedStore.open(sys.argv[1]) as store:
    store.browse()
"""


def test_a_kill_while_it_is_written_leaves_the_old_file(store: EmbeddedStore, path: Path) -> None:
    before = path.read_bytes()
    store.put([Entry(item(number, brand="Ost")) for number in range(0, COUNT, 3)])
    command = [sys.executable, "-c", SAVE, store.url]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, cwd=Path(__file__).parents[2], **pipes) as writer:  # type: ignore[call-overload]
        for _ in range(5):
            assert writer.stdout.readline() == "written\n"
            writer.stdin.write("\n")
            writer.stdin.flush()
        writer.kill()
    assert path.read_bytes() == before
    check_follows(store, used=True)
