"""What is remembered of a catalogue's words."""

from pathlib import Path

from deepstyle import Item, Shop
from deepstyle.store.base import Entry


def test_the_words_of_a_catalogue_are_one_object_until_something_is_written(tmp_path: Path) -> None:
    with Shop.open(f"sqlite:///{tmp_path}/shop.db") as shop:
        shop.store.put([Entry(Item("a", "Red dress", brand="Nord"))])
        texts = shop._texts
        words = texts.words
        texts._words.forget()
        assert texts.words is words
        shop.store.put([Entry(Item("b", "Blue dress", brand="Süd"))])
        shop.store._word_counts.forget()
        texts._words.forget()
        assert texts.words.brands == {("nord",): "Nord", ("sud",): "Süd"}
