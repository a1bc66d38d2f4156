"""One vocabulary for three sources of labels."""

from deepstyle.catalogue.item import SEMANTIC_CATEGORIES
from deepstyle.demo.wardrobe import KINDS
from deepstyle.learning.style.pictures.types import TYPES, garment_type


def test_every_type_has_a_semantic_category_of_the_catalogue() -> None:
    assert {one.semantic_category for one in TYPES.values()} <= set(SEMANTIC_CATEGORIES)


def test_a_type_has_one_semantic_category() -> None:
    assert len({(one.name, one.semantic_category) for one in TYPES.values()}) == len(
        {one.name for one in TYPES.values()}
    )


def test_every_kind_of_the_demo_has_the_type_of_its_category() -> None:
    for kind in KINDS:
        found = garment_type(kind.category)
        assert found is not None, kind.category
        assert found.semantic_category == kind.semantic_category, kind.category


def test_case_and_blanks_do_not_matter_and_an_unknown_label_has_no_type() -> None:
    assert garment_type(" T-Shirt ") == garment_type("t-shirt")
    assert garment_type("Not sure") is None
    assert garment_type("skin") is None
