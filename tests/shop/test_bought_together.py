"""A shop whose suggestions follow what people buy together, once that is promoted, unless it is switched off."""

from pathlib import Path

import numpy as np
import pytest

import deepstyle
from deepstyle.compatibility.association import Place, article_of
from deepstyle.people.associations.folder import FOLDER, TABLE, AssociationSpec, Counted, write_association
from deepstyle.people.open import open_people
from deepstyle.people.ranking.records import promote, roll_back
from deepstyle.settings import Settings
from tests.compatibility.shop import map_shop
from tests.conftest import make_shop

VERSION = "20261127T100000-00000001"


@pytest.fixture
def settings(tmp_path: Path, tiny_model: Path) -> Settings:
    shop = make_shop(tmp_path, tiny_model)
    return Settings(
        store=shop.store_url,
        model=str(shop.model),
        compat=str(map_shop(shop, tmp_path / "head")),
        people_store=f"sqlite:///{tmp_path / 'people.db'}",
        rankings_dir=tmp_path / "rankings",
    )


def promoted(settings: Settings, item_id: str, category: str) -> str:
    """Promote that fifty people bought the item with what the head likes least of a category; return that item."""
    with deepstyle.Shop.open(settings=settings) as shop:
        worst = shop.compatible(item_id, k=1000)[category][-1].item
        query = shop.item(item_id)
        space, dimension = shop.stylist.space, shop.stylist.head.spec.embedding_dim
    kinds = {one.item_id: one.semantic_category for one in (query, worst)}
    articles = [f"article:{article_of(one)}" for one in (query, worst)]
    of_categories = [f"category:{one.semantic_category}" for one in (query, worst)]
    pairs = [(articles[0], articles[1], 50), (articles[0], of_categories[1], 50), (articles[1], of_categories[0], 50)]
    people = {(min(one, other), max(one, other)): count for one, other, count in [*pairs, (*of_categories, 5000)]}
    places = {one.item_id: Place(article_of(one), f"{kinds[one.item_id]}/0") for one in (query, worst)}
    centroids = {name: np.eye(1, dimension, dtype=np.float32) for name in kinds.values()}
    spec = AssociationSpec(VERSION, "2026-11-27T10:00:00Z", space, True, 1.0, 0, 1, 100, 50)
    write_association(settings.rankings_dir / FOLDER / VERSION, spec, centroids, Counted(people, places))
    with open_people(settings.people_store) as store:
        promote(store, VERSION, TABLE)
    return worst.item_id


def first_of(settings: Settings, item_id: str, category: str) -> tuple[str, list[str]]:
    with deepstyle.Shop.open(settings=settings) as shop:
        first = shop.compatible(item_id, k=1)[category][0]
        return first.item.item_id, [reason.code for reason in first.reasons]


def test_suggestions_follow_what_is_promoted_until_it_is_switched_off_or_rolled_back(settings: Settings) -> None:
    with deepstyle.Shop.open(settings=settings) as shop:
        category = next(iter(shop.compatible("item-000")))
    before = first_of(settings, "item-000", category)
    partner = promoted(settings, "item-000", category)

    found, codes = first_of(settings, "item-000", category)
    assert (found, codes[0]) == (partner, "bought_together")
    off = settings.model_copy(update={"bought_together": False})
    assert first_of(off, "item-000", category) == before
    with open_people(settings.people_store) as store:
        roll_back(store, TABLE)
    assert first_of(settings, "item-000", category) == before
