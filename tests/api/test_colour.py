"""``colour=match|ignore|#rrggbb`` over HTTP, beside the filter of the same name."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from deepstyle.api.app import create_app
from deepstyle.settings import Settings
from tests.api.conftest import problem_of
from tests.coloured import RED, garment, make_coloured_shop

JPEG = garment("navy", "tall")


@pytest.fixture(scope="module")
def coloured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("coloured")
    shop = make_coloured_shop(folder)
    settings = Settings(store=shop.store_url, model=str(shop.model), cache_dir=folder / "cache")
    with TestClient(create_app(settings)) as client:
        yield client


def ids(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [result["item"]["item_id"] for result in answer.json()["results"]]


def colours(answer: Any) -> list[str]:
    return [item_id.split("-")[0] for item_id in ids(answer)]


def test_a_photo_is_found_in_another_colour(coloured: TestClient) -> None:
    post = coloured.post
    for path in ("/search_image", "/v1/search"):
        assert colours(post(path, files={"image": JPEG}))[:3] == ["navy"] * 3
        assert colours(post(path, files={"image": JPEG}, data={"colour": "match"}))[:3] == ["navy"] * 3
        assert colours(post(path, files={"image": JPEG}, data={"colour": RED}))[:3] == ["red"] * 3


def test_an_item_is_found_in_another_colour(coloured: TestClient) -> None:
    plain = coloured.post("/similar/navy-tall")
    assert ids(plain) == ids(coloured.get("/v1/items/navy-tall/similar", params={"colour": "match"}))
    for answer in (
        coloured.post("/similar/navy-tall", params={"colour": RED}),
        coloured.get("/v1/items/navy-tall/similar", params={"colour": RED}),
    ):
        assert colours(answer)[:3] == ["red"] * 3


def test_a_name_filters_and_a_choice_does_not(coloured: TestClient) -> None:
    answer = coloured.get("/v1/items/navy-tall/similar", params={"colour": ["wide", RED]})
    assert ids(answer)[0] == "red-wide" and set(ids(answer)) == {"red-wide", "navy-wide", "green-wide"}


def test_pages_go_on_with_the_same_choice_only(coloured: TestClient) -> None:
    whole = ids(coloured.post("/v1/search", files={"image": JPEG}, data={"colour": RED}))
    first = coloured.post("/v1/search", files={"image": JPEG}, data={"colour": RED, "k": "4"})
    cursor = first.json()["next_cursor"]
    rest = coloured.post("/v1/search", files={"cursor": (None, cursor), "colour": (None, RED), "k": (None, "10")})
    assert ids(first) + ids(rest) == whole
    another = coloured.post("/v1/search", files={"cursor": (None, cursor), "colour": (None, "ignore")})
    problem_of(another, 400, "bad-cursor")


@pytest.mark.parametrize("colour", ["red", "#12345"])
def test_a_route_without_filters_refuses_another_text(coloured: TestClient, colour: str) -> None:
    answers = (
        coloured.post("/similar/navy-tall", params={"colour": colour}),
        coloured.post("/search_image", files={"image": JPEG}, data={"colour": colour}),
    )
    for answer in answers:
        assert "#rrggbb" in problem_of(answer, 422, "invalid-parameter")["remedy"]


def test_two_choices_are_refused(coloured: TestClient) -> None:
    answer = coloured.get("/v1/items/navy-tall/similar", params={"colour": ["ignore", RED]})
    problem_of(answer, 422, "invalid-parameter")


def test_a_model_without_colour_refuses_every_choice(client: TestClient) -> None:
    answers = (
        client.post("/similar/item-003", params={"colour": "ignore"}),
        client.get("/v1/items/item-003/similar", params={"colour": RED}),
        client.post("/search_image", files={"image": JPEG}, data={"colour": "match"}),
        client.post("/v1/search", files={"image": JPEG}, data={"colour": "ignore"}),
    )
    for answer in answers:
        assert "no colour" in problem_of(answer, 422, "invalid-parameter")["detail"]
