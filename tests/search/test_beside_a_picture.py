"""Every condition that words can name holds beside a picture too."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from deepstyle.catalogue.item import Item
from deepstyle.search.agree import SOFT
from deepstyle.search.catalogue_words import read_catalogue_words
from deepstyle.search.context import SearchContext
from deepstyle.search.learned import LearnedDirections
from deepstyle.search.lexicon import lexicon
from deepstyle.search.plan import run
from deepstyle.search.query import Query
from deepstyle.search.words import HARD
from deepstyle.shop.find import search_by_picture
from deepstyle.store import Entry, VectorBatch, open_store
from deepstyle.style.spec import read_spec
from tests.store.model import image_of
from tests.style.tiny import write_coloured_model

ASKED: dict[str, tuple[str, Callable[[Item], bool]]] = {
    "genders": ("but for men", lambda item: item.gender in ("Herren", "")),
    "brands": ("but by Sol", lambda item: item.brand == "Sol"),
    "price_max": ("under 50 €", lambda item: item.price == 20),
    "price_min": ("over 50 €", lambda item: item.price == 200),
    "currencies": ("under 900 €", lambda item: item.currency == "EUR"),
    "sizes": ("size 40", lambda item: item.size == "40"),
    "dominant_colours": ("but blue", lambda item: item.colour == "blue"),
    "materials": ("in leather", lambda item: item.material == "leather"),
    "patterns": ("but striped", lambda item: item.pattern == "striped"),
    "semantic_categories": ("but a skirt", lambda item: item.semantic_category == "bottoms"),
}
"""A text for each kind of condition, and what it asks for."""
ITEMS = 200


def made(number: int, rng: np.random.Generator) -> Item:
    of = rng.integers(2, size=8)
    kind = ("Shirt", "Skirt")[of[0]]
    return Item(
        f"{number:03}",
        title=f"Nord {kind}" + (" Damen" if number % 10 == 9 else ""),
        category=kind,
        semantic_category=("tops", "bottoms")[of[0]],
        brand=("North", "Sol")[of[1]],
        gender="" if number % 10 == 9 else ("Damen", "Herren")[of[2]],
        price=(20.0, 200.0)[of[3]],
        currency=("EUR", "EUR", "EUR", "USD")[number % 4],
        size=("38", "40")[of[4]],
        colour=("red", "blue")[of[5]],
        material=("cotton", "leather")[of[6]],
        pattern=("plain", "striped")[of[7]],
    )


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchContext]:
    folder, rng = tmp_path_factory.mktemp("beside"), np.random.default_rng(0)
    write_coloured_model(folder / "model", 0.1)
    spec = read_spec(folder / "model")
    items = [made(number, rng) for number in range(ITEMS)]
    vectors = np.ones(spec.embedding_dim) + 0.1 * rng.normal(size=(ITEMS, spec.embedding_dim))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    with open_store(f"sqlite:///{folder}/shop.db") as store:
        store.put([Entry(item, image_of(item.item_id)) for item in items])
        ids = tuple(item.item_id for item in items)
        store.put_vectors("s", VectorBatch(ids, tuple(image_of(one).sha256 for one in ids), vectors))
        directions = LearnedDirections(store, "s", spec, lexicon())
        words = read_catalogue_words(store, lexicon())
        yield SearchContext(store, "s", spec, lexicon(), words, directions=directions)
        directions.close()


def test_the_table_has_every_kind_of_condition() -> None:
    assert ASKED.keys() == HARD | SOFT


@pytest.mark.parametrize("kind", ASKED)
def test_a_condition_holds_beside_a_picture(context: SearchContext, kind: str) -> None:
    text, holds = ASKED[kind]
    picture = context.store.vectors("s", ["000"]).vectors[0]
    nearest = run(context, Query(vectors=(picture,)), search_by_picture)
    assert not all(holds(match.item) for match in nearest.matches)
    found = run(context, Query(text, vectors=(picture,)), search_by_picture)
    assert len(found.matches) == 10
    assert all(holds(match.item) for match in found.matches)


@pytest.mark.parametrize("text", ["but for men", "für Herren", "Herrenhemd"])
def test_wearers_are_those_of_the_field_or_the_title(context: SearchContext, text: str) -> None:
    picture = context.store.vectors("s", ["000"]).vectors[0]
    found = run(context, Query(text, vectors=(picture,), k=100), search_by_picture)
    said = [match.item for match in found.matches if match.item.gender]
    assert {item.gender for item in said} == {"Herren"}
    assert {match.item.item_id for match in found.matches[: len(said)]} == {item.item_id for item in said}
