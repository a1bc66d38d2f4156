"""What every store answers to a search by words."""

import pytest

from deepstyle.catalogue.item import Item, ItemFilter
from deepstyle.store.base import Entry, Store
from deepstyle.store.copy import copy_store
from deepstyle.store.open import open_store
from deepstyle.store.words import Term

WORDY = (
    Item("1", "Rotes Sommerkleid", brand="Dior", category="Kleider", semantic_category="all-body", model_id="d"),
    Item("2", "Red summer dress", brand="Dior", semantic_category="all-body", colour="red", model_id="d"),
    Item("3", "White T-shirt", "made for a dress party", semantic_category="tops", gender="men"),
    Item("4", "Weiße Bluse", semantic_category="tops", gender="women"),
    Item("5", "Women's blouse \N{LATIN SMALL LETTER E WITH ACUTE}toile", semantic_category="tops"),
)
ODD_TEXTS = (
    "",
    " ",
    '"',
    "'",
    "*",
    "a*",
    "AND",
    "OR",
    "NOT dress",
    "title:dress",
    "NEAR(red dress)",
    "(",
    ")",
    "-dress",
    "^red",
    "{title}: dress",
    "\0",
    "red\0dress",
    "\ud800",
    "\N{RIGHT-TO-LEFT OVERRIDE}dress",
    "\U0001f455",
    "$where",
    "%",
    "\\",
    "'; DROP TABLE items; --",
    "a" * 100_000,
    "dress " * 20_000,
)


def found(store: Store, *terms: str | tuple[str, ...], **options: object) -> list[str]:
    wanted = [Term((term,) if isinstance(term, str) else term) for term in terms]
    return [hit.item_id for hit in store.search_words(wanted, **options)]  # type: ignore[arg-type]


class WordsContract:
    @pytest.fixture
    def wordy(self, store: Store) -> Store:
        store.put([Entry(item) for item in WORDY])
        return store

    def test_words_are_whole_and_folded(self, wordy: Store) -> None:
        assert found(wordy, "MEN") == ["3"]
        assert found(wordy, "etoile") == found(wordy, "ÉTOILE") == ["5"]
        assert found(wordy, "weisse") == found(wordy, "Weiße") == ["4"]
        assert found(wordy, "kleid") == []
        assert found(wordy, "nobody") == found(wordy) == []

    def test_a_form_of_several_words_is_a_phrase(self, wordy: Store) -> None:
        assert found(wordy, ("tshirt", "t-shirt")) == ["3"]
        assert found(wordy, "dress summer") == []
        assert found(wordy, "summer dress") == ["2"]

    def test_items_with_all_terms_come_first(self, wordy: Store) -> None:
        assert found(wordy, "red", "dress") == ["2", "3"]
        assert found(wordy, "dress")[0] == "2"
        assert found(wordy, ("red", "rotes"), ("dress", "sommerkleid"))[:2] in (["1", "2"], ["2", "1"])
        scores = [hit.score for hit in wordy.search_words([Term(("red",)), Term(("dress",))])]
        assert scores == sorted(scores, reverse=True) and scores[0] > scores[1]

    def test_items_with_some_terms_are_left_out_where_all_are_asked_for(self, wordy: Store) -> None:
        assert found(wordy, "red", "dress", all_terms=True) == ["2"]
        assert found(wordy, "dress", all_terms=True) == found(wordy, "dress")
        assert found(wordy, "red", "nobody", all_terms=True) == []

    def test_filters_narrow_before_ranking(self, wordy: Store) -> None:
        dress = ("dress", "sommerkleid")
        assert found(wordy, dress, k=1, where=ItemFilter(semantic_categories=("tops",))) == ["3"]
        assert found(wordy, dress, where=ItemFilter(brands=("nobody",))) == []
        assert found(wordy, dress, exclude=["2"], k=1) == ["1"]

    def test_one_hit_of_each_group(self, wordy: Store) -> None:
        dress = ("dress", "sommerkleid")
        assert sorted(found(wordy, dress)) == ["1", "2", "3"]
        assert len(found(wordy, dress, group_by="product")) == 2
        assert found(wordy, dress, exclude=["1"], group_by="product") == ["3"]

    def test_words_follow_the_items(self, wordy: Store) -> None:
        wordy.put([Entry(Item("3", "Green coat"))])
        wordy.delete(["2"])
        assert found(wordy, "dress") == []
        assert found(wordy, "coat") == ["3"]

    def test_words_are_copied(self, wordy: Store, store_factory) -> None:
        with open_store(store_factory()) as other:
            copy_store(wordy, other)
            assert found(other, "dress") == ["2", "3"]

    def test_words_are_counted(self, wordy: Store) -> None:
        counts = wordy.word_counts()
        assert counts["dior"] == 2
        assert counts["weisse"] == 1
        assert "sommerkleid" in counts and "kleid" not in counts

    def test_no_text_is_an_operator(self, wordy: Store) -> None:
        for text in ODD_TEXTS:
            assert set(found(wordy, text)) <= {"1", "2", "3", "4", "5"}
        assert found(wordy, "NOT dress") == found(wordy, "title:dress") == []
        assert found(wordy, *["q"] * 1000, "dress") == []
