"""Batch encode on a real store: what is encoded, what is skipped, what a kill or a broken image costs."""

import hashlib
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from deepstyle.catalogue.item import Item
from deepstyle.images.item_image import ItemImage
from deepstyle.images.pixels import decode, encode_jpeg, read_image, resize
from deepstyle.store import Entry, Store, open_store, space_files
from deepstyle.store.rows import open_rows
from deepstyle.style.encode import STYLE_SPACE, drop_other_spaces, encode_shard, encode_store
from deepstyle.style.encoder import Encoder
from tests.style.tiny import HEIGHT_PX, WIDTH_PX, naive_embedding, write_tiny_model


def picture(seed: int) -> ItemImage:
    pixels = np.random.default_rng(seed).integers(0, 256, (6, 5, 3), np.uint8)
    return read_image(encode_jpeg(resize(pixels, 26, 26, "stretch")))  # too small to be decoded at a reduced scale


def broken_picture() -> ItemImage:
    """Bytes that a store may hold from elsewhere: they passed no check of ours."""
    data = picture(0).data[:200]
    return ItemImage(data, hashlib.sha256(data).hexdigest(), "image/jpeg", 26, 26)


def fill(store: Store, count: int, start: int = 0) -> None:
    store.put([Entry(Item(f"item-{n:04}"), picture(n)) for n in range(start, start + count)])


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/test.db"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with open_store(url) as opened:
        yield opened


@pytest.fixture
def encoder(tmp_path: Path) -> Encoder:
    write_tiny_model(tmp_path / "model")
    return Encoder.open(tmp_path / "model", streams=2)


def test_every_image_gets_the_vector_of_its_own_pixels(store: Store, encoder: Encoder) -> None:
    fill(store, 10)
    report = encode_store(store, encoder, shard_size=4)
    assert (report.encoded, report.skipped, report.dropped, report.failures) == (10, 0, 0, ())
    stored = store.vectors(encoder.fingerprint)
    assert stored.item_ids == tuple(f"item-{n:04}" for n in range(10))
    for n, vector in enumerate(stored.vectors):
        expected, _ = naive_embedding(resize(decode(picture(n).data), HEIGHT_PX, WIDTH_PX, "stretch"))
        np.testing.assert_allclose(vector, expected, atol=2e-5)


def test_a_second_run_encodes_nothing_and_a_changed_image_alone_is_encoded_again(
    store: Store, encoder: Encoder
) -> None:
    fill(store, 5)
    encode_store(store, encoder)
    before = store.vectors(encoder.fingerprint).vectors
    again = encode_store(store, encoder)
    assert (again.encoded, again.skipped) == (0, 5)
    store.put([Entry(Item("item-0002"), picture(99)), Entry(Item("item-0003", title="only the text changed"))])
    changed = encode_store(store, encoder)
    assert (changed.encoded, changed.skipped) == (1, 4)
    after = store.vectors(encoder.fingerprint).vectors
    assert [n for n in range(5) if not np.array_equal(before[n], after[n])] == [2]


def test_a_run_ends_with_the_files_that_a_large_space_is_searched_by(
    store: Store, encoder: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(space_files, "INDEX_FROM", 8)
    file = space_files.rows_path(tmp_path / "test.db", encoder.fingerprint)
    fill(store, 7)
    encode_store(store, encoder)
    assert not file.exists()
    fill(store, 2, start=7)
    encode_store(store, encoder)
    written = file.read_bytes()
    assert open_rows(file)[0].count == 9
    fill(store, 1, start=9)
    encode_store(store, encoder)
    assert file.read_bytes() == written  # it is behind by one vector, which a search reads from the store


def test_a_failing_image_is_reported_and_stops_nothing(store: Store, encoder: Encoder) -> None:
    fill(store, 6)
    store.put([Entry(Item("item-0002"), broken_picture()), Entry(Item("item-0005"), broken_picture())])
    for _ in range(2):
        report = encode_store(store, encoder, shard_size=2)
        assert [failure.item_id for failure in report.failures] == ["item-0002", "item-0005"]
        assert {failure.code for failure in report.failures} == {"ImageBrokenError"}
        assert report.serving and store.spaces() == {encoder.fingerprint: 4}


def test_progress_ends_at_the_total(store: Store, encoder: Encoder) -> None:
    fill(store, 7)
    store.put([Entry(Item("item-0002"), broken_picture())])
    result: list[tuple[int, int]] = []
    encode_store(store, encoder, shard_size=3, on_progress=lambda done, total: result.append((done, total)))
    assert result == [(3, 7), (6, 7), (7, 7)]


def test_an_image_that_changes_while_it_is_encoded_is_left_to_the_next_run(store: Store, encoder: Encoder) -> None:
    fill(store, 4)

    def change(done: int, total: int) -> None:
        if done == 2:
            store.put([Entry(Item("item-0000"), picture(50)), Entry(Item("item-0003"), picture(51))])

    first = encode_store(store, encoder, shard_size=2, on_progress=change)
    assert (first.encoded, first.dropped) == (4, 0)
    assert [item_id for item_id, _ in store.missing_vectors(encoder.fingerprint)] == ["item-0000"]
    assert encode_store(store, encoder).encoded == 1


class InterruptedRunError(Exception):
    """What stops a run halfway."""


def test_a_new_model_serves_only_once_its_space_is_complete(store: Store, encoder: Encoder, tmp_path: Path) -> None:
    fill(store, 6)
    encode_store(store, encoder)
    assert store.meta(STYLE_SPACE) == encoder.fingerprint
    write_tiny_model(tmp_path / "other", seed=1)
    other = Encoder.open(tmp_path / "other")

    def stop(done: int, total: int) -> None:
        raise InterruptedRunError

    with pytest.raises(InterruptedRunError):
        encode_store(store, other, shard_size=2, on_progress=stop)
    assert store.spaces() == {encoder.fingerprint: 6, other.fingerprint: 2}
    assert store.meta(STYLE_SPACE) == encoder.fingerprint
    report = encode_store(store, other)
    assert (report.encoded, report.skipped, report.serving) == (4, 2, True)
    assert store.meta(STYLE_SPACE) == other.fingerprint
    assert drop_other_spaces(store, other.fingerprint) == 6
    assert store.spaces() == {other.fingerprint: 6}


def test_a_model_that_encodes_nothing_does_not_take_over(store: Store, encoder: Encoder, tmp_path: Path) -> None:
    fill(store, 3)
    encode_store(store, encoder)
    write_tiny_model(tmp_path / "zero", scale=0.0)
    report = encode_store(store, Encoder.open(tmp_path / "zero"))
    assert not report.serving and {failure.code for failure in report.failures} == {"ModelError"}
    assert store.meta(STYLE_SPACE) == encoder.fingerprint


def test_the_shard_function_gives_the_same_vectors_with_any_number_of_workers(encoder: Encoder) -> None:
    shard = [(f"{n}", picture(n)) for n in range(9)] + [("broken", broken_picture())]
    results = [encode_shard(encoder, shard, workers=workers) for workers in (1, 8)]
    np.testing.assert_array_equal(results[0].vectors.vectors, results[1].vectors.vectors)
    assert results[0].vectors.item_ids == results[1].vectors.item_ids == tuple(f"{n}" for n in range(9))
    assert [failure.item_id for failure in results[0].failures] == ["broken"]
    assert pickle.loads(pickle.dumps(results[0])).failures == results[0].failures
    assert pickle.loads(pickle.dumps(encode_shard)) is encode_shard


JOB = """
import sys
from pathlib import Path
from deepstyle.store import open_store
from deepstyle.style.encode import encode_store
from deepstyle.style.encoder import Encoder
with open_store(sys.argv[1]) as store:
    encoder = Encoder.open(Path(sys.argv[2]))
    print("started", flush=True)
    encode_store(store, encoder, shard_size=2, workers=1, on_progress=lambda done, total: print(done, flush=True))
"""


def test_a_killed_run_loses_no_finished_shard_and_the_next_goes_on(url: str, store: Store, encoder: Encoder) -> None:
    fill(store, 60)
    command = [sys.executable, "-c", JOB, url, str(Path(url.removeprefix("sqlite:///")).parent / "model")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as job:
        assert job.stdout is not None and job.stdout.readline() == "started\n"
        acknowledged = int(job.stdout.readline())
        os.kill(job.pid, signal.SIGKILL)
        acknowledged = max([acknowledged, *(int(line) for line in job.stdout.read().split())])
    kept = store.spaces()[encoder.fingerprint]
    assert acknowledged <= kept <= acknowledged + 2
    report = encode_store(store, encoder)
    assert (report.encoded, report.skipped) == (60 - kept, kept)
    assert store.spaces() == {encoder.fingerprint: 60}
