"""Product pictures over HTTP: in sRGB, made once, kept on disk, and never at the cost of a search."""

import io
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from deepstyle.api.app import create_app
from deepstyle.api.routes import images
from deepstyle.catalogue.item import Item
from deepstyle.images.pixels import read_image
from deepstyle.settings import Settings
from deepstyle.store import Entry, open_store
from deepstyle.store.ingest_pictures import normalised
from deepstyle.style.encode import encode_store
from deepstyle.style.encoder import Encoder
from tests.api.conftest import problem_of
from tests.conftest import Shop
from tests.images import nasty
from tests.images.pictures import photo, save
from tests.images.test_colour_profile import lcms, wide_profile

JPEG = save(photo(400, 300), "JPEG")


def put(shop: Shop, entry: Entry) -> None:
    with open_store(shop.store_url) as store:
        store.put([entry])


def pixels(jpeg: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(jpeg)) as picture:
        return np.asarray(picture.convert("RGB")).astype(int)


def cached(settings: Settings) -> list[Path]:
    return [path for path in (settings.cache_dir / "images").rglob("*") if path.is_file()]


def test_a_width_is_made_once(client: TestClient, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    first = client.get("/image/item-001", params={"w": 160})
    assert len(cached(settings)) == 1
    monkeypatch.setattr(images, "thumbnail", lambda *_: pytest.fail("made again"))
    again = client.get("/image/item-001", params={"w": 160})
    assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])


def test_a_card_is_filled_around_the_garment(client: TestClient, shop: Shop) -> None:
    packshot = np.full((600, 600, 3), 245, np.uint8)
    packshot[350:500, 380:480] = (20, 60, 120)
    put(shop, Entry(Item("packshot"), normalised(save(Image.fromarray(packshot), "PNG"))))
    whole, card = (client.get("/image/packshot", params={"w": 160, **fit}) for fit in ({}, {"fit": "card"}))
    assert pixels(whole.content).shape == (160, 160, 3) and pixels(card.content).shape == (200, 160, 3)
    assert card.headers["etag"] != whole.headers["etag"]
    rows, columns = np.nonzero(pixels(card.content)[..., 0] < 100)
    assert abs(rows.mean() - 100) < 20 and abs(columns.mean() - 80) < 15, "in the middle"


@pytest.mark.parametrize("width", ["161", "0", "-1", "40000", "1e3"])
def test_a_client_cannot_fill_the_disk(client: TestClient, settings: Settings, width: str) -> None:
    assert client.get("/image/item-001", params={"w": width}).status_code in (400, 422)
    assert not cached(settings)


def test_a_changed_picture_is_served_at_once(client: TestClient, shop: Shop) -> None:
    before = client.get("/image/item-001", params={"w": 160})
    put(shop, Entry(Item("item-001"), normalised(save(photo(90, 120, seed=99), "JPEG"))))
    after = client.get("/image/item-001", params={"w": 160})
    assert after.content != before.content and after.headers["etag"] != before.headers["etag"]


def test_without_a_cache_pictures_are_served_all_the_same(settings: Settings) -> None:
    settings.cache_dir.mkdir(parents=True)
    (settings.cache_dir / "images").write_text("no folder")
    with TestClient(create_app(settings)) as client:
        assert client.get("/image/item-001", params={"w": 160}).status_code == 200
        assert client.get("/image/item-001").status_code == 200


def test_the_profile_is_applied_to_what_is_stored_and_to_what_is_sent(client: TestClient, shop: Shop) -> None:
    data = save(photo(400, 300), "JPEG", quality=98, subsampling="4:4:4", icc_profile=wide_profile())
    put(shop, Entry(Item("wide"), normalised(data)))
    expected = lcms(photo(400, 300), wide_profile()).astype(int)
    assert np.abs(pixels(client.get("/image/wide").content) - expected).mean() < 3
    tagged = client.post("/search_image", files={"image": data}).json()["results"][0]
    plain = client.post("/search_image", files={"image": save(Image.fromarray(expected.astype(np.uint8)), "PNG")})
    assert tagged["similarity"] == pytest.approx(plain.json()["results"][0]["similarity"], abs=0.02)


def test_a_picture_that_an_older_version_let_in_is_not_decoded(client: TestClient, shop: Shop) -> None:
    bomb = nasty.arithmetic_bomb()
    old = read_image(save(photo(), "JPEG"))
    put(shop, Entry(Item("old"), type(old)(bomb, old.sha256, "image/jpeg", 6_320, 6_320)))
    problem_of(client.get("/image/old", params={"w": 320}), 404, "no-image")


def test_waiting_for_memory_ends_in_a_503(settings: Settings) -> None:
    with TestClient(create_app(settings.model_copy(update={"decode_timeout_s": 0.05}))) as client:
        budget = client.app.state.resources.decoding  # type: ignore[attr-defined]
        with budget.reserve(10**12):
            problem_of(client.get("/image/item-001", params={"w": 160}), 503, "overloaded")
            busy = client.post("/search_image", files={"image": JPEG})
            problem_of(busy, 503, "overloaded")
            assert busy.headers["retry-after"]
        assert client.get("/image/item-001", params={"w": 160}).status_code == 200
        assert client.post("/search_image", files={"image": JPEG}).status_code == 200


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("jpeg arithmetic, 195 scans, 40 MP", 415, "unsupported-image"),
        ("jpeg grey 40 MP, AC refined x94", 413, "image-too-large"),
        ("png 40 MP, 16 bits, colour 6", 413, "image-too-large"),
    ],
)
def test_bombs_are_refused(client: TestClient, name: str, status: int, code: str) -> None:
    problem_of(client.post("/search_image", files={"image": nasty.nasty()[name]()}), status, code)


def test_further_pictures_are_served_listed_and_follow_the_store(client: TestClient, shop: Shop) -> None:
    further = [read_image(save(photo(60, 80, seed=seed), "JPEG")) for seed in (71, 72)]
    put(shop, Entry(Item("item-001"), None, tuple(further)))
    urls = client.get("/v1/items/item-001").json()["image_urls"]
    assert urls == [f"/image/item-001?picture={position}" for position in range(3)]
    first, second, third = (client.get(url) for url in urls)
    assert first.content == client.get("/image/item-001").content
    assert np.abs(pixels(third.content) - np.asarray(photo(60, 80, seed=72)).astype(int)).mean() < 5
    assert len({answer.headers["etag"] for answer in (first, second, third)}) == 3
    assert client.get(urls[2], headers={"If-None-Match": third.headers["etag"]}).status_code == 304
    assert client.get(f"{urls[1]}&w=160").headers["content-type"] == "image/jpeg"
    problem_of(client.get("/image/item-001?picture=3"), 404, "no-image")
    problem_of(client.get("/image/nobody?picture=1"), 404, "unknown-item")
    assert {client.get(f"/image/item-001?picture={picture}").status_code for picture in ("-1", "12", "x")} <= {400, 422}
    put(shop, Entry(Item("item-001"), None, (further[1],)))
    assert client.get(urls[1]).headers["etag"] == third.headers["etag"]
    problem_of(client.get(urls[2]), 404, "no-image")
    assert client.get("/v1/items/item-002").json()["image_urls"] == ["/image/item-002?picture=0"]


def test_a_search_says_which_picture_it_found_while_the_store_changes(client: TestClient, shop: Shop) -> None:
    wanted = save(photo(60, 80, seed=73), "PNG")
    put(shop, Entry(Item("item-001"), None, (read_image(save(photo(seed=74), "JPEG")), read_image(wanted))))
    with open_store(shop.store_url) as store:
        encode_store(store, Encoder.open(shop.model))
    best = client.post("/search_image", files={"image": wanted}).json()["results"][0]
    assert (best["item"]["item_id"], best["picture"]) == ("item-001", 2)
    similar = client.post("/similar/item-002").json()["results"]
    assert {result["picture"] for result in similar} <= {0, 1, 2}
    put(shop, Entry(Item("item-001"), None, ()))
    results = client.post("/search_image", files={"image": wanted}).json()["results"]
    assert {result["picture"] for result in results} == {0}
