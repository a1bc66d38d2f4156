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
from deepstyle.store.ingest import make_entry
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


@pytest.mark.parametrize("width", ["161", "0", "-1", "40000", "1e3"])
def test_a_client_cannot_fill_the_disk(client: TestClient, settings: Settings, width: str) -> None:
    assert client.get("/image/item-001", params={"w": width}).status_code in (400, 422)
    assert not cached(settings)


def test_a_changed_picture_is_served_at_once(client: TestClient, shop: Shop) -> None:
    before = client.get("/image/item-001", params={"w": 160})
    put(shop, make_entry(Item("item-001"), save(photo(90, 120, seed=99), "JPEG")))
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
    put(shop, make_entry(Item("wide"), data))
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
