"""The suggestions of a large catalogue against those of all pairs; killed runs, changes, and what is forbidden."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from deepstyle.catalogue.item import Item
from deepstyle.compatibility import mapping
from deepstyle.compatibility.gender import wearers
from deepstyle.compatibility.large import build, codes, follow, update
from deepstyle.compatibility.large.layout import cluster
from deepstyle.compatibility.mapping import prepare_mapping, update_mapping
from deepstyle.images.item_image import ItemImage
from deepstyle.store import Entry, Store, VectorBatch, open_store
from deepstyle.store.changes import FollowedStore

SPACE, OTHER = "compat-test", "compat-other"
COUNT, WIDTH = 900, 16
CATEGORIES = ("all-body", "tops", "shoes", "bags", "jewellery", "hats")
Suggested = dict[str, tuple[str, ...]]


@pytest.fixture(autouse=True)
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mapping, "LARGE_FROM", 1)
    monkeypatch.setattr(cluster, "__kwdefaults__", {"size": 16, "seed": 0})
    monkeypatch.setattr(codes, "CODED_FROM", 24)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path}/shop.db") as opened:
        yield opened


def draw(count: int, seed: int = 0, *, products: int = 0) -> tuple[list[Item], np.ndarray]:
    """Items whose vectors lie around 40 styles, with colours, patterns and genders."""
    random = np.random.default_rng(seed)
    styles = np.random.default_rng(99).standard_normal((40, WIDTH))
    vectors = styles[random.integers(40, size=count)] + random.standard_normal((count, WIDTH)) * 0.5
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    items = [
        Item(
            f"{seed}-{at:05}",
            semantic_category=str(random.choice(CATEGORIES)),
            dominant_colour=str(random.choice(["red", "teal", "mustard", "black", ""])),
            pattern=str(random.choice(["plain", "floral", ""])),
            gender=str(random.choice(["women", "women", "men", "unisex", ""])),
            model_id=f"m{random.integers(products)}" if products else "",
        )
        for at in range(count)
    ]
    return items, vectors


def put(store: Store, items: list[Item], vectors: np.ndarray, picture: str = "0") -> None:
    ids, digest = [item.item_id for item in items], picture * 64
    store.put([Entry(item, ItemImage(b"x", digest, "image/jpeg", 1, 1)) for item in items])
    store.put_vectors(SPACE, VectorBatch(tuple(ids), (digest,) * len(ids), vectors))


def suggested(store: Store) -> Suggested:
    return {item.item_id: store.compatible(item.item_id) for item in store.iter_items()}


def exact(store: Store, space: str = SPACE) -> Suggested:
    """The suggestions by comparing every item with every other."""
    inputs = mapping.read_inputs(store, space)
    return mapping.suggestions(inputs, np.arange(len(inputs.item_ids)))


def recall(found: Suggested, right: Suggested) -> float:
    return sum(len(set(found[name]) & set(right[name])) for name in right) / sum(map(len, right.values()))


def test_nearly_all_exact_suggestions_are_found(store: Store) -> None:
    put(store, *draw(COUNT))
    report = update_mapping(store, SPACE)
    assert (report.items, report.computed) == (COUNT, COUNT)
    assert report.suggested == len({name for row in suggested(store).values() for name in row})
    assert recall(suggested(store), exact(store)) >= 0.95


def test_nothing_is_suggested_that_nobody_wears_with_it_and_no_product_twice(store: Store) -> None:
    items, vectors = draw(400, products=150)
    put(store, items, vectors)
    update_mapping(store, SPACE)
    by_id = {item.item_id: item for item in items}
    for name, row in suggested(store).items():
        found = [by_id[other] for other in row]
        assert len({item.model_id for item in [*found, by_id[name]]}) == 4
        assert all(wearers(item.gender) & wearers(by_id[name].gender) for item in found)
        assert len({item.semantic_category for item in [*found, by_id[name]]}) == 4
    assert recall(suggested(store), exact(store)) >= 0.95


def test_changes_give_what_a_full_run_gives(store: Store) -> None:
    items, vectors = draw(COUNT)
    put(store, items[:-40], vectors[:-40])
    update_mapping(store, SPACE)
    for at in range(0, 40, 5):
        rows = slice(COUNT - 40 + at, COUNT - 35 + at)
        put(store, items[rows], vectors[rows])
        assert 1 <= update_mapping(store, SPACE).computed < 400
    store.delete([items[7].item_id, store.compatible(items[0].item_id)[0]])
    put(store, items[9:10], -vectors[9:10], "1")  # another picture
    store.put([Entry(replace(items[11], gender="men", semantic_category="hats"))])
    assert 1 <= update_mapping(store, SPACE).computed < 400
    assert update_mapping(store, SPACE).computed == 0
    assert recall(suggested(store), exact(store)) >= 0.95
    changed = suggested(store)
    assert update_mapping(store, SPACE, full=True).computed == COUNT - 2
    assert recall(changed, suggested(store)) >= 0.97


def test_a_state_of_other_suggestions_than_the_store_has_is_built_again(store: Store) -> None:
    put(store, *draw(300))
    update_mapping(store, SPACE)
    before = suggested(store)
    store.put_compatible(dict.fromkeys(before, ()))
    store.set_meta(update.mark_of(SPACE), "of a backup")
    assert update_mapping(store, SPACE).computed == 300
    assert suggested(store) == before


def test_many_changes_lay_the_catalogue_out_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "ADDED_MAX", 50)
    put(store, *draw(300))
    update_mapping(store, SPACE)
    put(store, *draw(51, 1))
    assert update_mapping(store, SPACE).computed == 351
    assert recall(suggested(store), exact(store)) >= 0.95


def test_a_store_that_does_not_say_what_changed_is_compared(
    store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DEEPSTYLE_CACHE_DIR", str(tmp_path / "cache"))
    for module in (build, follow, update):
        monkeypatch.setattr(module, "FollowedStore", NotFollowed)
    put(store, *draw(400))
    assert update_mapping(store, SPACE).computed == 400
    put(store, *draw(5, 1))
    store.delete(["0-00003"])
    assert 5 <= update_mapping(store, SPACE).computed < 200
    assert update_mapping(store, SPACE).computed == 0
    assert recall(suggested(store), exact(store)) >= 0.95


def put_other(store: Store, items: list[Item], vectors: np.ndarray) -> None:
    """Give items vectors of another model too."""
    store.put_vectors(OTHER, VectorBatch(tuple(item.item_id for item in items), ("0" * 64,) * len(items), vectors))


def test_a_switch_to_what_was_prepared_computes_nothing_and_nor_does_a_rollback(store: Store) -> None:
    items, vectors = draw(300)
    put(store, items, vectors)
    put_other(store, items, vectors[::-1])
    update_mapping(store, SPACE)
    old = suggested(store)
    assert prepare_mapping(store, OTHER) == 300
    assert (store.meta("compat_space"), suggested(store)) == (SPACE, old)
    assert prepare_mapping(store, OTHER) == 0
    report = update_mapping(store, OTHER)
    assert (report.items, report.computed) == (300, 0)
    assert store.meta("compat_space") == OTHER
    assert recall(suggested(store), exact(store, OTHER)) >= 0.95
    assert prepare_mapping(store, OTHER) == 0, "it serves"
    assert update_mapping(store, SPACE).computed == 0
    assert suggested(store) == old


@pytest.mark.parametrize("followed", [True, False])
def test_a_rollback_follows_what_changed_while_another_model_served(
    store: Store, followed: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DEEPSTYLE_CACHE_DIR", str(tmp_path / "cache"))
    if not followed:
        for module in (build, follow, update):
            monkeypatch.setattr(module, "FollowedStore", NotFollowed)
    items, vectors = draw(300)
    put(store, items, vectors)
    put_other(store, items, vectors[::-1])
    update_mapping(store, SPACE)
    update_mapping(store, OTHER)
    gone = items[0].item_id
    store.delete([gone])
    added, more = draw(3, 1)
    put(store, added, more)
    put_other(store, added, more)
    assert 3 <= update_mapping(store, OTHER).computed < 150
    assert 3 <= update_mapping(store, SPACE).computed < 150
    assert all(gone not in row for row in suggested(store).values())
    assert recall(suggested(store), exact(store)) >= 0.95


def test_the_state_of_a_model_whose_vectors_were_deleted_is_deleted(store: Store) -> None:
    put(store, *draw(60))
    update_mapping(store, SPACE)
    folder = update.state_folder(store, SPACE)
    assert update.open_state(folder) is not None
    update.forget_large(store, SPACE)
    assert {path.name for path in folder.iterdir()} <= {"lock", update.PENDING}
    assert update_mapping(store, SPACE).computed == 60


class NotFollowed:
    """No store is one."""


KILLED = """
import os, signal, sys
from deepstyle.compatibility import mapping
from deepstyle.compatibility.large import build
from deepstyle.store import open_store
mapping.LARGE_FROM, build.BATCH = 1, 40
with open_store(sys.argv[1]) as store:
    stop = lambda done, total: done > total // 2 and os.kill(os.getpid(), signal.SIGKILL)
    mapping.update_mapping(store, "compat-test", on_progress=stop)
"""


def test_a_killed_run_publishes_nothing_and_the_next_goes_on(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "BATCH", 40)
    put(store, *draw(400))
    done = subprocess.run([sys.executable, "-c", KILLED, store.url], check=False, env=os.environ, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert not any(suggested(store).values())
    assert store.meta("compat_space") is None
    put(store, *draw(3, 1))
    progress: list[tuple[int, int]] = []
    report = update_mapping(store, SPACE, on_progress=lambda *counts: progress.append(counts))
    assert report.items == 403
    assert progress[0][0] > 200
    assert progress[-1] == (400, 400)
    assert report.computed < 350
    assert recall(suggested(store), exact(store)) >= 0.95


def test_a_kill_after_the_stores_write_changes_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    put(store, *draw(300))
    update_mapping(store, SPACE)
    put(store, *draw(2, 1))

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("deepstyle.compatibility.large.state.State.set_fact", only_revision(fail))
        with pytest.raises(KeyboardInterrupt):
            update_mapping(store, SPACE)
    before = suggested(store)
    assert 2 <= update_mapping(store, SPACE).computed < 150  # not all
    assert suggested(store) == before
    assert recall(before, exact(store)) >= 0.95


def only_revision(fail):  # type: ignore[no-untyped-def]
    from deepstyle.compatibility.large.state import State

    former = State.set_fact

    def set_fact(self: State, key: str, value: str) -> None:
        former(self, key, value) if key == "revision" else fail()

    return set_fact


def test_an_sqlite_store_says_what_changed(store: Store) -> None:
    assert isinstance(store, FollowedStore)
    put(store, *draw(3))
    since = store.revision()
    key = store.item_keys()["0-00001"]
    store.delete(["0-00001"])
    put(store, *draw(1, 1))
    changes = store.changes_since(SPACE, since)
    assert (list(changes.written), list(changes.encoded), changes.gone) == (["1-00000"], ["1-00000"], (key,))
    assert store.changes_since(SPACE, changes.revision).written == {}
