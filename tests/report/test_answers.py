"""Names of items, and answers as pictures."""

import io

import pytest
from PIL import Image

from deepstyle.catalogue.item import Item
from deepstyle.compatibility.stylist import Suggestion
from deepstyle.report import answers
from deepstyle.report.answers import headline, item_tile, product_name, render_matches, render_suggestions
from deepstyle.report.sheet import CARD_PX, Tile
from deepstyle.store import open_store
from deepstyle.style.search import Match
from tests.conftest import Shop


@pytest.mark.parametrize(
    ("item", "name", "title"),
    [
        (Item("a"), "a", "a"),
        (Item("a", brand="Nord", category="Boots"), "Nord Boots", "Nord || Boots"),
        (Item("a", title="Boots", category="B", semantic_category="shoes"), "Boots", "Boots || shoes"),
    ],
)
def test_an_item_is_named_by_what_is_known_of_it(item: Item, name: str, title: str) -> None:
    assert product_name(item) == name
    assert headline(item) == title


def test_a_result_says_its_rank_similarity_category_and_id(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[tuple[Tile, list[Tile]]] = []
    monkeypatch.setattr(answers, "render_sheet", lambda query, found: drawn.append((query, found)) or b"")
    with open_store(shop.store_url, read_only=True) as store:
        query = item_tile(store, shop.item(0), "query")
        render_matches(store, query, [Match(1, shop.item(1), 0.97438)])
        render_suggestions(
            store,
            query,
            [Suggestion(2, shop.item(2), 0.5, 0.5, ()), Suggestion(3, shop.item(5), 0.812, None, ())],
        )
    assert query.detail == "shoes · item-000"
    assert [(tile.note, tile.detail) for _, tiles in drawn for tile in tiles] == [
        ("1 · 97.44% similar", "tops · item-001"),
        ("2 · 50% fits", "bags · item-002"),
        ("3 · score 0.81", "bags · item-005"),
    ]


def test_more_results_make_a_larger_picture(shop: Shop) -> None:
    with open_store(shop.store_url, read_only=True) as store:
        query = item_tile(store, shop.item(0), "query")
        assert item_tile(store, Item("bare")).picture is None
        few = render_matches(store, query, [Match(1, shop.item(1), 0.5)])
        many = render_suggestions(store, query, [Suggestion(n, shop.item(n), 0.5, None, ()) for n in range(1, 13)])
    widths = [Image.open(io.BytesIO(png)).width for png in (few, many)]
    assert widths[1] - widths[0] >= 4 * CARD_PX[0]
