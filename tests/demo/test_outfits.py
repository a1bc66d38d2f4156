"""The outfits keep the rules, the wrong answers break them, and nothing leaks between the disjoint splits."""

import pytest

from deepstyle.demo.outfits import Ensemble, Split, ask, compose, reshuffle, split_sizes
from deepstyle.demo.products import plan_products
from deepstyle.demo.rules import compatible, goes_with_all, outfit_score
from deepstyle.errors import UsageError

PRODUCTS = plan_products(1400, 0)
DISJOINT = compose(PRODUCTS, 600, 0)
VARIANTS = {"disjoint": DISJOINT, "nondisjoint": reshuffle(DISJOINT, 0)}
ASKED = {(v, s): ask(VARIANTS[v][s], f"0/{v}/{s}") for v in VARIANTS for s in ("valid", "test")}


def models(ensembles: list[Ensemble]) -> set[str]:
    return {item.model_id for ensemble in ensembles for item in ensemble.items}


def test_counts() -> None:
    assert {name: len(outfits) for name, outfits in DISJOINT.items()} == {"train": 360, "valid": 120, "test": 120}
    assert sum(split_sizes(501).values()) == 501
    assert len({e.set_id for outfits in DISJOINT.values() for e in outfits}) == 600


def test_outfits_are_good_different_and_wearable() -> None:
    outfits = [e for ensembles in DISJOINT.values() for e in ensembles]
    assert len({frozenset(i.item_id for i in e.items) for e in outfits}) == len(outfits)
    for ensemble in outfits:
        categories = [item.semantic_category for item in ensemble.items]
        assert len(set(categories)) == len(categories) >= 3
        assert "shoes" in categories
        assert ("all-body" in categories) != {"tops", "bottoms"}.issubset(categories)
        assert outfit_score(ensemble.items) == 1


def test_no_model_leaks_between_disjoint_splits() -> None:
    train, valid, test = (models(DISJOINT[name]) for name in ("train", "valid", "test"))
    assert not train & valid and not train & test and not valid & test


def test_both_variants_have_the_same_outfits() -> None:
    first, second = ({e.set_id for outfits in v.values() for e in outfits} for v in VARIANTS.values())
    assert first == second
    assert models(VARIANTS["nondisjoint"]["train"]) & models(VARIANTS["nondisjoint"]["test"])


@pytest.mark.parametrize("asked", ASKED.values(), ids=map("/".join, ASKED))
def test_the_oracle_is_perfect(asked: Split) -> None:
    assert all(outfit_score(e.items) == 1 for e in asked.outfits)
    assert len(asked.negatives) == len(asked.outfits)
    assert all(outfit_score([place.product for place in negative]) < 1 for negative in asked.negatives)
    assert len(asked.questions) >= 0.95 * len(asked.outfits)
    for question in asked.questions:
        rest = [place.product for place in question.question]
        fits = [goes_with_all(answer.product, rest) for answer in question.answers]
        own = [answer.set_id == question.question[0].set_id for answer in question.answers]
        assert fits == own
        assert sum(fits) == 1


@pytest.mark.parametrize("asked", ASKED.values(), ids=map("/".join, ASKED))
def test_nothing_but_the_rules_gives_the_answer_away(asked: Split) -> None:
    for ensemble, negative in zip(asked.outfits, asked.negatives, strict=True):
        assert [p.product.semantic_category for p in negative] == [i.semantic_category for i in ensemble.items]
    for question in asked.questions:
        assert len(question.answers) == 4
        assert len({answer.product.item_id for answer in question.answers}) == 4
        assert len({answer.product.semantic_category for answer in question.answers}) == 1
    positions = [[a.set_id == q.question[0].set_id for a in q.answers].index(True) for q in asked.questions]
    assert all(positions.count(position) > len(positions) / 8 for position in range(4))


def test_popularity_does_not_tell() -> None:
    """Guessing the answer that occurs most often in the split is hardly better than chance (25 %)."""
    right = total = 0.0
    for (variant, split), asked in ASKED.items():
        count: dict[str, int] = {}
        for ensemble in VARIANTS[variant][split]:
            for item in ensemble.items:
                count[item.item_id] = count.get(item.item_id, 0) + 1
        for question in asked.questions:
            occurs = [count[answer.product.item_id] for answer in question.answers]
            best = [i for i, n in enumerate(occurs) if n == max(occurs)]
            own = [a.set_id == question.question[0].set_id for a in question.answers].index(True)
            right, total = right + (own in best) / len(best), total + 1
    assert right / total < 0.36


def test_every_rule_matters() -> None:
    """Wrong answers break each rule somewhere, so that none can be left out."""
    from deepstyle.demo.rules import broken_rules

    broken: set[str] = set()
    for asked in ASKED.values():
        for negative in asked.negatives:
            for a in negative:
                for b in negative:
                    broken |= set(broken_rules(a.product, b.product))
    assert broken == {"style", "colour", "pattern", "season"}
    assert not all(compatible(a, b) for a in PRODUCTS[:40] for b in PRODUCTS[-40:])


def test_too_few_items_is_a_clear_error() -> None:
    with pytest.raises(UsageError, match="too few items"):
        compose(PRODUCTS[:200], 300, 0)
