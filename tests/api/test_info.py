"""What a website asks first: what is served, photos to begin with, the map, the reports."""

import json
import re
import threading
from collections.abc import Iterator
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient

from deepstyle.api import lazy_map
from deepstyle.api.app import create_app
from deepstyle.catalogue.item import SEMANTIC_CATEGORIES
from deepstyle.compatibility.gender import WORN_BY
from deepstyle.compatibility.wardrobe import MAX_PIECES, MOST_WORN, clash, missing_slots
from deepstyle.demo.products import plan_products
from deepstyle.images.pixels import readable_types
from deepstyle.report.map_points import MAP_META, MapPoints, compute_points, write_points
from deepstyle.report.published import describe, publish
from deepstyle.settings import Settings
from deepstyle.store import open_store
from deepstyle.style.calibration.decision import BANDS
from deepstyle.style.encode import STYLE_SPACE
from tests.api.conftest import bearer, problem_of
from tests.conftest import CATEGORIES, Shop
from tests.images.pictures import photo, save


def test_info_tells_the_model_and_the_catalogue(client: TestClient) -> None:
    body = client.get("/v1/info").json()
    ready = client.get("/readyz").json()
    assert {name: body[name] for name in ("items", "vectors", "architecture", "precision", "fingerprint")} == {
        name: ready[name] for name in ("items", "vectors", "architecture", "precision", "fingerprint")
    }
    assert body["example_item_ids"] == [item["item_id"] for item in client.get("/v1/examples").json()["examples"]]


def test_the_served_outfit_rules_are_those_of_the_wardrobe(client: TestClient) -> None:
    rules = client.get("/v1/info").json()["outfit"]
    assert sorted(rules["slots"]) == sorted(SEMANTIC_CATEGORIES)
    assert rules["max_pieces"] == MAX_PIECES
    assert rules["most_worn"] == dict(MOST_WORN)
    assert {word: tuple(names) for word, names in rules["worn_by"].items()} == dict(WORN_BY)
    for one, other in product(SEMANTIC_CATEGORIES, repeat=2):
        assert (other in rules["clashes"][one]) == clash(one, other), (one, other)
    for count in range(4):
        for worn in combinations(SEMANTIC_CATEGORIES, count):
            clashing = {name for category in worn for name in rules["clashes"][category]}
            missing = [name for name in rules["essentials"] if name not in clashing]
            assert missing == list(missing_slots(worn)), worn


def test_the_served_upload_limits_are_those_of_the_settings(settings: Settings) -> None:
    smaller = settings.model_copy(update={"max_upload_bytes": 20_000, "max_image_pixels": 40_000})
    with TestClient(create_app(smaller)) as client:
        uploads = client.get("/v1/info").json()["uploads"]
        assert uploads == {"max_bytes": 20_000, "max_pixels": 40_000, "media_types": list(readable_types())}
        too_large = save(photo(201, 200), "JPEG")
        problem_of(client.post("/v1/search", files={"image": too_large}), 413, "image-too-large")


def test_the_served_number_of_results_is_the_largest_that_is_answered(client: TestClient) -> None:
    most = client.get("/v1/info").json()["max_results"]
    assert client.get("/v1/items/item-001/similar", params={"k": most}).status_code == 200
    problem_of(client.get("/v1/items/item-001/similar", params={"k": most + 1}), 422, "invalid-parameter")


def test_examples_are_photos_of_every_category(client: TestClient) -> None:
    examples = client.get("/v1/examples").json()["examples"]
    assert len(examples) == 8
    assert {item["semantic_category"] for item in examples[:3]} == set(CATEGORIES)
    assert len({item["item_id"] for item in examples}) == 8
    for item in examples:
        assert item["item_id"] != "bare"
        picture = client.get(item["image_url"])
        best = client.post("/v1/search", files={"image": picture.content}).json()["results"][0]
        assert best["item"]["item_id"] == item["item_id"]


def test_not_ready_is_told(shop: Shop) -> None:
    with TestClient(create_app(Settings(store="sqlite:////nowhere/shop.db", model=str(shop.model)))) as client:
        for path in ("/v1/info", "/v1/examples"):
            problem_of(client.get(path), 503, "not-ready")


# -- the map -----------------------------------------------------------------------------------------------------------


def keep_map(shop: Shop) -> MapPoints:
    with open_store(shop.store_url) as store:
        space = store.meta(STYLE_SPACE)
        assert space
        made = compute_points(store, space, method="PCA")
        write_points(store, made)
    return made


def test_the_map_that_was_computed(admin: TestClient, shop: Shop) -> None:
    made = keep_map(shop)
    body = admin.get("/v1/map").json()
    assert body["method"] == "PCA"
    assert [point["item_id"] for point in body["points"]] == list(made.item_ids)
    places = [[point["x"], point["y"]] for point in body["points"]]
    np.testing.assert_allclose(places, made.places, atol=1e-4)
    assert {point["category"] for point in body["points"]} == set(CATEGORIES)
    assert len(admin.get("/v1/map?limit=7").json()["points"]) <= 7
    problem_of(admin.get("/v1/map?limit=0"), 422, "invalid-parameter")
    with open_store(shop.store_url) as store:
        store.delete(["item-001"])
    assert len(admin.get("/v1/map").json()["points"]) == 39


def test_a_map_of_another_model_or_a_damaged_one_is_not_shown(admin: TestClient, shop: Shop) -> None:
    keep_map(shop)
    with open_store(shop.store_url) as store:
        store.set_meta(MAP_META, "{")
        problem_of(admin.get("/v1/map"), 503, "not-ready")
        write_points(store, MapPoints("another", "PCA", ("item-001", "item-002"), np.zeros((2, 2))))
    assert admin.get("/v1/map").status_code in (200, 503)
    assert wait_for_map(admin)["points"][0]["item_id"] == "item-000"


def wait_for_map(admin: TestClient) -> dict[str, list[dict[str, str]]]:
    for _ in range(600):
        answer = admin.get("/v1/map")
        if answer.status_code == 200:
            body: dict[str, list[dict[str, str]]] = answer.json()
            return body
        problem_of(answer, 503, "map-pending")
        assert int(answer.headers["retry-after"]) >= 1
        threading.Event().wait(0.05)
    raise AssertionError("the map was never made")


def test_a_map_is_made_in_the_background_while_requests_are_answered(
    admin: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, calls = threading.Event(), []

    def slow(*arguments: object, **options: object) -> MapPoints:
        calls.append(arguments)
        go.wait(60)
        return compute_points(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(lazy_map, "compute_points", slow)
    for _ in range(3):
        problem_of(admin.get("/v1/map"), 503, "map-pending")
        assert admin.get("/v1/items/item-001/similar").status_code == 200
    go.set()
    assert len(wait_for_map(admin)["points"]) == 40
    assert len(calls) == 1


def test_a_large_catalogue_s_map_is_not_made_by_the_server(admin: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lazy_map, "SMALL_CATALOGUE", 39)
    assert "deepstyle points" in problem_of(admin.get("/v1/map"), 404, "no-map")["remedy"]


def test_a_catalogue_too_small_for_a_map(admin: TestClient, shop: Shop) -> None:
    with open_store(shop.store_url) as store:
        store.delete([f"item-{number:03}" for number in range(1, 40)])
    for _ in range(600):
        answer = admin.get("/v1/map")
        if answer.status_code != 503:
            break
        threading.Event().wait(0.05)
    problem_of(answer, 404, "no-map")


# -- reports -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    folder = tmp_path / "reports"
    rows = [{"task": "another colour", "recall@10": 0.59, "chance": None}]
    publish(folder, "search", {**describe("Search", rows, ["evaluate"]), "date": "2026-01-01T00:00:00Z"})
    figures = {"index.html": b"<script>alert(1)</script>", "map.png": b"\x89PNG"}
    publish(folder, "style", {**describe("Style", [], ["report"]), "date": "2026-01-02T00:00:00Z"}, figures)
    (folder / "style" / "model.onnx").write_bytes(b"weights")
    (folder / "style" / "link.png").symlink_to("/etc/hostname")
    (folder / "broken").mkdir()
    (folder / "broken" / "report.json").write_text('{"title": 3}')
    (folder / "passwords.json").write_text("{}")
    (tmp_path / "secret.json").write_text('"treasure"')
    return folder


@pytest.fixture
def reporting(settings: Settings, reports: Path) -> Iterator[TestClient]:
    headers, shown = bearer(settings, "admin"), settings.model_copy(update={"reports_dir": reports})
    with TestClient(create_app(shown), headers=headers) as opened:
        yield opened


def test_reports_newest_first(reporting: TestClient) -> None:
    body = reporting.get("/v1/reports").json()["reports"]
    assert [report["name"] for report in body] == ["style", "search"]
    assert body[1]["rows"] == [{"task": "another colour", "recall@10": 0.59, "chance": None}]
    assert body[1]["command"] == "deepstyle evaluate"
    assert [file["name"] for file in body[0]["files"]] == ["index.html", "map.png", "report.json"]
    for report in body:
        for file in report["files"]:
            answer = reporting.get(file["url"])
            assert answer.status_code == 200
            assert answer.headers["content-type"].split(";")[0] == file["media_type"]
            assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
            assert "script" not in answer.headers["content-security-policy"]
            assert answer.headers["x-content-type-options"] == "nosniff"
    assert json.loads(reporting.get("/v1/reports/search/report.json").content)["title"] == "Search"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/reports/style/model.onnx", 422),
        ("/v1/reports/style/link.png", 404),
        ("/v1/reports/style/other.png", 404),
        ("/v1/reports/nothing/report.json", 404),
        ("/v1/reports/search/..%2f..%2fsecret.json", 404),
        ("/v1/reports/..%2f/secret.json", 404),
        ("/v1/reports/%2e%2e/secret.json", 422),
        ("/v1/reports/./passwords.json", 404),
        ("/v1/reports/search/%00.json", 422),
        ("/v1/reports/se%20arch/report.json", 422),
    ],
)
def test_only_published_files_are_sent(reporting: TestClient, path: str, status: int) -> None:
    answer = reporting.get(path)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_no_reports_yet(settings: Settings) -> None:
    headers, nowhere = bearer(settings, "admin"), settings.model_copy(update={"reports_dir": Path("/nowhere")})
    with TestClient(create_app(nowhere), headers=headers) as empty:
        assert empty.get("/v1/reports").json() == {"reports": []}


def test_the_demo_catalogue_begins_with_photos(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/v1/examples").json()["photos"] == []
    monkeypatch.setattr("deepstyle.api.routes.info.sells_photographed", lambda store: True)
    photos = client.get("/v1/examples").json()["photos"]
    assert len(photos) == 8
    for shown in photos:
        answer = client.get(shown["image_url"])
        assert answer.headers["content-type"] == "image/webp"
        assert answer.content[8:12] == b"WEBP"
        assert client.post("/v1/search", files={"image": answer.content}).status_code == 200
    assert client.get("/v1/examples/none").status_code == 404


def test_examples_name_items_of_the_demo_catalogue(client: TestClient) -> None:
    document = json.dumps(client.app.openapi())  # type: ignore[attr-defined]
    named = set(re.findall(r'"item_id": "([^"]+)"', document))
    demo = {product.item_id for product in plan_products(1400, seed=0)}
    assert named
    assert named <= demo


def test_every_text_for_people_is_there_in_german(client: TestClient) -> None:
    """Labels of filters, bands and colours; those that are equal in both languages are named here."""
    same = {"Material", "beige", "camel", "orange", "mint"}
    body = client.get("/v1/info").json()
    pairs = [(one["labels"]["en"], one["labels"]["de"]) for one in (*body["filters"], *body["bands"])]
    pairs += [(colour["en"], colour["de"]) for colour in body["colours"]]
    pairs += [(band.en, band.de) for band in BANDS]
    for english, german in pairs:
        assert english and german
        assert english.lower() != german.lower() or english in same, english


def test_the_website_names_every_category_and_reason_in_german() -> None:
    texts = Path(__file__).parents[2] / "web" / "src" / "shared" / "i18n" / "de"
    categories = (texts / "common.ts").read_text("utf-8").partition("semanticCategories: {")[2].partition("}")[0]
    named = set(re.findall(r'^ *"?([a-z-]+)"?: ', categories, re.MULTILINE))
    assert named == set(SEMANTIC_CATEGORIES)
