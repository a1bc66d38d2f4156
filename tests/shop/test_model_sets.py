"""Two models in one store: filled beside one another, switched in one write, rolled back, dropped."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from deepstyle.catalogue.item import Item
from deepstyle.compatibility.space import COMPAT_SPACE
from deepstyle.errors import UsageError
from deepstyle.images.item_image import ItemImage
from deepstyle.images.pixels import encode_jpeg, read_image
from deepstyle.shop import Shop
from deepstyle.shop.model_sets import former_set
from deepstyle.store import Entry
from deepstyle.style.calibration.calibration import read_calibration
from tests.compatibility.tiny import write_tiny_head
from tests.conftest import Shop as Files
from tests.style.tiny import write_tiny_model

OLD, NEW = "old", "new"


@pytest.fixture
def folders(tmp_path: Path, shop: Files) -> Path:
    """Two models, and a head for each."""
    for name, seed in ((OLD, 11), (NEW, 12)):
        spec = write_tiny_model(tmp_path / name, seed=seed)
        write_tiny_head(tmp_path / f"{name}-head", spec.features_fingerprint, spec.features_dim, seed=seed)
    return tmp_path


@pytest.fixture
def old(folders: Path, shop: Files) -> Iterator[Shop]:
    """The shop, served by the old model."""
    with opened(folders, shop, OLD) as found:
        found.encode(drop_former=True)
        yield found


@pytest.fixture
def new(folders: Path, shop: Files) -> Iterator[Shop]:
    with opened(folders, shop, NEW) as found:
        yield found


def opened(folders: Path, shop: Files, name: str) -> Shop:
    return Shop.open(shop.store_url, model=str(folders / name), compat=str(folders / f"{name}-head"))


def state(shop: Shop) -> tuple[str | None, str | None, dict[str, tuple[str, ...]]]:
    store = shop.store
    return (
        store.meta("style_space"),
        store.meta(COMPAT_SPACE),
        {item.item_id: store.compatible(item.item_id) for item in store.iter_items()},
    )


def new_picture() -> ItemImage:
    return read_image(encode_jpeg(np.random.default_rng(99).integers(0, 256, (30, 30, 3), np.uint8)))


def test_encoding_beside_changes_nothing_that_serves(old: Shop, new: Shop) -> None:
    before = state(old)
    result = new.encode(switch=False)
    assert (result.encoded, result.serving, result.suggestions) == (40, False, None)
    assert state(old) == before
    calibrations = [read_calibration(old.store, space) for space in (old.space, result.space)]
    assert all(calibrations), "each has its own"
    served, beside = old.models()
    assert (served.is_served, served.models.name) == (True, OLD)
    assert (beside.is_served, beside.is_former, beside.lacks, beside.vectors) == (False, False, 0, 40)


def test_a_switch_and_a_rollback_serve_what_an_encode_would_have_written(old: Shop, new: Shop) -> None:
    before = state(old)
    space = new.encode(switch=False).space
    report = old.switch_model(NEW)
    assert (report.before, report.now, report.suggestions, report.lacks) == (before[0], space, 40, 0)
    switched = state(old)
    assert switched[:2] == (space, new.models()[0].models.compat_space)
    assert switched[2] != before[2]
    assert new.encode().suggestions is not None
    assert state(old) == switched, "encode has nothing to add"
    assert old.roll_back_model().now == before[0]
    assert state(old) == before
    assert new.roll_back_model().now == space, "the newer model served before"
    assert state(new) == switched


def test_a_model_that_shares_the_head_leaves_its_suggestions_alone(old: Shop, folders: Path, shop: Files) -> None:
    before = state(old)
    with Shop.open(shop.store_url, model=str(folders / NEW), compat=str(folders / "old-head")) as other:
        other.encode(switch=False)
        assert state(old) == before
        report = old.switch_model(NEW)
        assert (report.suggestions, report.lacks) == (40, 0)
        assert state(old) == (other.models()[0].models.space, *before[1:])


def test_an_encode_that_switches_can_be_rolled_back(old: Shop, new: Shop) -> None:
    before = state(old)
    new.encode()
    assert old.roll_back_model().now == before[0]
    assert state(old) == before


def test_a_model_that_lacks_a_picture_is_not_switched_to(old: Shop, new: Shop) -> None:
    space = new.encode(switch=False).space
    old.store.put([Entry(Item("later", semantic_category="bags"), new_picture())])
    assert [one.lacks for one in old.models()] == [0, 0], "no model found it so far"
    old.encode()
    before = state(old)
    assert [(one.lacks, one.is_complete) for one in old.models()] == [(0, True), (1, False)]
    with pytest.raises(UsageError, match="lacks vectors of 1 pictures") as refused:
        old.switch_model(space)
    assert "--no-switch" in refused.value.remedy
    assert state(old) == before
    new.encode(switch=False)
    assert old.switch_model(space[:8]).now == space


def test_a_rollback_needs_complete_vectors_too(old: Shop, new: Shop) -> None:
    new.encode()
    new.store.put([Entry(Item("later", semantic_category="bags"), new_picture())])
    new.encode()
    with pytest.raises(UsageError, match="lacks vectors of 1 pictures"):
        new.roll_back_model()
    old.encode(switch=False)
    assert new.roll_back_model().lacks == 0


def test_what_a_rollback_needs_is_dropped_only_when_asked(old: Shop, new: Shop, folders: Path, shop: Files) -> None:
    new.encode()
    assert new.encode(drop_old=True).deleted == 0
    write_tiny_model(folders / "third", seed=13)
    with opened(folders, shop, NEW) as again, Shop.open(shop.store_url, model=str(folders / "third")) as third:
        third.encode(switch=False, suggest=False)
        assert [one.models.name for one in again.models()] == [NEW, OLD, "third"]
        assert again.encode(drop_old=True).deleted == 40, "the third neither serves nor served before"
        assert former_set(again.store) is not None
        assert again.encode(drop_former=True).deleted == 80
        assert [one.models.name for one in again.models()] == [NEW]
        with pytest.raises(UsageError, match="no other model served before"):
            again.roll_back_model()


def test_a_model_that_the_store_does_not_have_is_an_error(old: Shop, new: Shop) -> None:
    with pytest.raises(UsageError, match="the store has no vectors of 'new', but of: old"):
        old.switch_model(NEW)
    new.encode(switch=False)
    with pytest.raises(UsageError, match=r"may be old .*, new"):
        old.switch_model("")
    assert old.switch_model(OLD).before == old.space, "it serves already"


def test_the_first_model_serves_at_once(folders: Path) -> None:
    with Shop.open(
        f"sqlite:///{folders}/fresh.db", model=str(folders / OLD), compat=str(folders / "old-head")
    ) as fresh:
        fresh.store.put([Entry(Item("one", semantic_category="bags"), new_picture())])
        assert fresh.models() == []
        assert fresh.encode(switch=False).serving
        assert fresh.models()[0].is_served
