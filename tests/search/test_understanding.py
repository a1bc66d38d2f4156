"""What words are taken for: misspelt ones, compounds, kinds, and brands that are also colours."""

import pytest

from deepstyle.catalogue.item import Item
from deepstyle.search.agree import CONTRADICTS, agreement, softly_asked
from deepstyle.search.catalogue_words import CatalogueWords, read_compounds, values_in
from deepstyle.search.lexicon import lexicon
from deepstyle.search.query import Recognised
from deepstyle.search.terms import condition_terms, terms_of
from deepstyle.search.typos import corrections
from deepstyle.search.understand import understand

LEXICON = lexicon()
SEEN = (
    """dress kleid boots shoes rot red skirt hellgrau jacke bikerjacke unterhemd hemd sweatshirt tom finn white dune"""
)
COUNTS = dict.fromkeys(SEEN.split(), 5)
WORDS = CatalogueWords(
    brands={("white", "dune"): "White Dune", ("tom", "finn"): "Tom & Finn"},
    counts=COUNTS,
    compounds=read_compounds(COUNTS, LEXICON),
)
RED = Recognised("dominant_colours", "red", "red", 0, 3)
NAVY = Recognised("dominant_colours", "navy", "navy", 0, 4)


def found(text: str) -> dict[str, set[str]]:
    names: dict[str, set[str]] = {}
    for one in understand(text, WORDS, LEXICON).recognised:
        names.setdefault(one.name, set()).add(str(one.value))
    return names


def test_a_misspelt_colour_is_a_condition_and_the_answer_says_so() -> None:
    understood = understand("yelow skirt", WORDS, LEXICON)
    assert ("yelow", "yellow") in understood.corrected
    assert found("yelow skirt")["dominant_colours"] == {"yellow"}


def test_letters_in_another_order_are_one_mistake() -> None:
    assert next(iter(corrections("demin", {"denim": 3}))) == "denim"


def test_kids_are_girls_and_boys() -> None:
    assert found("kids trousers")["genders"] == {"girls", "boys"}


@pytest.mark.parametrize("text", ["tom & finn shirt", "tom and finn shirt", "tom und finn hemd"])
def test_a_brand_may_be_spoken(text: str) -> None:
    assert found(text)["brands"] == {"Tom & Finn"}


def test_the_first_part_of_a_compound_is_a_material() -> None:
    assert values_in("Jeansrock", "material", LEXICON) == ["denim"]


def test_german_compounds_stand_for_their_last_part_and_english_words_do_not() -> None:
    assert WORDS.compounds == {"jacke": ("bikerjacke",)}


def test_who_asks_for_shoes_also_means_boots() -> None:
    (term,) = terms_of(["shoes"], WORDS, LEXICON).terms
    assert "boots" in term.forms


def test_words_that_nothing_knows_are_left_out_where_others_remain() -> None:
    terms = terms_of(["qwrtz", "dress"], WORDS, LEXICON)
    assert len(terms.terms) == 1
    assert terms.unknown == ("qwrtz",)


def test_a_condition_is_searched_for_by_the_catalogues_own_words() -> None:
    (term,) = condition_terms([RED], WORDS, LEXICON)
    assert {"red", "rot"} <= set(term.forms)


@pytest.mark.parametrize(
    ("item", "asked", "agrees"),
    [
        (Item("1", title="Red dress"), RED, True),
        (Item("1", title="Burgundy dress"), RED, True),
        (Item("1", title="Dress", dominant_colour="red"), RED, True),
        (Item("1", title="White Dune dress", dominant_colour="red"), RED, True),
        (Item("1", title="Dress with white soles", dominant_colour="red"), RED, True),
        (Item("1", title="Dress", colour="blue", dominant_colour="navy"), NAVY, True),
        (Item("1", title="Green dress"), RED, False),
    ],
)
def test_the_colour_that_a_catalogue_says_or_shows(item: Item, asked: Recognised, agrees: bool) -> None:
    result = agreement(item, softly_asked([asked]), [], WORDS, LEXICON)
    assert (result.score > 0) is agrees
    assert (result.contradicts is None) is agrees
    assert agrees or result.score <= CONTRADICTS
