"""What goes together over HTTP: what the library says, for items and photos alike, and every way to ask wrong."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

import pytest
from fastapi.testclient import TestClient

from deepstyle.api.app import create_app
from deepstyle.compatibility.calibration import Calibration
from deepstyle.compatibility.catalogue_test import KINDS, CatalogueTest, Measured, fact_of_test
from deepstyle.compatibility.completion import complete
from deepstyle.compatibility.explain import ConcernCode, ReasonCode
from deepstyle.compatibility.head import Head
from deepstyle.compatibility.metrics import Bin, Interval
from deepstyle.compatibility.repair import analyse
from deepstyle.compatibility.space import serving_space
from deepstyle.compatibility.stylist import Stylist
from deepstyle.settings import Settings
from deepstyle.store import ItemFilter, open_store
from tests.api.conftest import problem_of
from tests.compatibility.shop import map_shop
from tests.compatibility.tiny import write_tiny_head
from tests.conftest import Shop
from tests.images.pictures import photo, save
from tests.looks.worn import use_detector, worn

ITEM, OTHER = "item-000", "item-001"
JPEG = Shop.picture(0)


@pytest.fixture
def client(shop: Shop, tmp_path: Path) -> Iterator[TestClient]:
    head = map_shop(shop, tmp_path / "head")
    with TestClient(create_app(Settings(store=shop.store_url, model=str(shop.model), compat=str(head)))) as opened:
        yield opened


@pytest.fixture
def stylist(client: TestClient, shop: Shop, tmp_path: Path) -> Iterator[Stylist]:
    head = Head.open(tmp_path / "head")
    with open_store(shop.store_url, read_only=True) as store:
        yield Stylist(store, serving_space(store, head, "fp32"), head)


def test_the_mapping_with_descriptions(client: TestClient, stylist: Stylist) -> None:
    answer = client.post(f"/compatible/{ITEM}")
    assert answer.status_code == 200
    fields = answer.json()
    assert fields["query"]["item_id"] == ITEM
    assert fields["rec_feature2"] == list(stylist.store.compatible(ITEM))
    assert len(fields["rec_feature2"]) == 3
    assert [result["item"]["item_id"] for result in fields["results"]] == fields["rec_feature2"]
    assert all(result["item"]["description"] for result in fields["results"])
    kinds = [result["item"]["semantic_category"] for result in fields["results"]]
    assert "shoes" not in kinds  # item-000 is a shoe
    assert len(set(kinds)) > 1


def test_live_by_category_within_a_filter(client: TestClient, stylist: Stylist) -> None:
    answer = client.get(f"/v1/items/{ITEM}/compatible", params={"k": 2, "price_max": 200, "brand": "Nord"})
    fields = answer.json()
    (query,) = stylist.pieces([ITEM])
    expected = stylist.complements(query, k=2, where=ItemFilter(brands=("Nord",), price_max=200))
    assert {group["semantic_category"]: group["results"][0]["item"]["item_id"] for group in fields["categories"]} == {
        name: best[0].item.item_id for name, best in expected.items()
    }
    assert {group["semantic_category"] for group in fields["categories"]} == {"tops", "bags"}
    only = client.get(f"/v1/items/{ITEM}/compatible", params={"semantic_category": "bags"}).json()
    assert [group["semantic_category"] for group in only["categories"]] == ["bags"]


def test_the_codes_are_documented(client: TestClient) -> None:
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    assert schemas["Reason"]["properties"]["code"]["enum"] == list(get_args(ReasonCode))
    assert schemas["Concern"]["properties"]["code"]["enum"] == list(get_args(ConcernCode))


def test_reasons_are_codes_with_parameters(client: TestClient) -> None:
    fields = client.post("/v1/outfits:score", json={"item_id": [ITEM, OTHER]}).json()
    assert fields["pairs"][0]["reasons"][0] == {"code": "seen_together", "parameters": {"count": 2}}


def test_an_item_s_own_photo_gets_what_the_item_gets(client: TestClient) -> None:
    item = client.get(f"/v1/items/{ITEM}/compatible").json()
    photographed = client.post("/v1/compatible", files={"image": JPEG}, data={"k": "3"}).json()
    assert photographed["query"] is None
    assert photographed["semantic_category"] in ("shoes", "tops", "bags")
    if photographed["semantic_category"] == "shoes":
        assert [group["semantic_category"] for group in photographed["categories"]] == [
            group["semantic_category"] for group in item["categories"]
        ]


def test_score_takes_items_and_photos_as_json_or_form(client: TestClient, stylist: Stylist) -> None:
    by_json = client.post("/v1/outfits:score", json={"item_id": [ITEM, OTHER, "item-002"]})
    assert by_json.status_code == 200, by_json.text
    expected = stylist.score(stylist.pieces([ITEM, OTHER, "item-002"]))
    fields = by_json.json()
    assert fields["score"] == pytest.approx(expected.score, abs=1e-6)
    assert fields["weakest_pair"] == expected.weakest
    assert [tuple(pair["pieces"]) for pair in fields["pairs"]] == [(0, 1), (0, 2), (1, 2)]
    by_form = client.post("/v1/outfits:score", files={"image": JPEG}, data={"item_id": [OTHER, "item-002"]}).json()
    # The photo is item-000's own picture, and photos come after items.
    assert by_form["pairs"][0]["score"] == pytest.approx(fields["pairs"][2]["score"], abs=1e-6)
    if not by_form["concerns"] + fields["concerns"]:  # of a photo, only its kind is known
        assert by_form["score"] == pytest.approx(expected.score, abs=1e-3)
    assert [piece["photo"] for piece in by_form["pieces"]] == [None, None, 0]
    photos = [("image", ("a.jpg", JPEG)), ("image", ("b.jpg", save(photo(seed=5), "PNG")))]
    assert client.post("/v1/outfits:score", files=photos).json()["pieces"][1]["photo"] == 1


def test_complete_keeps_what_is_locked_and_fills_the_slots(client: TestClient, stylist: Stylist) -> None:
    answer = client.post("/v1/outfits:complete", json={"item_id": [ITEM], "slot": ["tops", "bags"], "k": 3})
    assert answer.status_code == 200, answer.text
    fields = answer.json()["outfits"]
    expected = complete(stylist, stylist.pieces([ITEM]), ["tops", "bags"], k=3)
    assert [[piece["item"]["item_id"] for piece in outfit["pieces"]] for outfit in fields] == [
        [piece.item.item_id for piece in outfit.pieces] for outfit in expected
    ]
    around = client.post(
        "/v1/outfits:complete", files={"image": JPEG}, data={"slot": ["bags"], "k": "2", "brand": "Nord"}
    )
    assert around.status_code == 200, around.text
    for outfit in around.json()["outfits"]:
        assert outfit["pieces"][0]["photo"] == 0
        assert outfit["pieces"][1]["item"]["brand"] == "Nord"


def test_a_look_is_analysed_by_ids_and_by_photos(client: TestClient, stylist: Stylist) -> None:
    ids = [ITEM, "item-002", "item-003"]
    expected = analyse(stylist, stylist.pieces(ids), k=2)
    assert expected.score
    answer = client.post("/v1/looks:analyse", json={"item_id": ids, "k": 2})
    assert answer.status_code == 200, answer.text
    fields = answer.json()
    assert fields["score"] == pytest.approx(expected.score.score)
    assert (fields["weakest_piece"], fields["weakest_pair"]) == (expected.weakest, expected.score.weakest)
    assert fields["without_weakest"] == pytest.approx(expected.without)
    for proposals, given in [
        (fields["replacements"], expected.replacements),
        *((one["proposals"], other.proposals) for one, other in zip(fields["missing"], expected.missing, strict=True)),
    ]:
        assert [one["item"]["item_id"] for one in proposals] == [one.piece.item.item_id for one in given]
        assert [one["rank"] for one in proposals] == list(range(1, len(given) + 1))
        assert [one["gain"] for one in proposals] == pytest.approx(
            [one["score"] - fields["score"] for one in proposals]
        )
    form = {"item_id": ids[1:], "k": "2", "budget": "50", "mixed_genders": "true"}
    by_form = client.post("/v1/looks:analyse", files={"image": JPEG}, data=form)
    assert by_form.status_code == 200, by_form.text
    assert [piece["photo"] for piece in by_form.json()["pieces"]] == [None, None, 0]
    proposed = [*by_form.json()["replacements"], *(p for one in by_form.json()["missing"] for p in one["proposals"])]
    assert all(one["item"]["price"] <= 50 for one in proposed)


def test_the_garments_of_a_photo_alone_are_the_pieces(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    use_detector(monkeypatch, worn(("tops", "bags", "shoes")))
    fields = client.post("/v1/looks:analyse", files={"image": JPEG}).json()
    assert [piece["semantic_category"] for piece in fields["pieces"]] == ["tops", "bags", "shoes"]
    assert [piece["photo"] for piece in fields["pieces"]] == [0, 0, 0]
    assert fields["pieces"][2]["box"] == pytest.approx([0.1, 2 / 3, 0.8, 1 / 3])
    assert fields["weakest_piece"] in range(3)
    assert fields["score"] > 0
    kind = fields["pieces"][fields["weakest_piece"]]["semantic_category"]
    assert {one["item"]["semantic_category"] for one in fields["replacements"]} <= {kind}
    two = client.post("/v1/looks:analyse", files=[("image", JPEG), ("image", JPEG)]).json()
    assert [(piece["photo"], piece["box"]) for piece in two["pieces"]] == [(0, None), (1, None)]


def test_a_photo_without_garments_is_one_piece(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    use_detector(monkeypatch, worn(()))
    (piece,) = client.post("/v1/looks:analyse", files={"image": JPEG}).json()["pieces"]
    assert (piece["photo"], piece["box"]) == (0, None)


def test_a_single_piece_has_no_score(client: TestClient) -> None:
    fields = client.post("/v1/looks:analyse", json={"item_id": [ITEM]}).json()
    assert [fields[name] for name in ("score", "weakest_piece", "weakest_pair", "without_weakest")] == [None] * 4
    assert {one["gain"] for missing in fields["missing"] for one in missing["proposals"]} <= {None}


def answers(client: TestClient) -> list[dict[str, Any]]:
    """One answer of each route with scores."""
    found = [
        client.post(f"/compatible/{ITEM}"),
        client.get(f"/v1/items/{ITEM}/compatible"),
        client.post("/v1/compatible", files={"image": JPEG}),
        client.post("/v1/outfits:score", json={"item_id": [ITEM, OTHER]}),
        client.post("/v1/outfits:complete", json={"item_id": [ITEM], "slot": ["bags"]}),
    ]
    assert {answer.status_code for answer in found} == {200}
    return [answer.json() for answer in found]


def values(answer: Any, name: str) -> list[Any]:
    """Every value of the field ``name`` in an answer, at any depth."""
    if isinstance(answer, list):
        return [value for one in answer for value in values(one, name)]
    if not isinstance(answer, dict):
        return []
    return [value for key, one in answer.items() for value in ([one] if key == name else values(one, name))]


def test_without_a_test_on_this_catalogue_there_is_no_probability(client: TestClient) -> None:
    for answer in answers(client):
        assert (answer["calibrated"], answer["event"]) == (False, None)
        assert [one["data"] for one in answer["measured_on"]] == [""]
        assert set(values(answer, "compatibility")) == {None}
        assert all(0 <= score <= 1 for score in values(answer, "score"))
    assert client.get("/v1/info").json()["compatibility"]["calibrated"] is False


def test_a_head_that_passed_its_test_gives_probabilities_at_once(
    client: TestClient, stylist: Stylist, shop: Shop
) -> None:
    measured = Measured(Calibration(4.0, -1.0), -2.0, 0.01, (Bin(120, 0.5, 0.51),))
    kinds = dict.fromkeys(KINDS, measured)
    test = CatalogueTest(stylist.space, "", 120, "stylists_choice", Interval(0.8, 0.75, 0.85), **kinds)
    with open_store(shop.store_url) as store:
        store.set_meta(fact_of_test(stylist.space), json.dumps(asdict(test)))
    for answer in answers(client):
        assert answer["calibrated"] is True
        assert answer["event"] == ("stylists_outfit" if "weakest_pair" in answer else "stylists_choice")
        assert [(one["data"], one["auc"], one["outfits"]) for one in answer["measured_on"]][1] == (
            "catalogue",
            0.8,
            120,
        )
        assert all(0 < value < 1 for value in values(answer, "compatibility"))


def test_what_nobody_wears_together_is_a_concern(client: TestClient) -> None:
    fields = client.post("/v1/outfits:score", json={"item_id": [ITEM, ITEM, "item-003"]}).json()
    assert [concern["code"] for concern in fields["concerns"]] == [
        "repeated_item",
        "same_slot",
    ]  # three pairs of shoes, two of them the same
    assert fields["score"] == 0


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/v1/outfits:score", {"item_id": [ITEM]}, 422, "invalid-parameter"),
        ("/v1/outfits:score", {"item_id": [ITEM, "nobody"]}, 404, "unknown-item"),
        ("/v1/outfits:score", {"item_id": ITEM}, 400, "bad-parameter"),
        ("/v1/outfits:score", {"items": [ITEM]}, 422, "invalid-parameter"),
        ("/v1/outfits:score", [ITEM], 400, "bad-parameter"),
        ("/v1/outfits:complete", {"item_id": [ITEM], "slot": ["socks"]}, 422, "invalid-parameter"),
        ("/v1/outfits:complete", {"item_id": [ITEM], "slot": ["hats"]}, 422, "invalid-parameter"),
        ("/v1/outfits:complete", {"slot": ["tops"]}, 422, "invalid-parameter"),
        ("/v1/outfits:complete", {"item_id": [ITEM], "k": 1000}, 422, "invalid-parameter"),
        ("/v1/outfits:complete", {"item_id": [ITEM], "slot": ["tops"], "budget": -1}, 422, "invalid-parameter"),
        ("/v1/outfits:complete", {"item_id": [ITEM], "slot": ["tops"], "diversity": 2}, 422, "invalid-parameter"),
        ("/v1/outfits:complete", {"item_id": [ITEM], "slot": ["tops"], "budget": 0}, 422, "invalid-parameter"),
        ("/v1/looks:analyse", {"item_id": []}, 422, "invalid-parameter"),
        ("/v1/looks:analyse", {"item_id": ["nobody"]}, 404, "unknown-item"),
        ("/v1/looks:analyse", {"item_id": [ITEM], "budget": "much"}, 400, "bad-parameter"),
        ("/v1/looks:analyse", {"item_id": [ITEM], "colours": ["red"]}, 422, "invalid-parameter"),
    ],
)
def test_wrong_outfits(client: TestClient, path: str, body: object, status: int, code: str) -> None:
    problem_of(client.post(path, json=body), status, code)


def test_wrong_bodies(client: TestClient) -> None:
    json_type = {"content-type": "application/json"}
    for body in (b"{", b"\xff\xfe", b"[" * 40_000):
        problem_of(client.post("/v1/outfits:score", content=body, headers=json_type), 400, "malformed-request")
    problem_of(
        client.post("/v1/outfits:score", content=b"x", headers={"content-type": "text/plain"}),
        415,
        "unsupported-media-type",
    )
    too_many = [("image", (f"{number}.jpg", JPEG)) for number in range(5)]
    problem_of(client.post("/v1/outfits:score", files=too_many), 422, "several-images")
    broken = [("image", ("a.jpg", JPEG)), ("image", ("b.jpg", JPEG[:200]))]
    problem_of(client.post("/v1/outfits:score", files=broken), 422, "broken-image")
    problem_of(client.post("/v1/compatible"), 422, "missing-image")
    problem_of(client.post("/v1/compatible", files={"image": JPEG}, data={"k": "0"}), 422, "invalid-parameter")


def test_unknown_items(client: TestClient) -> None:
    problem_of(client.post("/compatible/nobody"), 404, "unknown-item")
    problem_of(client.get("/v1/items/nobody/compatible"), 404, "unknown-item")
    problem_of(client.post("/compatible/bare"), 404, "unknown-item")


def test_a_store_that_was_not_mapped_says_what_to_do(shop: Shop, tmp_path: Path) -> None:
    from deepstyle.style.spec import read_spec

    spec = read_spec(shop.model)
    write_tiny_head(tmp_path / "head", spec.features_fingerprint, spec.features_dim)
    settings = Settings(store=shop.store_url, model=str(shop.model), compat=str(tmp_path / "head"))
    with TestClient(create_app(settings)) as client:
        assert "deepstyle suggest" in problem_of(client.post(f"/compatible/{ITEM}"), 503, "not-ready")["remedy"]
        assert client.get("/readyz").status_code == 200  # the search does not wait for the mapping


def test_a_head_of_another_backbone_is_refused(shop: Shop, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write_tiny_head(tmp_path / "head", "another", 12)
    settings = Settings(store=shop.store_url, model=str(shop.model), compat=str(tmp_path / "head"))
    with TestClient(create_app(settings)) as client:
        assert "head" in problem_of(client.post(f"/compatible/{ITEM}"), 503, "not-ready")["detail"]
    assert "the backbone another" in caplog.text


def test_the_forms_are_described(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    body = document["paths"]["/v1/outfits:complete"]["post"]["requestBody"]["content"]
    assert {"application/json", "multipart/form-data"} == set(body)
    assert "slot" in json.dumps(body)
