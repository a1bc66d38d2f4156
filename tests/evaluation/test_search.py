"""The evaluation of the search, re-derived with loops on a small catalogue and a tiny model."""

import hashlib
import itertools
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from deepstyle.catalogue.item import SEMANTIC_CATEGORIES, Item
from deepstyle.errors import FingerprintMismatchError, UsageError
from deepstyle.evaluation import search_scores
from deepstyle.evaluation.photos import LabelledPhoto
from deepstyle.evaluation.search import SearchReport, evaluate_search
from deepstyle.evaluation.search_scores import TaskScore, hit_probability
from deepstyle.images.distort import DISTORTIONS
from deepstyle.images.item_image import ItemImage
from deepstyle.images.pixels import decode
from deepstyle.store.base import VectorBatch
from deepstyle.style.encoder import Encoder
from deepstyle.style.rerank import Candidates, Reranking, candidate_scores
from tests.images.pictures import photo, save
from tests.style.tiny import write_tiny_model

COUNT = 30


class Shelf:
    """As much of a store as the evaluation reads."""

    url = "shelf://"

    def __init__(self, encoder: Encoder, pictures: Sequence[bytes]) -> None:
        self.pictures = {f"{row // 3:02}-{row % 3}": data for row, data in enumerate(pictures)}
        self.metadata: dict[str, str] = {"style_space": encoder.fingerprint}
        vectors = encoder.encode([decode(data) for data in pictures]).embeddings
        shas = tuple(hashlib.sha256(data).hexdigest() for data in pictures)
        self.batch = VectorBatch(tuple(self.pictures), shas, vectors)

    def meta(self, key: str) -> str | None:
        return self.metadata.get(key)

    def vectors(self, space: str, item_ids: Sequence[str] | None = None) -> VectorBatch:
        return self.batch

    def get(self, item_ids: Sequence[str]) -> dict[str, Item]:
        return {item_id: self.item(item_id) for item_id in item_ids}

    def item(self, item_id: str) -> Item:
        # Three colours a garment, but the last garment has no model id.
        model = item_id.split("-")[0]
        category = SEMANTIC_CATEGORIES[int(model) % 4]
        return Item(item_id, semantic_category=category, model_id=model if int(model) < COUNT // 3 - 1 else "")

    def image(self, item_id: str) -> ItemImage | None:
        data = self.pictures[item_id]
        return ItemImage(data, hashlib.sha256(data).hexdigest(), "image/png", 40, 60)


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    folder = tmp_path_factory.mktemp("model")
    write_tiny_model(folder)
    return Encoder.open(folder, threads=1)


@pytest.fixture(scope="module")
def shelf(encoder: Encoder) -> Shelf:
    pictures = [save(photo(40, 60, seed), "PNG") for seed in range(COUNT)]
    pictures[7] = pictures[20]  # two items with the very same picture
    return Shelf(encoder, pictures)


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> list[LabelledPhoto]:
    folder = tmp_path_factory.mktemp("photos")
    photos = []
    for row, category in enumerate(["all-body", "bottoms", "tops", "tops", "scarves"]):
        path = folder / f"{row}.jpg"
        path.write_bytes(save(photo(50, 50, 100 + row), "JPEG"))
        photos.append(LabelledPhoto(path, category, category))
    return photos


@pytest.fixture(scope="module")
def report(shelf: Shelf, encoder: Encoder, photos: list[LabelledPhoto]) -> SearchReport:
    return evaluate_search(shelf, encoder, photos=photos, limit=0, seed=3)  # type: ignore[arg-type]


def task(report: SearchReport, name: str) -> TaskScore:
    return next(task for task in report.tasks if task.task == name)


def ranking(vectors: np.ndarray, query: np.ndarray, without: int = -1) -> list[int]:
    similarities = vectors @ query
    return [row for row in np.argsort(-similarities, kind="stable").tolist() if row != without]


def test_another_colour(report: SearchReport, shelf: Shelf) -> None:
    vectors, items = shelf.batch.vectors, list(shelf.get(shelf.batch.item_ids).values())
    hits, precisions = {1: 0, 5: 0, 10: 0}, 0.0
    queries = [row for row, item in enumerate(items) if item.model_id]
    for row in queries:
        right = [items[other].model_id == items[row].model_id for other in ranking(vectors, vectors[row], row)]
        for k in hits:
            hits[k] += any(right[:k])
        precisions += sum(right[place] * sum(right[: place + 1]) / (place + 1) for place in range(2)) / 2
    scored = task(report, "another colour")
    assert scored.queries == len(queries) == COUNT - 3
    assert scored.scores["deepstyle"] == pytest.approx(
        {**{f"recall@{k}": hits[k] / len(queries) for k in hits}, "mAP@R": precisions / len(queries)}
    )
    assert scored.scores["chance"]["recall@1"] == pytest.approx(2 / (COUNT - 1))


@pytest.mark.parametrize("name", DISTORTIONS)
def test_itself(report: SearchReport, shelf: Shelf, encoder: Encoder, name: str) -> None:
    shas, found = shelf.batch.image_sha256s, 0
    for row, data in enumerate(shelf.pictures.values()):
        rng = np.random.default_rng((3, row))
        pictures = {kind: distort(decode(data), rng) for kind, distort in DISTORTIONS.items()}
        query = encoder.encode([pictures[name]]).embeddings[0]
        found += shas[ranking(shelf.batch.vectors, query)[0]] == shas[row]
    scored = task(report, f"itself, {name}")
    assert scored.queries == COUNT
    assert scored.scores["deepstyle"]["recall@1"] == pytest.approx(found / COUNT)


def test_mean_of_the_distortions(report: SearchReport) -> None:
    parts = [task(report, f"itself, {name}") for name in DISTORTIONS]
    for name in ("deepstyle", "raw pixels", "chance"):
        for measure, score in task(report, "itself, mean of these").scores[name].items():
            assert score == pytest.approx(np.mean([part.scores[name][measure] for part in parts]))


def test_photos(report: SearchReport, shelf: Shelf, encoder: Encoder, photos: list[LabelledPhoto]) -> None:
    items = list(shelf.get(shelf.batch.item_ids).values())
    precisions = []
    for one in photos[:4]:
        query = encoder.encode([decode(one.path.read_bytes())]).embeddings[0]
        first = ranking(shelf.batch.vectors, query)[:10]
        precisions.append(sum(items[row].semantic_category == one.semantic_category for row in first) / 10)
    scored = task(report, "photo's category")
    assert (scored.queries, report.photos_left_out) == (4, 1)  # no item is a scarf
    assert scored.scores["deepstyle"]["precision@10"] == pytest.approx(np.mean(precisions))
    assert scored.scores["deepstyle"]["hit@10"] == np.mean([value > 0 for value in precisions])
    shares = [sum(item.semantic_category == one.semantic_category for item in items) / COUNT for one in photos[:4]]
    assert scored.scores["chance"]["precision@10"] == pytest.approx(np.mean(shares))


@pytest.fixture(scope="module")
def served(shelf: Shelf, encoder: Encoder, photos: list[LabelledPhoto]) -> SearchReport:
    by = Reranking(category_vote=True, query_expansion=True)
    return evaluate_search(shelf, encoder, photos=photos, limit=0, seed=3, by=by)  # type: ignore[arg-type]


def as_served(shelf: Shelf, query: np.ndarray, without: int = -1) -> list[int]:
    """The ranking of the rows as the store's own search returns it: candidates by the search's own function."""
    rows = ranking(shelf.batch.vectors, query, without)
    items = list(shelf.get([shelf.batch.item_ids[row] for row in rows]).values())
    asked = None if without < 0 else shelf.item(shelf.batch.item_ids[without])
    counts = Counter(shelf.item(item_id).semantic_category for item_id in shelf.batch.item_ids)
    similarities = (shelf.batch.vectors[rows] @ query).astype(float)
    candidates = Candidates(query, similarities, items, asked)
    by = Reranking(category_vote=True, query_expansion=True)
    scores = candidate_scores(candidates, by, shelf.batch.vectors[rows], counts)
    return [rows[place] for place in np.argsort(-scores, kind="stable")]


def test_the_model_alone_is_measured_beside_what_is_served(report: SearchReport, served: SearchReport) -> None:
    assert (report.switches, served.switches) == ((), ("category_vote", "query_expansion"))
    assert list(served.tasks[0].scores) == ["deepstyle", "as served", "raw pixels", "chance"]
    for before, after in zip(report.tasks, served.tasks, strict=True):
        assert {name: after.scores[name] for name in before.scores} == before.scores


def test_another_colour_as_served(served: SearchReport, shelf: Shelf) -> None:
    vectors, items = shelf.batch.vectors, list(shelf.get(shelf.batch.item_ids).values())
    queries = [row for row, item in enumerate(items) if item.model_id]
    hits = sum(
        any(items[other].model_id == items[row].model_id for other in as_served(shelf, vectors[row], row)[:5])
        for row in queries
    )
    assert task(served, "another colour").scores["as served"]["recall@5"] == hits / len(queries)


def test_photos_as_served(served: SearchReport, shelf: Shelf, encoder: Encoder, photos: list[LabelledPhoto]) -> None:
    items = list(shelf.get(shelf.batch.item_ids).values())
    precisions = []
    for one in photos[:4]:
        query = encoder.encode([decode(one.path.read_bytes())]).embeddings[0]
        first = as_served(shelf, query)[:10]
        precisions.append(sum(items[row].semantic_category == one.semantic_category for row in first) / 10)
    scores = task(served, "photo's category").scores
    assert scores["as served"]["precision@10"] == pytest.approx(np.mean(precisions))
    assert scores["as served"] != scores["deepstyle"]


def test_several_crops_as_served(shelf: Shelf, encoder: Encoder) -> None:
    report = evaluate_search(shelf, encoder, limit=3, several_crops=True)  # type: ignore[arg-type]
    assert report.switches == ("several_crops",)
    whole, served = (task(report, "another colour").scores[name] for name in ("deepstyle", "as served"))
    assert whole == served  # its queries are items


def test_raw_pixels_find_a_recompressed_picture(report: SearchReport) -> None:
    assert task(report, "itself, JPEG quality 30").scores["raw pixels"]["recall@1"] == 1


def test_blocks_change_nothing(
    report: SearchReport, shelf: Shelf, encoder: Encoder, photos: list[LabelledPhoto], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_scores, "BLOCK_CELLS", 4 * COUNT)
    again = evaluate_search(shelf, encoder, photos=photos, limit=0, seed=3)  # type: ignore[arg-type]
    for before, after in zip(report.tasks, again.tasks, strict=True):
        for name in before.scores:
            assert after.scores[name] == pytest.approx(before.scores[name])


def test_limit_draws_the_same_for_a_seed(shelf: Shelf, encoder: Encoder) -> None:
    one, two = (evaluate_search(shelf, encoder, limit=5, seed=1) for _ in range(2))  # type: ignore[arg-type]
    assert one == two
    assert {scored.queries for scored in one.tasks} == {5}


def test_without_vectors(shelf: Shelf, encoder: Encoder) -> None:
    empty = Shelf(encoder, [save(photo(), "PNG")])
    empty.batch = VectorBatch((), (), np.empty((0, 16), np.float32))
    with pytest.raises(UsageError, match="no vectors"):
        evaluate_search(empty, encoder)  # type: ignore[arg-type]
    empty.metadata["style_space"] = "another"
    with pytest.raises(FingerprintMismatchError):
        evaluate_search(empty, encoder)  # type: ignore[arg-type]


@pytest.mark.parametrize(("right", "items", "k"), [(1, 6, 1), (2, 6, 3), (5, 6, 2), (6, 6, 1), (1, 4, 9), (0, 5, 2)])
def test_probability_of_a_hit(right: int, items: int, k: int) -> None:
    draws = list(itertools.combinations(range(items), min(k, items)))
    expected = sum(any(row < right for row in draw) for draw in draws) / len(draws)
    assert hit_probability(right, items, k) == pytest.approx(expected)


def test_distortions_are_what_they_say() -> None:
    rgb = np.asarray(photo(100, 50))
    distorted = {name: distort(rgb, np.random.default_rng(0)) for name, distort in DISTORTIONS.items()}
    assert distorted["cropped to 80 %"].shape == (40, 80, 3)
    assert np.array_equal(
        distorted["mirrored"], np.asarray(Image.fromarray(rgb).transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    )
    assert np.abs(distorted["20 % darker"] - rgb * 0.8).max() <= 0.5
    assert np.abs(distorted["20 % brighter"] - np.minimum(rgb * 1.2, 255)).max() <= 0.5
    assert 0 < np.abs(distorted["JPEG quality 30"].astype(float) - rgb).mean() < 8


def test_a_crop_may_lie_anywhere_inside(tmp_path: Path) -> None:
    rgb = np.arange(10 * 10, dtype=np.uint8).reshape(10, 10, 1).repeat(3, axis=2)
    corners = {DISTORTIONS["cropped to 80 %"](rgb, np.random.default_rng(n))[0, 0, 0] for n in range(200)}
    assert corners == {row * 10 + column for row in range(3) for column in range(3)}
