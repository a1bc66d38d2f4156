"""Two photos over HTTP: this cut, that colour."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from deepstyle.api.app import create_app
from deepstyle.api.cursors import MAX_CURSOR_CHARS
from deepstyle.settings import Settings
from tests.api.conftest import pages, problem_of
from tests.conftest import Shop, make_shop
from tests.style.tiny import write_coloured_model


@pytest.fixture(scope="module")
def coloured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A server whose model tells colours from styles."""
    folder = tmp_path_factory.mktemp("coloured")
    write_coloured_model(folder / "model", 0.5)
    shop = make_shop(folder, folder / "model")
    settings = Settings(store=shop.store_url, model=str(shop.model), cache_dir=folder / "cache")
    with TestClient(create_app(settings)) as opened:
        yield opened


def test_a_photo_gives_its_colour_to_another(coloured: TestClient) -> None:
    photos = {"image": Shop.picture(3), "colour_image": Shop.picture(8)}
    first = coloured.post("/v1/search", files=photos, data={"k": "4", "debug": "true"}).json()
    assert len(first["next_cursor"]) <= MAX_CURSOR_CHARS
    assert "composed" in [stage["name"] for stage in first["stages"]]
    alone = coloured.post("/v1/search", files={"image": photos["image"]}, data={"k": "4"}).json()
    assert [one["item"]["item_id"] for one in first["results"]] != [one["item"]["item_id"] for one in alone["results"]]
    whole = coloured.post("/v1/search", files=photos, data={"k": "12"}).json()
    assert pages(coloured, first, 3) == [one["item"]["item_id"] for one in whole["results"]]
    liked = coloured.post(
        "/v1/search", files={"colour_image": photos["colour_image"]}, data={"like": "item-003"}
    ).json()
    assert liked["results"]


@pytest.mark.parametrize(
    ("files", "status", "code"),
    [
        ([("colour_image", b"x")], 422, "missing-image"),
        ([("image", Shop.picture(3)), ("colour_image", b"no picture")], 415, "unsupported-image"),
        ([("image", Shop.picture(3)), ("colour_image", b"")], 422, "missing-image"),
        ([("image", Shop.picture(3)), *[("colour_image", Shop.picture(4))] * 2], 422, "several-images"),
        ([*[("image", Shop.picture(3))] * 2, ("colour_image", Shop.picture(4))], 422, "several-images"),
        ([("image", Shop.picture(3)), ("texture_image", Shop.picture(4))], 422, "several-images"),
        ([("texture_image", Shop.picture(4)), ("colour_image", Shop.picture(4))], 422, "missing-image"),
    ],
)
def test_second_photos_that_are_refused(
    coloured: TestClient, files: list[tuple[str, bytes]], status: int, code: str
) -> None:
    sent = [(name, ("a.jpg", data)) for name, data in files]
    problem_of(coloured.post("/v1/search", files=sent), status, code)
    problem_of(coloured.post("/search_image", files=sent), 422, "several-images" if len(files) > 1 else "missing-image")


def test_a_model_without_colours_refuses_a_second_photo(client: TestClient) -> None:
    photos = {"image": Shop.picture(3), "colour_image": Shop.picture(8)}
    problem_of(client.post("/v1/search", files=photos), 400, "bad-parameter")
