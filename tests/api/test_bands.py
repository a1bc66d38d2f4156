"""Bands and the honest "no good match" over HTTP, on a store whose limits are set by hand."""

from dataclasses import replace

import numpy as np
import pytest
from fastapi.testclient import TestClient

from deepstyle.store import open_store
from deepstyle.style.bands import BANDS_META, Bands, write_bands
from deepstyle.style.encoder import Encoder
from tests.api.conftest import problem_of
from tests.conftest import Shop
from tests.images.pictures import photo, save

JPEG = Shop.picture(3)


@pytest.fixture
def limits(shop: Shop) -> Bands:
    encoder = Encoder.open(shop.model)
    made = Bands(encoder.fingerprint, "store", 0.9999, 0.95, 0.5, np.zeros((1, 16), np.float32))
    with open_store(shop.store_url) as store:
        write_bands(store, made)
    return made


def test_without_limits_nothing_is_claimed(client: TestClient) -> None:
    answer = client.post("/search_image", files={"image": JPEG}).json()
    assert answer["good_match"] is None
    assert {result["band"] for result in answer["results"]} == {None}
    assert client.get("/v1/info").json()["bands"] is None


def test_each_result_has_the_band_of_its_similarity(client: TestClient, limits: Bands) -> None:
    for answer in (
        client.post("/search_image", files={"image": JPEG}).json(),
        client.post("/v1/search", files={"image": save(photo(80, 100, seed=99), "JPEG")}, data={"k": "30"}).json(),
        client.get("/v1/items/item-003/similar?k=30").json(),
        client.post("/similar/item-003").json(),
    ):
        assert answer["good_match"] is True
        for result in answer["results"]:
            assert result["band"] == limits.band(result["similarity"])
    body = client.get("/v1/info").json()["bands"]
    assert body == {"near_identical": 0.9999, "very_similar": 0.95, "related": 0.5, "measured_on": "store"}


def test_no_good_match_below_the_limit_on_every_page(client: TestClient, shop: Shop, limits: Bands) -> None:
    query = save(photo(80, 100, seed=99), "JPEG")
    first = client.post("/v1/search", files={"image": query}, data={"k": "3"}).json()
    by_look = client.post("/v1/search", files={"image": query}, data={"k": "1", "category_vote": "false"}).json()
    best = by_look["results"][0]["similarity"]
    with open_store(shop.store_url) as store:
        write_bands(store, replace(limits, near_identical=1.0, very_similar=1.0, related=best + 1e-4))
    second = {"k": (None, "3"), "cursor": (None, first["next_cursor"])}
    for form in ({"image": query, "k": (None, "3")}, second):
        page = client.post("/v1/search", files=form).json()
        assert page["good_match"] is False
        assert {result["band"] for result in page["results"]} == {"unlike"}


def test_nearer_to_what_is_no_garment_than_to_any_item(client: TestClient, shop: Shop, limits: Bands) -> None:
    query = photo(80, 100, seed=99)
    png = save(query, "PNG")
    vector = Encoder.open(shop.model).encode([np.asarray(query)]).embeddings
    with open_store(shop.store_url) as store:
        write_bands(store, replace(limits, references=vector))
    assert client.post("/v1/search", files={"image": png}).json()["good_match"] is False


def test_nothing_found_is_no_good_match(client: TestClient, limits: Bands) -> None:
    answer = client.post("/v1/search", files={"image": JPEG}, data={"brand": "Nobody"}).json()
    assert answer["results"] == []
    assert answer["good_match"] is False


def test_damaged_limits_are_told(client: TestClient, shop: Shop) -> None:
    with open_store(shop.store_url) as store:
        store.set_meta(BANDS_META, "{")
    problem_of(client.post("/search_image", files={"image": JPEG}), 503, "not-ready")
