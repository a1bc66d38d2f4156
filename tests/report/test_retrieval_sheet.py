import io

import numpy as np
import pytest
from PIL import Image

from deepstyle.errors import UnknownItemError
from deepstyle.report import retrieval_sheet
from deepstyle.report.retrieval_sheet import choose_queries, contrast, contrast_rows, render_contrasts
from deepstyle.report.sheet import ACCENT, Tile
from deepstyle.store import open_store
from deepstyle.style.encode import STYLE_SPACE


def test_near_and_far_by_brute_force(shop) -> None:
    with open_store(shop.store_url) as store:
        space = store.meta(STYLE_SPACE)
        batch = store.vectors(space)
        for item_id in ("item-000", "item-007"):
            shown = contrast(store, space, item_id)
            similarity = dict(
                zip(batch.item_ids, batch.vectors @ store.vectors(space, [item_id]).vectors[0], strict=True)
            )
            own = [one for one in batch.item_ids if int(one[-3:]) % 3 == int(item_id[-3:]) % 3 and one != item_id]
            ranked = sorted(own, key=lambda one: -similarity[one])
            assert [match.item.item_id for match in shown.nearest] == ranked[:3]
            assert [match.item.item_id for match in shown.farthest] == ranked[::-1][:3]
            everything = sorted(batch.item_ids, key=lambda one: similarity[one])
            assert [match.item.item_id for match in shown.farthest_of_all] == everything[:3]
            for match in (*shown.nearest, *shown.farthest, *shown.farthest_of_all):
                assert match.similarity == pytest.approx(similarity[match.item.item_id], abs=1e-6)


def test_similarities_are_the_apis(shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from fastapi.testclient import TestClient

    from deepstyle.api.app import create_app
    from deepstyle.settings import Settings

    app = create_app(Settings(store=shop.store_url, model=str(shop.model), encoder_threads=1))
    with open_store(shop.store_url, read_only=True) as store, TestClient(app) as client:
        shown = contrast(store, store.meta(STYLE_SPACE), "item-004")
        answer = client.get("/v1/items/item-004/similar", params={"k": 40})
        assert answer.status_code == 200, answer.text
        similarity = {found["item"]["item_id"]: found["similarity"] for found in answer.json()["results"]}
        for match in (*shown.nearest, *shown.farthest, *shown.farthest_of_all):
            assert f"{match.similarity:.3f}" == f"{similarity[match.item.item_id]:.3f}"


def test_queries_are_of_each_category_in_turn(shop) -> None:
    with open_store(shop.store_url) as store:
        space = store.meta(STYLE_SPACE)
        chosen = choose_queries(store, space, 6)
        assert chosen == choose_queries(store, space, 6)
        assert len(set(chosen)) == 6
        assert sorted(int(one[-3:]) % 3 for one in chosen) == [0, 0, 1, 1, 2, 2]
        assert len(choose_queries(store, space, 1000)) == 40


def test_the_numbers_of_the_sheet_are_a_table(shop) -> None:
    with open_store(shop.store_url) as store:
        shown = contrast(store, store.meta(STYLE_SPACE), "item-004")
    rows = contrast_rows(shown)
    assert [row["rank"] for row in rows] == [1, 2, 3] * 3
    assert {(row["query"], row["query_category"]) for row in rows} == {("item-004", "tops")}
    assert [row["item"] for row in rows[:3]] == [match.item.item_id for match in shown.nearest]
    assert [row["similarity"] for row in rows[:3]] == [round(match.similarity, 4) for match in shown.nearest]
    assert {row["category"] for row in rows[:6]} == {"tops"}
    farthest = min(rows, key=lambda row: row["similarity"])
    labelled = [row for row in rows if row["farthest_of_all"]]
    assert {row["item"] for row in labelled} == {farthest["item"]}, "no other item is the farthest of all"


def test_a_query_is_not_its_own_farthest(shop) -> None:
    with open_store(shop.store_url) as store:
        store.delete([f"item-{number:03}" for number in range(3, 40)])
        shown = contrast(store, store.meta(STYLE_SPACE), "item-000")
        assert [match.item.item_id for match in shown.farthest_of_all if match.item.item_id == "item-000"] == []
        assert (shown.nearest, shown.farthest, len(shown.farthest_of_all)) == ((), (), 2)
        render_contrasts(store, [shown])


def test_a_tile_says_what_it_is(shop, monkeypatch: pytest.MonkeyPatch) -> None:
    tiles: list[Tile] = []
    monkeypatch.setattr(retrieval_sheet, "draw_card", lambda sheet, tile, *place: tiles.append(tile))
    headings: list[str] = []
    monkeypatch.setattr(retrieval_sheet, "draw_heading", lambda sheet, text, *place: headings.append(text))
    with open_store(shop.store_url) as store:
        shown = contrast(store, store.meta(STYLE_SPACE), "item-004")
        render_contrasts(store, [shown])
    assert headings == ["Query: tops · item-004"]
    assert tiles[0].detail == "tops · item-004"
    for tile, row in zip(tiles[1:], contrast_rows(shown), strict=True):
        assert tile.detail == f"{row['category']} · {row['item']}"
        assert tile.note == f"{row['rank']} · similarity {row['similarity']:.3f}"
        assert tile.label == ("farthest of all" if row["farthest_of_all"] else "")


def test_unknown_query(shop) -> None:
    with open_store(shop.store_url) as store, pytest.raises(UnknownItemError):
        contrast(store, store.meta(STYLE_SPACE), "nobody")


def test_the_sheet_has_a_row_a_query(shop) -> None:
    with open_store(shop.store_url) as store:
        space = store.meta(STYLE_SPACE)
        sheets = [
            Image.open(io.BytesIO(render_contrasts(store, [contrast(store, space, one) for one in chosen])))
            for chosen in (["item-001"], ["item-001", "item-002"])
        ]
    assert sheets[0].width == sheets[1].width
    assert sheets[1].height > sheets[0].height
    edges = np.all(np.asarray(sheets[0]) == ACCENT, axis=-1)
    assert edges.any()
