"""Items with several pictures: each is encoded, and search takes the best of each item and says which it is."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from deepstyle.catalogue.item import Item
from deepstyle.images.item_image import ItemImage
from deepstyle.images.pixels import read_image
from deepstyle.search.same_picture import find_own_picture
from deepstyle.store import Entry, ItemFilter, Store, open_store
from deepstyle.store.pictures import MAX_PICTURES, first_space, picture_position, picture_space
from deepstyle.style.augmented_views import keep_augmented_views
from deepstyle.style.encode import EncodedShard, drop_other_spaces, encode_store
from deepstyle.style.encoder import Encoder
from deepstyle.style.parts import FIRST, Part, growing_parts, stored_parts
from deepstyle.style.search import nearest_hits, search_photo, search_vector, similar_items
from tests.images.pictures import photo, save
from tests.style.tiny import write_tiny_model

PICTURES = {"a": 3, "b": 1, "c": 2, "d": 4, "e": 1, "f": 2}
TOTAL = sum(PICTURES.values())


def data_of(item_id: str, position: int) -> bytes:
    return save(photo(20, 24, 100 * ord(item_id) + position), "PNG")


def picture(item_id: str, position: int) -> ItemImage:
    return read_image(data_of(item_id, position))


def entry(item_id: str, count: int) -> Entry:
    more = tuple(picture(item_id, position) for position in range(1, count))
    return Entry(Item(item_id, brand="Nord" if item_id in "ace" else "Süd"), picture(item_id, 0), more)


@pytest.fixture
def encoder(tmp_path: Path) -> Encoder:
    write_tiny_model(tmp_path / "model")
    return Encoder.open(tmp_path / "model")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path}/test.db") as opened:
        opened.put([entry(item_id, count) for item_id, count in PICTURES.items()])
        yield opened


@pytest.mark.parametrize("position", range(MAX_PICTURES))
def test_a_space_is_named_after_its_position(position: int) -> None:
    for space in ("474e11b72f90ba33", "a-jpeg-40", "a#b"):
        name = picture_space(space, position)
        assert (picture_position(name), first_space(name)) == (position, space)


def test_all_pictures_are_encoded_and_the_first_alone_gives_colours_and_features(
    store: Store, encoder: Encoder
) -> None:
    shards: list[EncodedShard] = []
    progress: list[tuple[int, int]] = []
    report = encode_store(
        store, encoder, shard_size=4, on_shard=shards.append, on_progress=lambda *done: progress.append(done)
    )
    assert (report.encoded, report.skipped, report.failures, report.serving) == (TOTAL, 0, (), True)
    assert progress[-1] == (TOTAL, TOTAL)
    assert [item_id for shard in shards for item_id in shard.vectors.item_ids] == sorted(PICTURES)
    space = encoder.fingerprint
    assert store.spaces() == {space: 6, f"{space}#1": 4, f"{space}#2": 2, f"{space}#3": 1}
    assert all(item.dominant_colours for item in store.iter_items())
    second = store.vectors(f"{space}#2", ["d"])
    assert second.image_sha256s == (picture("d", 2).sha256,)
    own = encoder.encode([encoder.decode(data_of("d", 2))]).embeddings[0]
    assert np.allclose(second.vectors[0], own, atol=1e-6)
    again = encode_store(store, encoder)
    assert (again.encoded, again.skipped) == (0, TOTAL)
    assert drop_other_spaces(store, space) == 0


def test_a_copy_of_a_further_picture_is_recognised_by_its_print(store: Store, encoder: Encoder) -> None:
    encode_store(store, encoder, shard_size=4)
    space = encoder.fingerprint
    for item_id, count in PICTURES.items():
        pictures = [encoder.encode([encoder.decode(data_of(item_id, at))], prints=True) for at in range(count)]
        prints = [one.prints[0] for one in pictures]
        assert store.get([item_id])[item_id].picture_print == ",".join(prints)
        misled = nearest_hits(store, space, -pictures[-1].embeddings[0], k=len(PICTURES))
        found = find_own_picture(store, space, prints[-1], misled)
        assert found is not None and found.item_id == item_id
        assert np.allclose(found.vector, pictures[-1].embeddings[0], atol=1e-6)
    store.put([replace(entry("d", 4), more_images=())])
    assert find_own_picture(store, space, print_of("d", 3, encoder), misled) is None


def print_of(item_id: str, position: int, encoder: Encoder) -> str:
    return encoder.encode([encoder.decode(data_of(item_id, position))], prints=True).prints[0]


def test_one_changed_picture_costs_one_encoding(store: Store, encoder: Encoder) -> None:
    encode_store(store, encoder)
    more = (picture("d", 1), picture("z", 2), picture("d", 3))
    store.put([Entry(store.get(["d"])["d"], None, more)])
    assert (report := encode_store(store, encoder)).encoded == 1, report


def test_a_further_picture_that_fails_is_reported_by_its_position(store: Store, encoder: Encoder) -> None:
    broken = ItemImage(b"broken", "0" * 64, "image/png", 1, 1)
    store.put([Entry(store.get(["c"])["c"], None, (picture("c", 1), broken))])
    report = encode_store(store, encoder)
    assert [(failure.item_id, failure.picture) for failure in report.failures] == [("c", 2)]
    assert report.serving
    keep_augmented_views(store, True)
    assert len(encode_store(store, encoder).failures) == 1


def test_every_view_of_every_picture_is_a_part(store: Store, encoder: Encoder) -> None:
    keep_augmented_views(store, True)
    report = encode_store(store, encoder)
    assert (report.encoded, report.augmented_views) == (TOTAL, 2 * TOTAL)
    assert stored_parts(store)[0] == FIRST
    assert len(stored_parts(store)) == 12
    assert Part("jpeg-40", 2).space("s") == "s-jpeg-40#2"
    keep_augmented_views(store, False)
    assert set(map(first_space, store.spaces())) == {encoder.fingerprint}


def test_parts_that_are_imported_meanwhile_are_not_left_out(store: Store) -> None:
    parts = growing_parts(store)
    seen = [next(parts)]
    store.put([entry("g", 5)])
    seen += parts
    assert seen == [Part(position=position) for position in range(5)]


@pytest.mark.parametrize(("item_id", "position"), [("a", 2), ("b", 0), ("d", 3)])
def test_a_photo_finds_the_picture_it_is(store: Store, encoder: Encoder, item_id: str, position: int) -> None:
    encode_store(store, encoder)
    found = search_photo(store, encoder, data_of(item_id, position), k=3)
    assert (found[0].item.item_id, found[0].picture) == (item_id, position)
    assert found[0].similarity == pytest.approx(1, abs=1e-4)
    assert len({match.item.item_id for match in found}) == 3


@pytest.mark.parametrize("where", [ItemFilter(), ItemFilter(brands=("nord",))])
@pytest.mark.parametrize("k", [1, 2, 6])
def test_each_item_is_as_similar_as_its_best_picture(store: Store, encoder: Encoder, where: ItemFilter, k: int) -> None:
    encode_store(store, encoder)
    for seed in range(5):
        query = encoder.encode([np.asarray(photo(20, 24, seed))]).embeddings[0]
        scores: dict[str, list[float]] = {}
        for position in range(4):
            batch = store.vectors(picture_space(encoder.fingerprint, position))
            for item_id, vector in zip(batch.item_ids, batch.vectors, strict=True):
                scores.setdefault(item_id, []).append(float(vector @ query))
        wanted = sorted((i for i in scores if where.is_empty or i in "ace"), key=lambda i: -max(scores[i]))[:k]
        found = search_vector(store, encoder.fingerprint, query, k=k, where=where)
        assert [match.item.item_id for match in found] == wanted
        assert [match.picture for match in found] == [int(np.argmax(scores[i])) for i in wanted]
        assert [match.similarity for match in found] == pytest.approx([max(scores[i]) for i in wanted], abs=1e-5)


def test_similar_items_are_compared_by_their_best_picture(store: Store, encoder: Encoder) -> None:
    store.put([Entry(Item("twin"), picture("t", 0), (picture("t", 1), picture("a", 0)))])
    encode_store(store, encoder)
    found = similar_items(store, encoder.fingerprint, "a", k=10)
    assert (found[0].item.item_id, found[0].picture) == ("twin", 2)
    assert "a" not in [match.item.item_id for match in found]
    store.put([Entry(Item("twin"), None, ())])
    assert similar_items(store, encoder.fingerprint, "a", k=10)[-1].picture in range(4)
    assert search_photo(store, encoder, data_of("a", 0), k=1)[0].item.item_id == "a"


KILLED = """
import os, signal, sys
from pathlib import Path
from deepstyle.store.open import open_store
from deepstyle.style.encode import encode_store
from deepstyle.style.encoder import Encoder

def stop(done, total):
    if done >= int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)

with open_store(sys.argv[1]) as store:
    encode_store(store, Encoder.open(Path(sys.argv[2])), shard_size=1, on_progress=stop)
"""


@pytest.mark.parametrize("after", [2, 8])
def test_a_run_killed_between_two_pictures_of_an_item_goes_on(
    store: Store, encoder: Encoder, tmp_path: Path, after: int
) -> None:
    command = [sys.executable, "-c", KILLED, store.url, str(tmp_path / "model"), str(after)]
    assert subprocess.run(command, check=False, cwd=Path(__file__).parents[2]).returncode == -9
    report = encode_store(store, encoder)
    assert (report.encoded, report.skipped) == (TOTAL - after, after)
    assert report.serving


def test_a_product_is_as_similar_as_the_best_picture_of_its_variants(store: Store, encoder: Encoder) -> None:
    for item_id in "ad":
        store.put([Entry(Item(item_id, model_id="coat"))])
    encode_store(store, encoder)
    query = store.vectors(f"{encoder.fingerprint}#3", ["d"]).vectors[0]
    found = search_vector(store, encoder.fingerprint, query, k=6, group_by="product")
    assert (found[0].item.item_id, found[0].picture) == ("d", 3)
    assert sorted(match.item.item_id for match in found) == list("bcdef")
