from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from deepstyle.errors import StoreError, UsageError
from deepstyle.store import copy as copy_module
from deepstyle.store.base import Entry, Store
from deepstyle.store.copy import copy_store, digest_of
from deepstyle.store.open import open_store
from tests.store.contract import ITEMS, fill, vectors_for
from tests.store.looks_contract import LOOKS
from tests.store.model import image_of
from tests.store.mongod import replica_set


@pytest.fixture(params=["sqlite to sqlite", "sqlite to mongodb", "mongodb to sqlite"])
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str]]:
    kinds = request.param.split(" to ")
    if "mongodb" not in kinds:
        yield f"sqlite:///{tmp_path}/a.db", f"sqlite:///{tmp_path}/b.db"
        return
    with replica_set(tmp_path) as server:
        found = {"sqlite": f"sqlite:///{tmp_path}/a.db", "mongodb": server.url("copied")}
        yield found[kinds[0]], found[kinds[1]]


def test_copy_is_complete_resumable_and_follows_changes(urls: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copy_module, "BATCH", 2)
    with open_store(urls[0]) as source, open_store(urls[1]) as target:
        fill_source(source)
        killed_after_one_batch(source, target)
        assert 0 < target.count() < source.count()
        report = copy_store(source, target)
        assert (report.items_sent, report.vectors_sent) == (3, 3)
        assert (report.digest.items, report.digest.images, report.digest.vectors) == (5, 4, 6)
        assert list(target.iter_items()) == list(source.iter_items())
        assert target.compatible("a1") == ("b1", "a2")
        assert target.meta("style_space") == "s"
        assert copy_store(source, target).items_sent == 0
        assert target.browse_looks() == source.browse_looks()
        source.put([Entry(ITEMS[0], image_of("new"))])
        source.put_looks([replace(LOOKS[0], title="changed")])
        source.put_compatible({"a1": []})
        assert copy_store(source, target).items_sent == 1
        assert target.image("a1") == image_of("new")
        assert digest_of(target) == digest_of(source)


def fill_source(source: Store) -> None:
    fill(source)
    source.delete(["b1"])
    source.put([Entry(ITEMS[2])])
    source.put_vectors("t", vectors_for(["a1", "c1"], seed=9))
    source.put_compatible({"a1": ["b1", "a2"], "c1": ["a1"]})
    source.set_meta("style_space", "s")
    source.put_looks(LOOKS)


def killed_after_one_batch(source: Store, target: Store) -> None:
    def stop(_step: str, _done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy_store(source, target, on_progress=stop)


def test_a_target_with_other_items_is_told(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path}/a.db") as source, open_store(f"sqlite:///{tmp_path}/b.db") as target:
        fill(source)
        fill(target)
        source.delete(["c1"])
        with pytest.raises(StoreError, match="items 5 and not 4"):
            copy_store(source, target)


def test_a_store_is_not_copied_onto_itself(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/a.db"
    with open_store(url) as one, open_store(url) as other, pytest.raises(UsageError):
        copy_store(one, other)
