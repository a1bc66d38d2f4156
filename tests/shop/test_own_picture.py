"""A photo that is a copy of an item's own picture finds that item first, whatever its vector is near to."""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from deepstyle.images.picture_print import picture_print
from deepstyle.search.query import Query
from deepstyle.shop import Shop
from deepstyle.store.base import ItemFilter
from deepstyle.style.alike import SAME_PICTURE
from tests.conftest import Shop as Files
from tests.conftest import make_shop
from tests.images.pictures import save

OWN, OTHER = "item-004", "item-009"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> Iterator[Shop]:
    made = make_shop(tmp_path_factory.mktemp("own"), tiny_model)
    with Shop.open(made.store_url, model=str(tiny_model)) as opened:
        yield opened


@pytest.fixture(scope="module")
def misled(shop: Shop) -> np.ndarray:
    """A vector that is near to another item than the one whose picture it is said to be of."""
    return np.asarray(shop.store.vectors(shop.space, [OTHER]).vectors[0])


def print_of(shop: Shop, item_id: str) -> str:
    return shop.store.get([item_id])[item_id].picture_print


def copy_of(number: int) -> bytes:
    """The picture of an item, compressed again."""
    return save(Image.open(io.BytesIO(Files.picture(number))), "JPEG", quality=60)


def test_encoding_stores_the_print_of_the_prepared_picture(shop: Shop) -> None:
    image = shop.store.image(OWN)
    assert image is not None
    prepared = shop.encoder.prepare(shop.encoder.decode(image.data))
    assert print_of(shop, OWN) == picture_print(prepared) == shop.embed_photo(image.data).prints[0] != ""


def test_a_copy_of_each_picture_finds_its_item_first(shop: Shop) -> None:
    for number in range(0, 40, 7):
        answer = shop.search_photo(copy_of(number), k=3)
        assert answer.matches[0].item.item_id == f"item-{number:03}"
        assert answer.matches[0].similarity == pytest.approx(1.0, abs=1e-5)
        assert [SAME_PICTURE in match.shared for match in answer.matches] == [True, False, False]


def test_the_print_decides_where_the_vector_is_near_to_another(shop: Shop, misled: np.ndarray) -> None:
    assert shop.search_embedding(misled, k=1).matches[0].item.item_id == OTHER
    answer = shop.search_embedding(misled, k=5, picture_print=print_of(shop, OWN))
    vector = shop.store.vectors(shop.space, [OWN]).vectors[0]
    assert answer.own_picture is not None and answer.own_picture.item_id == OWN
    assert [one.item for one in answer.matches] == [one.item for one in shop.search_embedding(vector, k=5).matches]
    joined = [*answer.matches, *shop.search_embedding(answer.own_picture.vector, k=5, offset=5).matches]
    assert [one.item for one in joined] == [one.item for one in shop.search_embedding(vector, k=10).matches]


def test_what_the_filter_excludes_is_not_found(shop: Shop, misled: np.ndarray) -> None:
    where = ItemFilter(brands=("Nord",))  # the own item is of the other brand
    answer = shop.search_embedding(misled, k=5, where=where, picture_print=print_of(shop, OWN))
    assert answer.own_picture is None and answer.matches[0].item.item_id == OTHER


def test_another_order_and_several_photos_are_not_of_one_picture(shop: Shop, misled: np.ndarray) -> None:
    own = print_of(shop, OWN)
    assert shop.search_embedding(misled, k=5, sort="price", picture_print=own).own_picture is None
    found = shop.search(Query(vectors=(misled, misled), picture_print=own))
    assert found.matches[0].item.item_id == OTHER


def test_a_typed_query_finds_it_and_explains_it(shop: Shop, misled: np.ndarray) -> None:
    found = shop.search(Query(vectors=(misled,), k=3, picture_print=print_of(shop, OWN), facets=True))
    assert [one.item.item_id == OWN for one in found.matches] == [True, False, False]
    assert found.matches[0].shared[0] == SAME_PICTURE
    assert [stage.detail for stage in found.stages if stage.name == "nearest"] == [f"the picture of {OWN}"]


def test_items_that_were_encoded_without_prints_are_found_as_before(
    shop: Shop, misled: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = print_of(shop, OWN)
    monkeypatch.setattr("deepstyle.search.same_picture.same_picture", lambda wanted, prints: None)
    assert shop.search_embedding(misled, k=1, picture_print=own).matches[0].item.item_id == OTHER
