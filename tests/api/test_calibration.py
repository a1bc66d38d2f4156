"""Probabilities, bands and the honest "no good match" over HTTP, on a store whose calibration is set by hand."""

import pytest
from fastapi.testclient import TestClient

from deepstyle.store import open_store
from deepstyle.style.calibration.calibration import calibration_fact, write_calibration
from deepstyle.style.calibration.decision import BANDS, band_of
from deepstyle.style.encoder import Encoder
from tests.api.conftest import problem_of
from tests.conftest import Shop
from tests.images.pictures import photo, save
from tests.style.calibration.made import made_calibration

JPEG = Shop.picture(3)


@pytest.fixture
def calibrated(shop: Shop) -> None:
    calibrate(shop, 0.5)


def calibrate(shop: Shop, limit: float) -> None:
    with open_store(shop.store_url) as store:
        write_calibration(store, made_calibration(Encoder.open(shop.model).fingerprint, limit))


def test_without_calibration_nothing_is_claimed(client: TestClient) -> None:
    for answer in (
        client.post("/search_image", files={"image": JPEG}).json(),
        client.get("/v1/items/item-003/similar").json(),
    ):
        assert (answer["calibrated"], answer["is_good_match"]) == (False, None)
        assert {result["band"] for result in answer["results"]} == {None}
        assert {result["same_type_probability"] for result in answer["results"]} == {None}
    assert client.get("/v1/info").json()["calibrated"] is False


def test_each_result_has_a_probability_and_its_band(client: TestClient, calibrated: None) -> None:
    for answer in (
        client.post("/search_image", files={"image": JPEG}).json(),
        client.post("/v1/search", files={"image": save(photo(80, 100, seed=99), "JPEG")}, data={"k": "30"}).json(),
        client.get("/v1/items/item-003/similar?k=30").json(),
        client.post("/similar/item-003").json(),
    ):
        assert (answer["calibrated"], answer["is_good_match"]) == (True, True)
        for result in answer["results"]:
            assert result["same_type_probability"] == pytest.approx(max(0, result["similarity"]), abs=1e-4)
            assert result["band"] == band_of(result["same_type_probability"]).code


def test_the_words_are_served(client: TestClient, calibrated: None) -> None:
    info = client.get("/v1/info").json()
    assert info["calibrated"] is True
    assert [band["code"] for band in info["bands"]] == [band.code for band in BANDS]
    assert info["bands"][0] == {
        "code": "very_likely",
        "probability_from": 0.9,
        "labels": {"en": "Same type: very likely", "de": "Gleicher Typ: sehr wahrscheinlich"},
    }


def test_no_good_match_below_the_limit_on_every_page(client: TestClient, shop: Shop, calibrated: None) -> None:
    query = save(photo(80, 100, seed=99), "JPEG")
    first = client.post("/v1/search", files={"image": query}, data={"k": "3"}).json()
    by_look = client.post("/v1/search", files={"image": query}, data={"k": "1", "category_vote": "false"}).json()
    calibrate(shop, by_look["results"][0]["similarity"] + 1e-4)
    second = {"k": (None, "3"), "cursor": (None, first["next_cursor"])}
    for form in ({"image": query, "k": (None, "3")}, second):
        assert client.post("/v1/search", files=form).json()["is_good_match"] is False


def test_nothing_found_is_no_good_match(client: TestClient, calibrated: None) -> None:
    answer = client.post("/v1/search", files={"image": JPEG}, data={"brand": "Nobody"}).json()
    assert answer["results"] == []
    assert answer["is_good_match"] is False


def test_a_damaged_calibration_is_told(client: TestClient, shop: Shop) -> None:
    with open_store(shop.store_url) as store:
        store.set_meta(calibration_fact(store.meta("style_space") or ""), "{")
    problem_of(client.post("/search_image", files={"image": JPEG}), 503, "not-ready")
