"""What a result has in common with the query, as codes."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from deepstyle.catalogue.item import Item
from deepstyle.style.alike import NOTHING_KNOWN, item_traits, photo_traits, shared_traits
from deepstyle.style.colour import anchor_shares, colour_vector, garment_weights, reduce_to_cells, shares_of
from deepstyle.style.spec import ModelSpec, read_spec
from tests.style.test_colour import BEIGE, NAVY, RED, garment, uniform
from tests.style.tiny import write_coloured_model


@pytest.fixture
def coloured_spec(tmp_path: Path) -> ModelSpec:
    write_coloured_model(tmp_path, 0.2)
    return read_spec(tmp_path)


def coloured(*codes: str, **fields: str) -> Item:
    return Item("a", dominant_colour=",".join(codes), **fields)  # type: ignore[arg-type]


def codes(one: Item, other: Item) -> list[tuple[str, ...]]:
    return [(trait.code, *trait.parameters.values()) for trait in shared_traits(item_traits(one), other)]


def test_the_most_telling_comes_first_and_empty_fields_say_nothing() -> None:
    shared = {"category": "Trainers", "semantic_category": "shoes", "brand": "Acme", "pattern": "plain"}
    found = codes(coloured("navy", "white", **shared), coloured("white", **{**shared, "brand": "ACME "}))
    assert found == [
        ("same_type", "Trainers"),
        ("same_colour", "white"),
        ("same_pattern", "plain"),
        ("same_brand", "ACME "),
    ]
    assert codes(Item("a"), Item("b")) == []


def test_another_type_of_the_department_is_said_to_be_that() -> None:
    one, other = Item("a", category="Boots", semantic_category="shoes"), Item("b", semantic_category="shoes")
    assert codes(one, other) == [("same_department", "shoes")]
    assert codes(one, Item("c", semantic_category="bags")) == []


@pytest.mark.parametrize(("rgb", "code"), [(RED, "red"), (NAVY, "navy"), (BEIGE, "beige"), ((20, 20, 20), "black")])
def test_a_photo_says_its_main_colour(rgb: tuple[int, int, int], code: str, coloured_spec: ModelSpec) -> None:
    picture = uniform(rgb) if code == "beige" else garment(rgb)
    vector = np.concatenate([np.zeros(coloured_spec.style_dim, np.float32), 0.4 * colour_vector(picture)])
    found = shared_traits(photo_traits(vector, coloured_spec), coloured("olive", code))
    assert [(trait.code, trait.parameters) for trait in found] == [("same_colour", {"colour": code})]
    assert shared_traits(photo_traits(vector, coloured_spec), coloured("olive", category="Boots")) == ()


def test_a_vector_without_colour_says_nothing(coloured_spec: ModelSpec) -> None:
    unweighted = np.zeros(coloured_spec.embedding_dim, np.float32)
    assert photo_traits(unweighted, coloured_spec) == NOTHING_KNOWN
    assert (
        photo_traits(np.ones(8, np.float32), replace(coloured_spec, colour_dim=0, colour_weight=0.0)) == NOTHING_KNOWN
    )


def test_a_colour_vector_has_an_inverse() -> None:
    cells = reduce_to_cells(picture := garment(RED))
    shares = garment_weights(anchor_shares(cells), cells.shape) @ anchor_shares(cells)
    np.testing.assert_allclose(shares_of(colour_vector(picture)), shares / shares.sum(), atol=1e-4)
    hostile = shares_of(-colour_vector(picture))  # such a vector comes in cursors
    assert np.isfinite(hostile).all() and hostile.sum() == pytest.approx(1, abs=1e-4)
