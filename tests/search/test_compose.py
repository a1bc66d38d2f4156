"""Photo and words: each change is what the first results have, the rest stays as it was."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from deepstyle.catalogue.item import Item, ItemFilter
from deepstyle.errors import UnknownItemError
from deepstyle.search.catalogue_words import read_catalogue_words
from deepstyle.search.compose import compose, search_composed
from deepstyle.search.directions import Directions, directions_of, learn_directions, nothing_learned
from deepstyle.search.lexicon import lexicon
from deepstyle.search.query import Change, Query, Understood
from deepstyle.search.sample import draw_sample
from deepstyle.store import Entry, Store, VectorBatch, open_store
from deepstyle.style.colour import colour_vector, joined
from deepstyle.style.spec import ModelSpec, read_spec
from tests.store.model import image_of
from tests.style.tiny import write_coloured_model

COLOURS = {"red": (196, 32, 47), "blue": (42, 92, 196), "green": (19, 128, 90)}
CUTS = ("Mini Skirt", "Maxi Skirt", "Shirt")
MODELS, WEIGHT = 14, 0.15


def make_spec(folder: Path) -> ModelSpec:
    write_coloured_model(folder / "model", WEIGHT)
    return replace(read_spec(folder / "model"), embedding_dim=96)


def vectors_of(spec: ModelSpec) -> dict[str, tuple[Item, np.ndarray]]:
    """``MODELS`` models of each cut, each in every colour; half of the leather ones say so.

    A style is that of its cut, its model, a shift by its material, and a small one by its colour.
    """
    rng = np.random.default_rng(0)
    parts = {name: rng.normal(size=spec.style_dim) for name in ("skirt", "shirt", "length", "leather", *COLOURS)}
    made = {}
    for cut in CUTS:
        for number in range(MODELS):
            own = rng.normal(size=spec.style_dim)
            is_leather = number % 2 == 0
            for row, (colour, rgb) in enumerate(COLOURS.items()):
                style = 2 * parts["shirt" if cut == "Shirt" else "skirt"] + own + 0.5 * parts[colour]
                style += {"Mini Skirt": -1, "Maxi Skirt": 1, "Shirt": 0}[cut] * parts["length"]
                style += 1.5 * is_leather * parts["leather"]
                item = Item(
                    f"{cut.replace(' ', '-').lower()}-{number:02}-{colour}",
                    title=f"Nord {cut}{' with pockets' if number == 9 else ''}",
                    category=cut,
                    semantic_category="tops" if cut == "Shirt" else "bottoms",
                    colour=colour,
                    material="leather" if is_leather and number % 4 == 0 else "",
                    model_id=f"{cut}-{number}",
                    price=20.0 + 3 * number + row,
                    currency="EUR",
                )
                shade = colour_vector(np.array(rgb, np.uint8).reshape(1, 1, 3))
                vector = joined((style / np.linalg.norm(style)).astype(np.float32), shade, WEIGHT)
                made[item.item_id] = item, vector
    return made


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> ModelSpec:
    return make_spec(tmp_path_factory.mktemp("composed"))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, spec: ModelSpec) -> Iterator[Store]:
    made = vectors_of(spec)
    with open_store(f"sqlite:///{tmp_path_factory.mktemp('composed')}/shop.db") as store:
        store.put([Entry(item, image_of(item_id)) for item_id, (item, _) in made.items()])
        shas = tuple(image_of(item_id).sha256 for item_id in made)
        store.put_vectors("s", VectorBatch(tuple(made), shas, np.stack([vector for _, vector in made.values()])))
        yield store


@pytest.fixture(scope="module")
def directions(store: Store, spec: ModelSpec) -> Directions:
    return learn_directions(store, "s", spec, lexicon())


@pytest.fixture
def find(store: Store, spec: ModelSpec, directions: Directions):
    """Ask for changes; returns the items found and the codes of the notices."""

    def ask(query: Query, *changes: Change, k: int = 5, words: tuple[str, ...] = (), known: Directions = directions):
        composed = compose(
            query,
            Understood(changes=changes, words=words),
            store,
            "s",
            spec,
            where=query.where,
            directions=known,
            words=read_catalogue_words(store, lexicon()),
            lexicon=lexicon(),
        )
        found = search_composed(composed, store, "s", known, group_by=query.group_by)[:k]
        return [item for item, _ in found], [notice.code for notice in composed.notices]

    return ask


def like(*item_ids: str, **fields: object) -> Query:
    return Query(like=item_ids, **fields)  # type: ignore[arg-type]


def photo(store: Store, item_id: str) -> np.ndarray:
    return store.vectors("s", [item_id]).vectors[0]


@pytest.mark.parametrize("colour", COLOURS)
def test_the_same_garment_in_another_colour_comes_first(find, store: Store, colour: str) -> None:
    item_id = "mini-skirt-03-" + next(other for other in COLOURS if other != colour)
    for query in (like(item_id), Query(vectors=(photo(store, item_id),))):
        found, notices = find(query, Change("colour", "set", colour))
        assert found[0].item_id == f"mini-skirt-03-{colour}" and not notices
        assert {item.colour for item in found} == {colour}


def test_a_colour_can_be_unwanted(find) -> None:
    found, _ = find(like("shirt-03-red"), Change("colour", "without", "red"))
    assert "red" not in {item.colour for item in found}


def test_cheaper_and_dearer(find, store: Store) -> None:
    price = store.get(["shirt-07-red"])["shirt-07-red"].price
    for query in (like("shirt-07-red"), Query(vectors=(photo(store, "shirt-07-red"),))):
        cheaper, _ = find(query, Change("price", "less", text="cheaper"))
        dearer, _ = find(query, Change("price", "more", text="dearer"))
        assert query.vectors or max(item.price for item in cheaper) < price < min(item.price for item in dearer)
        assert np.mean([one.price for one in cheaper]) < price < np.mean([one.price for one in dearer])
        assert {item.category for item in (*cheaper, *dearer)} == {"Shirt"}


def test_longer_is_learned_from_words_and_stays_of_the_kind(find) -> None:
    longer, _ = find(like("mini-skirt-03-red"), Change("length", "more", text="longer"))
    assert {item.category for item in longer} == {"Maxi Skirt"}
    shorter, _ = find(like("maxi-skirt-03-red"), Change("length", "less", text="shorter"))
    assert {item.category for item in shorter} == {"Mini Skirt"}


def test_a_material_is_seen_where_it_is_not_said(find) -> None:
    plain, _ = find(like("shirt-03-red"), k=6)
    found, _ = find(like("shirt-03-red"), Change("material", "set", "leather"), k=6)
    of_leather = [sum(int(item.model_id.split("-")[1]) % 2 == 0 for item in items) for items in (plain, found)]
    assert of_leather[1] > of_leather[0] and any(not item.material for item in found if "Shirt" in item.title)
    without, _ = find(like("shirt-04-red"), Change("material", "without", "leather"), k=3)
    assert "leather" not in {item.material for item in without}


def test_what_the_catalogue_does_not_know_is_said(find) -> None:
    _, notices = find(
        like("shirt-03-red"),
        Change("material", "set", "cashmere", "in cashmere"),
        Change("warmth", "more", text="warmer"),
        Change("brightness", "more", text="lighter"),
    )
    assert notices == ["change_not_possible"] * 3


def test_words_that_are_left_are_preferred(find) -> None:
    plain, _ = find(like("mini-skirt-03-red"), k=14)
    found, _ = find(like("mini-skirt-03-red"), words=("pockets",), k=14)
    firsts = [next(at for at, item in enumerate(items) if "pockets" in item.title) for items in (plain, found)]
    assert firsts[1] < firsts[0]


def test_this_cut_that_colour(find, store: Store) -> None:
    query = like("shirt-03-red", colour_item="maxi-skirt-05-green", group_by="none")
    assert find(query)[0][0].item_id == "shirt-03-green"
    by_photo = Query(vectors=(photo(store, "shirt-03-red"),), colour_from=photo(store, "maxi-skirt-05-blue"))
    assert find(by_photo)[0][0].item_id == "shirt-03-blue"


def test_unlike_moves_away(find, store: Store) -> None:
    vectors = {item_id: photo(store, item_id) for item_id in ("shirt-03-red", "shirt-04-red")}
    plain, _ = find(like("shirt-03-red", group_by="none"), k=10)
    away, _ = find(like("shirt-03-red", unlike=("shirt-04-red",), group_by="none"), k=10)
    nearness = [
        np.mean([photo(store, one.item_id) @ vectors["shirt-04-red"] for one in found]) for found in (plain, away)
    ]
    assert nearness[1] < nearness[0] and "shirt-04-red" not in {item.item_id for item in away}


def test_the_querys_own_items_are_no_results_and_filters_hold(find) -> None:
    found, _ = find(like("shirt-03-red", where=ItemFilter(colours=("red",)), group_by="none"), k=100)
    assert {item.colour for item in found} == {"red"} and "shirt-03-red" not in {item.item_id for item in found}
    with pytest.raises(UnknownItemError):
        find(like("nobody"))


def test_before_anything_is_learned_colours_are_those_of_the_table(find, spec: ModelSpec) -> None:
    found, _ = find(like("shirt-03-red"), Change("colour", "set", "blue"), known=nothing_learned(spec))
    assert found[0].item_id == "shirt-03-blue"


def test_the_same_catalogue_teaches_the_same(store: Store, spec: ModelSpec, directions: Directions) -> None:
    again = directions_of(draw_sample(store, "s", 3000), spec, lexicon())
    assert np.array_equal(again.whitening, directions.whitening) and again.colour_names == tuple(sorted(COLOURS))
    assert np.array_equal(again.along["material", "leather"], directions.along["material", "leather"])
    assert ("length", "skirt") in directions.along
    assert directions_of(draw_sample(store, "nothing", 3000), spec, lexicon()).whitening is None
