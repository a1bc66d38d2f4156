"""Adding, replacing, changing and deleting single items over HTTP."""

import json
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient

from deepstyle.api.app import create_app
from deepstyle.settings import Settings
from deepstyle.store import Entry, open_store
from deepstyle.store.base import Store
from tests.api.conftest import bearer, problem_of
from tests.compatibility.shop import map_shop
from tests.conftest import Shop

NEW = "/v1/items/new-1"
FIELDS: dict[str, Any] = {"title": "Felt boots", "category": "Boots", "price": 59, "attributes": {"fit": "wide"}}


def put(client: TestClient, fields: dict[str, Any], picture: bytes = b"", **headers: str) -> httpx2.Response:
    if not picture:
        return client.put(NEW, json=fields, headers=headers)
    return client.put(NEW, data={"item": json.dumps(fields)}, files={"image": picture}, headers=headers)


def test_an_item_is_found_once_it_is_put(writer: TestClient) -> None:
    picture = Shop.picture(77)
    answer = put(writer, FIELDS, picture)
    assert answer.status_code == 201, answer.text
    body = answer.json()
    assert (body["change"], body["searchable"]) == ("added", True)
    assert body["item"]["semantic_category"] == "shoes"
    found = writer.post("/search_image", files={"image": picture}).json()["results"]
    assert found[0]["item"]["item_id"] == "new-1"
    assert found[0]["similarity"] > 0.999
    assert answer.headers["etag"] == writer.get(NEW).headers["etag"]
    again = put(writer, FIELDS, picture)
    assert (again.status_code, again.json()["change"]) == (200, "unchanged")
    assert again.headers["etag"] == answer.headers["etag"]


def test_a_put_replaces_all_fields_and_keeps_the_picture(writer: TestClient) -> None:
    put(writer, FIELDS, Shop.picture(77))
    before = writer.get(f"{NEW.replace('/v1/items', '/image')}").headers["etag"]
    answer = put(writer, {"title": "Slippers"})
    assert answer.json()["searchable"] is True
    item = writer.get(NEW).json()
    assert (item["title"], item["category"], item["price"], item["attributes"]) == ("Slippers", "", None, {})
    assert item["dominant_colours"]
    assert writer.get("/image/new-1").headers["etag"] == before
    put(writer, {"title": "Slippers"}, Shop.picture(78))
    assert writer.get("/image/new-1").headers["etag"] != before


def test_a_put_with_several_pictures_replaces_them_all(writer: TestClient) -> None:
    def send(*numbers: int) -> httpx2.Response:
        files = [("image", Shop.picture(number)) for number in numbers]
        return writer.put(NEW, data={"item": "{}"}, files=files)

    def pictures() -> list[str]:
        answer = writer.get(NEW)
        urls = answer.json()["image_urls"]
        return [answer.headers["etag"], *(writer.get(url).headers["etag"] for url in urls)]

    assert send(77, 78, 78, 79).json()["searchable"] is True
    first = pictures()
    assert len(first) == 4
    (match, *_) = writer.post("/search_image", files={"image": Shop.picture(79)}).json()["results"]
    assert (match["item"]["item_id"], match["picture"]) == ("new-1", 2)
    assert send(77, 78, 79).json()["change"] == "unchanged"
    assert send(77, 79, 78).json()["change"] == "changed"
    assert pictures()[0] != first[0]
    assert pictures()[1:] == [first[1], first[3], first[2]]
    send(77)
    assert len(pictures()) == 2
    problem_of(send(*range(13)), 422, "several-images")
    broken = [("image", Shop.picture(1)), ("image", b"x")]
    problem_of(writer.put(NEW, data={"item": "{}"}, files=broken), 415, "unsupported-image")
    assert len(pictures()) == 2


def test_an_item_with_variants_is_always_sent_again(writer: TestClient) -> None:
    put(writer, {**FIELDS, "model_id": "boot"}, Shop.picture(77))
    known = {"if-none-match": writer.get(NEW).headers["etag"]}
    assert writer.get(NEW, headers=known).status_code == 304
    item = {"item": json.dumps({"model_id": "boot", "colour": "red"})}
    writer.put("/v1/items/new-2", data=item, files={"image": Shop.picture(78)})
    answer = writer.get(NEW, headers=known)
    assert (answer.status_code, answer.headers["etag"]) == (200, known["if-none-match"])
    assert len(answer.json()["variants"]["items"]) == 2


def test_a_patch_merges(writer: TestClient) -> None:
    put(writer, {**FIELDS, "attributes": {"fit": "wide", "sole": "felt"}}, Shop.picture(77))
    changes = {"price": 49.5, "category": None, "attributes": {"fit": None, "heel": "flat"}}
    answer = writer.patch(NEW, json=changes, headers={"content-type": "application/merge-patch+json"})
    assert (answer.status_code, answer.json()["change"]) == (200, "changed")
    item = writer.get(NEW).json()
    assert (item["title"], item["price"], item["category"]) == ("Felt boots", 49.5, "")
    assert item["attributes"] == {"heel": "flat", "sole": "felt"}
    assert writer.patch(NEW, json={"price": None, "attributes": None}).json()["item"]["price"] is None
    assert writer.get(NEW).json()["attributes"] == {}
    assert writer.patch(NEW, json={}).json()["change"] == "unchanged"
    problem_of(writer.patch("/v1/items/nobody", json={"price": 1}), 404, "unknown-item")


def test_a_delete_is_idempotent(writer: TestClient) -> None:
    put(writer, FIELDS, Shop.picture(77))
    for _ in range(2):
        answer = writer.delete(NEW)
        assert (answer.status_code, answer.content) == (204, b"")
    problem_of(writer.get(NEW), 404, "unknown-item")
    found = writer.post("/search_image", files={"image": Shop.picture(77)}).json()["results"]
    assert "new-1" not in [result["item"]["item_id"] for result in found]


def test_a_change_of_somebody_else_is_not_overwritten(writer: TestClient) -> None:
    etag = put(writer, FIELDS, Shop.picture(77), **{"if-none-match": "*"}).headers["etag"]
    problem_of(put(writer, FIELDS, Shop.picture(77), **{"if-none-match": "*"}), 412, "precondition-failed")
    newer = writer.patch(NEW, json={"price": 1}, headers={"if-match": f'"other", {etag}'}).headers["etag"]
    assert newer != etag
    for stale in (etag, f"W/{newer}", "nonsense"):
        for method, body in (("PATCH", {"json": {"price": 2}}), ("PUT", {"json": FIELDS}), ("DELETE", {})):
            answer = writer.request(method, NEW, headers={"if-match": stale}, **body)  # type: ignore[arg-type]
            problem_of(answer, 412, "precondition-failed")
    assert writer.get(NEW).json()["price"] == 1
    assert writer.get(NEW, headers={"if-none-match": newer}).status_code == 304
    assert writer.get(NEW, headers={"if-none-match": etag}).status_code == 200
    assert writer.delete(NEW, headers={"if-match": "*"}).status_code == 204
    problem_of(writer.delete(NEW, headers={"if-match": "*"}), 412, "precondition-failed")


def test_encoding_again_leaves_the_etag(writer: TestClient, settings: Settings) -> None:
    etag = put(writer, FIELDS, Shop.picture(77)).headers["etag"]
    with open_store(settings.store) as store:
        image = store.image("new-1")
        assert image is not None
        item = store.get(["new-1"])["new-1"]
        assert item.dominant_colour
        store.put([Entry(item, image)])
    assert writer.get(NEW).headers["etag"] == etag


def test_another_writer_in_between_is_not_lost(
    writer: TestClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two processes that patch different fields at the same moment: both changes are there afterwards."""
    put(writer, FIELDS, Shop.picture(77))
    stored = writer.app.state.resources._writer.get()  # type: ignore[attr-defined]
    put_now, others = stored.put, iter([42.0])

    def late(*values: Any, **options: Any) -> Any:
        if price := next(others, None):
            with open_store(settings.store) as other:
                patched(other, price)
        return put_now(*values, **options)

    monkeypatch.setattr(stored, "put", late)
    assert writer.patch(NEW, json={"title": "Slippers"}).status_code == 200
    item = writer.get(NEW).json()
    assert (item["title"], item["price"]) == ("Slippers", 42)


def patched(store: Store, price: float) -> None:
    import dataclasses

    store.put([Entry(dataclasses.replace(store.get(["new-1"])["new-1"], price=price))])


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"colr": "red"}, "colr"),
        ({"price": "9"}, "price"),
        ({"price": True}, "price"),
        ({"price": -1}, "price"),
        ({"attributes": ["a"]}, "attributes"),
        ({"semantic_category": "hat"}, "hat"),
        ({"url": "javascript:alert(1)"}, "URL"),
        ({"item_id": "other"}, "other"),
        ({"image_url": "http://a/b.jpg"}, "image_url"),
        ({"dominant_colours": []}, "dominant_colours"),
        ({"dominant_colour": "red"}, "dominant_colour"),
        ({"title": {"en": "x"}}, "title"),
        ({"title": "x" * 2000}, "title"),
    ],
)
def test_a_field_that_cannot_be_is_named(writer: TestClient, fields: dict[str, Any], named: str) -> None:
    for answer in (put(writer, fields, Shop.picture(77)), writer.patch("/v1/items/item-001", json=fields)):
        assert named in problem_of(answer, 422, "invalid-parameter")["detail"]
    problem_of(writer.get(NEW), 404, "unknown-item")


def test_what_cannot_be_read(writer: TestClient) -> None:
    picture = Shop.picture(77)
    problem_of(put(writer, FIELDS), 422, "invalid-parameter")  # new, without a picture
    problem_of(put(writer, FIELDS, b"no picture"), 415, "unsupported-image")
    problem_of(put(writer, FIELDS, picture[:500]), 422, "broken-image")
    problem_of(writer.put(NEW, files={"image": picture}), 422, "invalid-parameter")
    problem_of(writer.put(NEW, data={"item": "{}", "x": "y"}, files={"image": picture}), 422, "invalid-parameter")
    problem_of(writer.put(NEW, data={"item": "{"}, files={"image": picture}), 400, "malformed-request")
    problem_of(writer.put(NEW, content=b"x"), 415, "unsupported-media-type")
    for body in (b"[]", b"null", b'"x"'):
        kind = {"content-type": "application/json"}
        problem_of(writer.patch(NEW, content=body, headers=kind), 422, "invalid-parameter")
    for item_id in ("a%20b%00", "x" * 129):
        answer = writer.put(f"/v1/items/{item_id}", data={"item": "{}"}, files={"image": picture})
        assert answer.status_code == 422, item_id


def test_an_item_that_is_written_has_suggestions(settings: Settings, shop: Shop, tmp_path: Any) -> None:
    """They are computed when they are asked for, until the next ``deepstyle suggest``."""
    head = map_shop(shop, tmp_path / "head")
    app = create_app(settings.model_copy(update={"compat": str(head)}))
    with TestClient(app, headers=bearer(settings)) as client:
        put(client, {**FIELDS, "semantic_category": "shoes"}, Shop.picture(77))
        body = client.post("/compatible/new-1").json()
    assert body["results"], body


def test_a_store_that_was_never_encoded(settings: Settings, tmp_path: Any) -> None:
    url = f"sqlite:///{tmp_path}/new.db"
    with open_store(url):
        pass
    fresh = settings.model_copy(update={"store": url})
    with TestClient(create_app(fresh), headers=bearer(fresh)) as client:
        answer = put(client, FIELDS, Shop.picture(77))
        assert (answer.status_code, answer.json()["searchable"]) == (201, False)
