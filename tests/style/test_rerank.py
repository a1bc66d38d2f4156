"""The order of candidates, re-derived with loops, and what re-ranking leaves alone."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from deepstyle.catalogue.item import Item
from deepstyle.store import Entry, ItemFilter, Store, open_store
from deepstyle.style import rerank as module
from deepstyle.style.rerank import (
    ALPHA,
    BY_SIMILARITY,
    CANDIDATES,
    GAIN,
    NEIGHBOURS,
    PRIOR,
    TEMPERATURE,
    Reranking,
    category_bonus,
    category_votes,
    expanded_similarities,
    join_prior,
    label_bonus,
)
from deepstyle.style.search import Match, search_vector, similar_items
from tests.store.model import batch_of, image_of, vector_of

VOTE = Reranking(category_vote=True)
KINDS = ("shoes", "shoes", "shoes", "hats", "bags", "")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """120 items, most of them shoes, some without a category."""
    items = [
        Item(f"i{n:03}", semantic_category=KINDS[n % 6], category="Boots" if n % 2 else "Sandals", price=float(n))
        for n in range(120)
    ]
    with open_store(f"sqlite:///{tmp_path}/test.db") as opened:
        opened.put([Entry(item, image_of(item.item_id)) for item in items])
        opened.put_vectors("s", batch_of({f"i{n:03}": (image_of(f"i{n:03}").sha256, vector_of(n)) for n in range(120)}))
        yield opened


def found(matches: list[Match]) -> list[str]:
    return [match.item.item_id for match in matches]


def naive_votes(similarities: list[float], categories: list[str], counts: dict[str, int]) -> dict[str, float]:
    mean = sum(similarities) / len(similarities)
    spread = math.sqrt(sum((value - mean) ** 2 for value in similarities) / len(similarities))
    votes: dict[str, float] = {}
    for value, category in zip(similarities, categories, strict=True):
        if category:
            weight = math.exp((value - max(similarities)) / (TEMPERATURE * spread))
            votes[category] = votes.get(category, 0) + weight / (counts[category] + PRIOR)
    return {category: vote / sum(votes.values()) for category, vote in votes.items()}


def test_votes() -> None:
    similarities, categories = [0.8, 0.7, 0.65, 0.2, 0.75], ["shoes", "hats", "shoes", "bags", ""]
    counts = {"shoes": 100, "hats": 3, "bags": 1}
    votes = category_votes(np.array(similarities), categories, counts)
    assert votes == pytest.approx(naive_votes(similarities, categories, counts))
    assert sum(votes.values()) == pytest.approx(1)
    assert votes["hats"] > votes["shoes"]  # rarer by far, and nearly as close


def test_a_photo_s_order(store: Store) -> None:
    query = vector_of(1000)
    plain = search_vector(store, "s", query, k=CANDIDATES)
    similarities, categories = zip(*((m.similarity, m.item.semantic_category) for m in plain), strict=True)
    counts = Counter(item.semantic_category for item in store.iter_items() if item.semantic_category)
    votes = naive_votes(list(similarities), list(categories), counts)
    scores = {
        m.item.item_id: m.similarity + GAIN * votes.get(m.item.semantic_category, 0) * (1 - m.similarity) for m in plain
    }
    matches = search_vector(store, "s", query, k=10, by=VOTE)
    assert found(matches) == sorted(scores, key=lambda item_id: -scores[item_id])[:10]
    assert found(matches) != found(plain)[:10]
    assert [match.rank for match in matches] == list(range(1, 11))
    cosines = {match.item.item_id: match.similarity for match in plain}
    assert all(match.similarity == cosines[match.item.item_id] for match in matches)


def test_a_prior_multiplies_the_votes() -> None:
    votes = {"shoes": 0.5, "hats": 0.3, "bags": 0.2}
    joined = join_prior(votes, {"shoes": 0.1, "hats": 0.6, "bags": 0.2, "tops": 0.1})
    total = 0.5 * 0.1 + 0.3 * 0.6 + 0.2 * 0.2
    assert joined == pytest.approx({"shoes": 0.05 / total, "hats": 0.18 / total, "bags": 0.04 / total})


@pytest.mark.parametrize("prior", [{"shoes": 0.9, "hats": 0.1}, {"shoes": 0.0, "hats": 0.0}, {"tops": 1.0}])
def test_a_prior_leaves_what_it_does_not_know(prior: dict[str, float]) -> None:
    votes = {"shoes": 0.3, "hats": 0.3, "home": 0.4}
    joined = join_prior(votes, prior)
    assert joined["home"] == votes["home"]
    assert sum(joined.values()) == pytest.approx(1)
    assert (joined != votes) == (prior.get("shoes", 0) > 0)


def test_a_photo_s_prior_decides_where_the_neighbours_disagree(store: Store) -> None:
    query = vector_of(1000)
    for category in ("hats", "bags"):
        matches = search_vector(
            store, "s", query, k=10, by=VOTE, prior={"shoes": 0.0, "hats": 0.0, "bags": 0.0, category: 1.0}
        )
        plain = search_vector(store, "s", query, k=10, by=VOTE)
        kinds = [[match.item.semantic_category for match in some].count(category) for some in (matches, plain)]
        assert kinds[0] > kinds[1]
        assert search_vector(store, "s", query, k=10, prior={category: 1.0}) == search_vector(store, "s", query, k=10)


def test_an_item_s_own_labels_have_all_the_votes(store: Store) -> None:
    query = store.get(["i001"])["i001"]
    plain = similar_items(store, "s", "i001", k=CANDIDATES)
    scores = {}
    for match in plain:
        agree = (match.item.semantic_category == query.semantic_category) + (match.item.category == query.category)
        scores[match.item.item_id] = match.similarity + GAIN * agree / 2 * (1 - match.similarity)
    expected = sorted(scores, key=lambda item_id: -scores[item_id])[:10]
    assert found(similar_items(store, "s", "i001", by=VOTE)) == expected != found(plain)[:10]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (Item("q", semantic_category="shoes", category="BOOTS"), [1, 0.5, 0.5, 0]),
        (Item("q", semantic_category="shoes"), [1, 1, 0, 0]),
        (Item("q", category="boots"), [1, 0, 1, 0]),
        (Item("q"), [0, 0, 0, 0]),
    ],
)
def test_labels_that_an_item_lacks_do_not_count(query: Item, expected: list[float]) -> None:
    items = [
        Item("a", semantic_category="shoes", category="Boots"),
        Item("b", semantic_category="shoes"),
        Item("c", category="Boots"),
        Item("d", semantic_category="hats", category="Caps"),
    ]
    bonus = label_bonus(np.full(4, 0.5), items, query)
    np.testing.assert_allclose(bonus, GAIN * 0.5 * np.array(expected))


def test_query_expansion(store: Store) -> None:
    query = vector_of(1000)
    plain = search_vector(store, "s", query, k=CANDIDATES)
    vectors = {match.item.item_id: store.vectors("s", [match.item.item_id]).vectors[0] for match in plain}
    expanded = query.astype(float)
    for match in plain[:NEIGHBOURS]:
        expanded = expanded + max(0.0, match.similarity) ** ALPHA * vectors[match.item.item_id]
    scores = {item_id: float(vector @ expanded) for item_id, vector in vectors.items()}
    expected = sorted(scores, key=lambda item_id: -scores[item_id])[:20]
    assert found(search_vector(store, "s", query, k=20, by=Reranking(query_expansion=True))) == expected


def test_an_expanded_query_is_of_unit_norm() -> None:
    vectors = np.stack([vector_of(n) for n in range(5)])
    scores = expanded_similarities(vectors[0], vectors @ vectors[0].astype(float), vectors)
    assert np.abs(scores).max() <= 1 + 1e-6


def test_an_item_whose_vector_has_gone_sinks(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    query = vector_of(7)
    read = store.vectors
    monkeypatch.setattr(store, "vectors", lambda space, ids: read(space, [one for one in ids if one != "i007"]))
    assert found(search_vector(store, "s", query, k=10))[0] == "i007"
    assert "i007" not in found(search_vector(store, "s", query, k=10, by=Reranking(query_expansion=True)))


def test_without_a_switch_nothing_changes(store: Store) -> None:
    assert BY_SIMILARITY.candidates == 0
    similarities = [match.similarity for match in search_vector(store, "s", vector_of(1000), k=120)]
    assert similarities == sorted(similarities, reverse=True)


def test_an_identical_picture_stays_first_whatever_the_votes(store: Store) -> None:
    for n in range(0, 120, 7):
        assert found(search_vector(store, "s", vector_of(n), k=1, by=VOTE)) == [f"i{n:03}"]


def test_a_longer_list_begins_with_the_shorter_one(store: Store) -> None:
    query, both = vector_of(1000), Reranking(category_vote=True, query_expansion=True)
    for by in (VOTE, both):
        longest = found(search_vector(store, "s", query, k=120, by=by))
        assert sorted(longest) == sorted(found(search_vector(store, "s", query, k=120)))
        for k in (1, 10, 99, 100, 101, 119):
            assert found(search_vector(store, "s", query, k=k, by=by)) == longest[:k]
        assert longest[CANDIDATES:] == found(search_vector(store, "s", query, k=120))[CANDIDATES:]


def test_a_filter_wins(store: Store) -> None:
    where = ItemFilter(semantic_categories=("hats",), price_max=80)
    matches = search_vector(store, "s", vector_of(1000), k=50, where=where, by=VOTE)
    assert found(matches) == found(search_vector(store, "s", vector_of(1000), k=50, where=where))
    assert len(matches) == 13


def test_equal_similarities_keep_their_order() -> None:
    items = [Item(f"i{n}", semantic_category="shoes") for n in range(3)]
    bonus = category_bonus(np.full(3, 0.5), items, {"shoes": 3})
    np.testing.assert_allclose(bonus, GAIN * 0.5)


def test_a_catalogue_without_categories_is_ranked_by_similarity(store: Store) -> None:
    store.put([Entry(replace(item, semantic_category="", category="")) for item in store.iter_items()])
    plain = found(search_vector(store, "s", vector_of(1000), k=20))
    assert found(search_vector(store, "s", vector_of(1000), k=20, by=VOTE)) == plain
    assert found(similar_items(store, "s", "i001", by=VOTE)) == found(similar_items(store, "s", "i001"))


def test_nothing_may_overtake_an_identical_picture() -> None:
    assert 0 < module.GAIN < 1
