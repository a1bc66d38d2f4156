"""Search by photo over HTTP: what it finds, pages and filters, and every way in which an upload can be wrong."""

import itertools
import zlib
from collections.abc import Iterator

import httpx2
import numpy as np
import pytest
from fastapi.testclient import TestClient

from deepstyle.api.app import create_app
from deepstyle.images.pixels import decode, encode_jpeg
from deepstyle.settings import Settings
from deepstyle.shop import Shop as Library
from deepstyle.store import ItemFilter, open_store
from deepstyle.style.encoder import Encoder
from deepstyle.style.rerank import Reranking
from deepstyle.style.search import Crop, search_photo
from tests.api.conftest import problem_of
from tests.conftest import Shop
from tests.images.pictures import photo, save

JPEG = Shop.picture(3)
SERVED = Reranking(category_vote=True)
FORM = {"content-type": "multipart/form-data; boundary=xx"}


def part(name: str, content: bytes, filename: str | None = "a.jpg") -> bytes:
    named = f'; filename="{filename}"' if filename is not None else ""
    return f'--xx\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'.encode() + content + b"\r\n"


@pytest.mark.parametrize("field", ["image", "file"])
def test_search_image_finds_the_same_as_the_library(client: TestClient, shop: Shop, field: str) -> None:
    query = save(photo(80, 100, seed=99), "JPEG")
    answer = client.post("/search_image", files={field: ("x.jpg", query)})
    assert answer.status_code == 200
    results = answer.json()["results"]
    with open_store(shop.store_url, read_only=True) as store:
        expected = search_photo(store, Encoder.open(shop.model), query, k=10, by=SERVED)
    assert [result["rank"] for result in results] == list(range(1, 11))
    assert [result["item"]["item_id"] for result in results] == [match.item.item_id for match in expected]
    np.testing.assert_allclose([r["similarity"] for r in results], [m.similarity for m in expected], atol=1e-5)
    assert results[0]["item"]["description"].startswith("What the shop says")
    assert all(-1 <= result["similarity"] <= 1 for result in results)


def test_search_image_finds_the_picture_itself(client: TestClient) -> None:
    first = client.post("/search_image", files={"image": JPEG}).json()["results"][0]
    assert first["item"]["item_id"] == "item-003"
    assert first["similarity"] == pytest.approx(1.0, abs=1e-4)
    assert client.get(first["item"]["image_url"]).status_code == 200


def test_a_copy_of_a_picture_is_searched_for_as_that_picture_on_every_page(client: TestClient, shop: Shop) -> None:
    copy = encode_jpeg(decode(JPEG), 60)
    answer = client.post("/v1/search", files={"image": copy}, data={"k": "7"}).json()
    assert [one["shared"][:1] == [{"code": "same_picture", "parameters": {}}] for one in answer["results"]] == [
        one["item"]["item_id"] == "item-003" for one in answer["results"]
    ]
    assert answer["results"][0]["similarity"] == pytest.approx(1.0, abs=1e-4)
    following = client.post("/v1/search", json={"cursor": answer["next_cursor"]}).json()
    with Library.open(shop.store_url, model=str(shop.model)) as library:
        vector = library.store.vectors(library.space, ["item-003"]).vectors[0]
        expected = library.search_embedding(vector, k=14).matches
    joined = [one["item"]["item_id"] for one in (*answer["results"], *following["results"])]
    assert joined == [match.item.item_id for match in expected]


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_every_allowed_format_is_answered(client: TestClient, kind: str) -> None:
    assert client.post("/search_image", files={"image": save(photo(), kind)}).status_code == 200


def test_filters_and_crop_are_the_library_s(client: TestClient, shop: Shop) -> None:
    form = {"k": "5", "semantic_category": ["shoes", "bags"], "price_max": "200", "crop": "0.1, 0.2, 0.5, 0.6"}
    answer = client.post("/v1/search", files={"image": JPEG}, data=form)
    where = ItemFilter(semantic_categories=("shoes", "bags"), price_max=200)
    with open_store(shop.store_url, read_only=True) as store:
        crop = Crop(0.1, 0.2, 0.5, 0.6)
        expected = search_photo(store, Encoder.open(shop.model), JPEG, k=5, where=where, crop=crop, by=SERVED)
    assert [r["item"]["item_id"] for r in answer.json()["results"]] == [m.item.item_id for m in expected]


def test_switches_are_the_library_s(client: TestClient, shop: Shop) -> None:
    query = save(photo(80, 100, seed=99), "JPEG")
    answers = []
    with open_store(shop.store_url, read_only=True) as store:
        for vote, expansion in itertools.product((False, True), repeat=2):
            by = Reranking(category_vote=vote, query_expansion=expansion)
            form = {"k": "40", "category_vote": str(vote).lower(), "query_expansion": str(expansion).lower()}
            found = client.post("/v1/search", files={"image": query}, data=form).json()["results"]
            expected = search_photo(store, Encoder.open(shop.model), query, k=40, by=by)
            assert [result["item"]["item_id"] for result in found] == [match.item.item_id for match in expected]
            answers.append([(result["item"]["item_id"], result["similarity"]) for result in found])
    assert len({tuple(answer) for answer in answers}) == 4
    for answer in answers:  # the order alone differs
        assert sorted(answer) == sorted(answers[0])


def test_several_crops_are_another_query(client: TestClient, shop: Shop) -> None:
    canvas = np.full((240, 240, 3), 250, np.uint8)
    canvas[60:180, 90:180] = decode(JPEG)[:120, :90]
    query = encode_jpeg(canvas, 95)
    with open_store(shop.store_url, read_only=True) as store:
        library = Library(store, encoder=Encoder.open(shop.model))
        found = []
        for several in (False, True):
            form = {"k": "40", "several_crops": str(several).lower()}
            results = client.post("/v1/search", files={"image": query}, data=form).json()["results"]
            expected = library.search_photo(query, k=40, several_crops=several).matches
            assert [result["item"]["item_id"] for result in results] == [match.item.item_id for match in expected]
            found.append([result["similarity"] for result in results])
    assert found[0] != found[1]


def send_fields(client: TestClient, fields: dict[str, str]) -> httpx2.Response:
    body = b"".join(part(name, value.encode(), None) for name, value in fields.items()) + b"--xx--\r\n"
    return client.post("/v1/search", content=body, headers=FORM)


def test_pages_join_to_the_whole_ranking(client: TestClient) -> None:
    whole = client.post("/v1/search", files={"image": JPEG}, data={"k": "100"}).json()
    assert whole["next_cursor"] is None
    assert len(whole["results"]) == 40
    answer = client.post("/v1/search", files={"image": JPEG}, data={"k": "7"}).json()
    joined = answer["results"]
    while answer["next_cursor"]:
        answer = send_fields(client, {"k": "7", "cursor": answer["next_cursor"]}).json()
        joined += answer["results"]
    assert joined == whole["results"]


def test_a_cursor_serves_another_process(client: TestClient, settings: Settings) -> None:
    cursor = client.post("/v1/search", files={"image": JPEG}, data={"k": "7"}).json()["next_cursor"]
    with TestClient(create_app(settings)) as other:
        ours, theirs = (send_fields(one, {"cursor": cursor}).json() for one in (client, other))
    assert ours == theirs
    assert ours["results"][0]["rank"] == 8


def test_a_cursor_is_bound_to_its_filter_and_not_to_be_bent(client: TestClient) -> None:
    cursor = client.post("/v1/search", files={"image": JPEG}, data={"k": "7"}).json()["next_cursor"]
    for changed in ({"brand": "Nord"}, {"category_vote": "false"}, {"query_expansion": "true"}):
        problem_of(send_fields(client, {"cursor": cursor, **changed}), 400, "bad-cursor")
    for bent in (cursor[:-4], cursor[:20] + ("A" if cursor[20] != "A" else "B") + cursor[21:], "x", "é", "\x00"):
        problem_of(send_fields(client, {"cursor": bent}), 400, "bad-cursor")
    browse = client.get("/v1/items?limit=2").json()["next_cursor"]
    problem_of(send_fields(client, {"cursor": browse}), 400, "bad-cursor")
    both = client.post("/v1/search", files={"image": JPEG}, data={"cursor": cursor})
    problem_of(both, 400, "malformed-request")


@pytest.mark.parametrize(
    ("form", "status", "code"),
    [
        ({"k": "ten"}, 400, "bad-parameter"),
        ({"k": "0"}, 422, "invalid-parameter"),
        ({"k": "101"}, 422, "invalid-parameter"),
        ({"price_min": "cheap"}, 400, "bad-parameter"),
        ({"price_min": "nan"}, 422, "invalid-parameter"),
        ({"price_min": "9", "price_max": "1"}, 422, "invalid-parameter"),
        ({"crop": "0,0,1"}, 422, "invalid-parameter"),
        ({"crop": "a,b,c,d"}, 422, "invalid-parameter"),
        ({"crop": "0.5,0.5,0.6,0.1"}, 422, "invalid-parameter"),
        ({"crop": "nan,0,1,1"}, 422, "invalid-parameter"),
        ({"colour": "x" * 201}, 422, "invalid-parameter"),
        ({"limit": "3"}, 422, "invalid-parameter"),
        ({"category_vote": "perhaps"}, 400, "bad-parameter"),
    ],
)
def test_bad_parameters(client: TestClient, form: dict[str, str], status: int, code: str) -> None:
    problem_of(client.post("/v1/search", files={"image": JPEG}, data=form), status, code)


@pytest.mark.parametrize("path", ["/search_image", "/v1/search"])
class TestBrokenUploads:
    def test_no_body(self, client: TestClient, path: str) -> None:
        problem_of(client.post(path), 422, "missing-image")

    def test_another_kind_of_body(self, client: TestClient, path: str) -> None:
        status, code = (415, "unsupported-media-type") if path == "/search_image" else (422, "invalid-parameter")
        problem_of(client.post(path, json={"image": "x"}), status, code)
        problem_of(
            client.post(path, content=JPEG, headers={"content-type": "image/jpeg"}), 415, "unsupported-media-type"
        )

    def test_no_file_in_the_form(self, client: TestClient, path: str) -> None:
        body = part("k", b"5", None) + b"--xx--\r\n"
        problem_of(client.post(path, content=body, headers=FORM), 422, "missing-image")

    def test_text_instead_of_a_file(self, client: TestClient, path: str) -> None:
        body = part("image", b"photo.jpg", None) + b"--xx--\r\n"
        problem_of(client.post(path, content=body, headers=FORM), 422, "missing-image")

    def test_a_file_in_another_field(self, client: TestClient, path: str) -> None:
        problem_of(client.post(path, files={"picture": JPEG}), 422, "missing-image")

    def test_an_empty_file(self, client: TestClient, path: str) -> None:
        problem_of(client.post(path, files={"image": b""}), 422, "missing-image")

    def test_two_files(self, client: TestClient, path: str) -> None:
        problem_of(client.post(path, files={"image": JPEG, "file": JPEG}), 422, "several-images")
        many = [("image", (f"{number}.jpg", JPEG)) for number in range(9)]
        problem_of(client.post(path, files=many), 422, "several-images")

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"no boundary here",
            part("image", JPEG),  # the closing boundary is missing
            part("image", JPEG)[:-200],
            b'--xx\r\nContent-Disposition: form-data; filename="a.jpg"\r\n\r\nx\r\n--xx--\r\n',  # no name
            b"--xx\r\nContent-Disposition\r\n\r\nx\r\n--xx--\r\n",
            part("note", b"x" * 60_000, None) + b"--xx--\r\n",  # a field that should be small
        ],
    )
    def test_broken_multipart(self, client: TestClient, path: str, body: bytes) -> None:
        problem_of(client.post(path, content=body, headers=FORM), 400, "malformed-request")

    def test_no_boundary_given(self, client: TestClient, path: str) -> None:
        headers = {"content-type": "multipart/form-data"}
        problem_of(client.post(path, content=b"--xx--", headers=headers), 400, "malformed-request")

    def test_other_formats(self, client: TestClient, path: str) -> None:
        for data in (save(photo(), "BMP"), save(photo(), "TIFF"), b"<svg xmlns='x'/>", b"%PDF-1.7", b"hello"):
            problem_of(client.post(path, files={"image": data}), 415, "unsupported-image")

    def test_pictures_that_do_not_decode(self, client: TestClient, path: str) -> None:
        png = save(photo(), "PNG")
        for data in (png[:60], png[: len(png) // 2], JPEG[:200]):
            problem_of(client.post(path, files={"image": data}), 422, "broken-image")

    def test_too_many_pixels(self, client: TestClient, path: str) -> None:
        bomb = save(photo(8, 8), "PNG")
        huge = bomb[:16] + (50_000).to_bytes(4, "big") * 2 + bomb[24:]  # the header alone says 50,000²
        huge = huge[:29] + zlib.crc32(huge[12:29]).to_bytes(4, "big") + huge[33:]
        problem_of(client.post(path, files={"image": huge}), 413, "image-too-large")

    def test_too_many_bytes(self, client: TestClient, path: str) -> None:
        cap = 10 * 1024 * 1024
        problem_of(client.post(path, files={"image": JPEG + bytes(cap)}), 413, "image-too-large")
        problem_of(client.post(path, files={"image": JPEG + bytes(2 * cap)}), 413, "body-too-large")


def test_the_cap_holds_while_streaming(client: TestClient) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        yield part("image", b"")[:-2]
        while sent < 64 * 1024 * 1024:
            sent += 65536
            yield bytes(65536)

    answer = client.post("/search_image", content=endless(), headers=FORM)
    problem_of(answer, 413, "body-too-large")
    assert answer.headers["connection"] == "close"


def test_changes_of_another_process_are_seen_at_once(client: TestClient, shop: Shop) -> None:
    def closest() -> str:
        found = client.post("/search_image", files={"image": JPEG}).json()["results"][0]["item"]["item_id"]
        assert isinstance(found, str)
        return found

    assert closest() == "item-003"
    with open_store(shop.store_url) as store:
        store.delete(["item-003"])
    assert closest() != "item-003"
