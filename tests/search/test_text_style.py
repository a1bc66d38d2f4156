"""Texts to style vectors: fitted on a store's own titles and pictures, the same each time, and kept."""

from pathlib import Path

import numpy as np
import pytest

from deepstyle.catalogue.item import Item
from deepstyle.search import text_style as module
from deepstyle.search.text_map import fit, read_fitted, write_fitted
from deepstyle.search.text_style import TextStyle, open_tower
from deepstyle.store import Entry, Store, VectorBatch, open_store
from deepstyle.style.spec import ModelSpec, read_spec
from tests.store.model import image_of
from tests.style.tiny import write_coloured_model

COLOURS, KINDS = ("red", "blue", "green"), ("dress", "jeans", "hat")


class German:
    """Sentence vectors that know two languages: a text is the sum of its words, and ``rotes`` is ``red``."""

    def query(self, text: str) -> np.ndarray | None:
        return self.passages([text])[0]

    def passages(self, texts: list[str]) -> np.ndarray:
        vectors = np.zeros((len(texts), 384), np.float32)
        for row, text in enumerate(texts):
            for word in text.replace("rotes", "red").replace("Kleid", "dress").split():
                vectors[row, sum(word.encode()) % 384] += 1
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


@pytest.fixture
def spec(tmp_path: Path) -> ModelSpec:
    write_coloured_model(tmp_path / "model", 0.5)
    return read_spec(tmp_path / "model")


@pytest.fixture
def store(tmp_path: Path, spec: ModelSpec) -> Store:
    """Four items of each colour and kind; a vector is the sum of a direction of each, and noise."""
    rng = np.random.default_rng(0)
    directions = {word: rng.normal(size=spec.embedding_dim) for word in (*COLOURS, *KINDS)}
    items, vectors = [], {}
    for number, (colour, kind) in enumerate([(c, k) for c in COLOURS for k in KINDS] * 4):
        item = Item(f"{colour}-{kind}-{number:02}", title=f"Nord {colour} {kind}")
        vector = directions[colour] + directions[kind] + 0.3 * rng.normal(size=spec.embedding_dim)
        items.append(item)
        vectors[item.item_id] = (vector / np.linalg.norm(vector)).astype(np.float32)
    with open_store(f"sqlite:///{tmp_path}/shop.db") as store:
        store.put([Entry(item, image_of(item.item_id)) for item in items])
        shas = tuple(image_of(item_id).sha256 for item_id in vectors)
        store.put_vectors("s", VectorBatch(tuple(vectors), shas, np.stack([*vectors.values()])))
        yield store


def found(store: Store, texts: TextStyle, text: str) -> list[str]:
    return [hit.item_id.rsplit("-", 1)[0] for hit in store.search("s", texts.vector(text), k=4)]


@pytest.mark.parametrize("sentences", [None, German()])
def test_a_text_finds_pictures_of_what_it_says(
    store: Store, spec: ModelSpec, tmp_path: Path, sentences: German | None
) -> None:
    texts = TextStyle(store, "s", spec, tmp_path, sentences=sentences)
    texts.update()
    for colour in COLOURS:
        for kind in KINDS:
            assert found(store, texts, f"{kind} {colour.upper()}") == [f"{colour}-{kind}"] * 4
    assert np.linalg.norm(texts.vector("red")) == pytest.approx(1)
    assert texts.vector("\0") is None
    texts.close()


def test_unknown_words_are_left_to_the_sentence(store: Store, spec: ModelSpec, tmp_path: Path) -> None:
    texts = TextStyle(store, "s", spec, tmp_path, sentences=German())
    texts.update()
    assert found(store, texts, "rotes Kleid") == ["red-dress"] * 4
    assert TextStyle(store, "s", spec, tmp_path).vector("rotes Kleid") is None


def test_it_is_fitted_once_for_the_same_titles(store: Store, spec: ModelSpec, tmp_path: Path) -> None:
    first, second = (TextStyle(store, "s", spec, tmp_path) for _ in range(2))
    assert (first.update(), second.update()) == (True, False)
    assert np.array_equal(first.vector("red dress"), second.vector("red dress"))
    store.put([Entry(Item("red-dress-00", title="A blue dress"))])
    assert second.update()
    assert not np.array_equal(first.vector("red dress"), second.vector("red dress"))
    for texts in (first, second):
        texts.close()


def test_a_damaged_file_is_fitted_again(store: Store, spec: ModelSpec, tmp_path: Path) -> None:
    TextStyle(store, "s", spec, tmp_path).update()
    [path] = (tmp_path / "text-style").iterdir()
    path.write_bytes(path.read_bytes()[:-200])
    assert TextStyle(store, "s", spec, tmp_path).update()


def test_what_is_read_is_what_was_written(tmp_path: Path) -> None:
    vectors = np.random.default_rng(0).normal(size=(4, 8)).astype(np.float32)
    fitted = fit(["a b", "b c", "c d", "d a"], vectors, None, "digest")
    write_fitted(tmp_path / "map.npz", fitted)
    read = read_fitted(tmp_path / "map.npz", 8)
    assert read.digest == "digest" and np.array_equal(read.word_map, fitted.word_map)
    assert read_fitted(tmp_path / "map.npz", 9) is None


def test_a_small_catalogue_teaches_nothing(tmp_path: Path, spec: ModelSpec) -> None:
    with open_store(f"sqlite:///{tmp_path}/small.db") as store:
        store.put([Entry(Item("a", title="red dress"))])
        assert TextStyle(store, "s", spec, tmp_path).vector("red dress") is None


def test_the_models_own_text_tower_answers(store: Store, spec: ModelSpec, tmp_path: Path) -> None:
    class Tower:
        def encode(self, texts: list[str]) -> np.ndarray:
            return np.eye(spec.embedding_dim, dtype=np.float32)[[len(text) for text in texts]]

    texts = TextStyle(store, "s", spec, tmp_path, tower=Tower)
    assert texts.vector("red").argmax() == 3
    assert open_tower(tmp_path / "model") is None


def test_a_damaged_tower_is_reported_and_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "text").mkdir()
    assert open_tower(tmp_path) is None
    assert "cannot be used" in caplog.text


def test_no_more_titles_are_read_than_allowed(
    store: Store, spec: ModelSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_TITLES", 25)
    texts = TextStyle(store, "s", spec, tmp_path)
    assert len(texts._sample()[0]) == 25
