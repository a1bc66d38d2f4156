"""Completed outfits of the demo catalogue: how many keep its four rules, and what their probabilities say.

    deepstyle demo --no-serve
    python -m bench.looks --store sqlite:///var/demo.db

For each of some items drawn at random, five outfits are completed. "cosines alone" is what was served before there were
conflicts, worst pairs and a test on the catalogue's own outfits: the best mean of cosines, with the probability that
the head's own calibration gives. "served" are the answers of `Shop.complete_outfit`. The rules are those of
`deepstyle.demo.rules`; the calibration error is over ten bins of equally many outfits.
"""

import argparse
import random
from collections.abc import Sequence

import numpy as np

from bench.measure.machine import describe_machine
from deepstyle import Shop
from deepstyle.catalogue.item import Item
from deepstyle.compatibility.beam import best_looks
from deepstyle.compatibility.completion import complete
from deepstyle.compatibility.metrics import calibration_error, reliability
from deepstyle.compatibility.scoring import outfit_score
from deepstyle.compatibility.stylist import Piece, Stylist
from deepstyle.compatibility.trials import CANDIDATES
from deepstyle.compatibility.wardrobe import missing_slots
from deepstyle.demo.rules import keeps_rules
from deepstyle.store import ItemFilter

Look = tuple[Sequence[Item], float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", default="", help="a store that `deepstyle demo` wrote (default: DEEPSTYLE_STORE)")
    parser.add_argument("--items", type=int, default=300, help="how many items to complete (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="another seed draws other items")
    options = parser.parse_args()
    print(describe_machine())
    with Shop.open(options.store, read_only=True) as shop:
        stylist = shop.stylist
        ids = sorted(shop.store.vectors(stylist.space).item_ids)
        drawn = random.Random(options.seed).sample(ids, min(options.items, len(ids)))
        print(f"{'':16}{'outfits':>8}{'keep rules':>12}{'mean p':>8}{'error':>8}{'p >= .99':>10}{'of these keep':>15}")
        report("cosines alone", [look for item_id in drawn for look in by_cosines(stylist, item_id)])
        report("served", [look for item_id in drawn for look in served(stylist, item_id)])


def served(stylist: Stylist, item_id: str) -> list[Look]:
    """What is served, with its probability."""
    found = complete(stylist, stylist.pieces([item_id]))
    return [([piece.item for piece in one.pieces], one.score.compatibility or 0.0) for one in found]


def by_cosines(stylist: Stylist, item_id: str) -> list[Look]:
    """The five best by the mean of cosines, with the probability of the head's own calibration."""
    (query,) = stylist.pieces([item_id])
    slots = [nearest(stylist, query, name) for name in missing_slots([query.item.semantic_category])]
    pool = [query, *(piece for slot in slots for piece in slot)]
    vectors = np.stack([piece.vector for piece in pool])
    ends = np.cumsum([1, *map(len, slots)])
    looks, _ = best_looks(vectors @ vectors.T, 1, [np.arange(*ends[at : at + 2]) for at in range(len(slots))], worst=0)
    means = [outfit_score(vectors[look] @ vectors[look].T) for look in looks[:5]]
    probabilities = stylist.head.spec.outfit.probability(np.array(means))
    return [([pool[row].item for row in look], float(p)) for look, p in zip(looks, probabilities, strict=False)]


def nearest(stylist: Stylist, query: Piece, category: str) -> list[Piece]:
    where = ItemFilter(semantic_categories=(category,))
    hits = stylist.store.search(stylist.space, query.vector, k=CANDIDATES, where=where)
    return stylist.pieces([hit.item_id for hit in hits])


def report(name: str, looks: Sequence[Look]) -> None:
    keep = np.array([keeps_rules(items) for items, _ in looks])
    probabilities = np.array([probability for _, probability in looks])
    sure = probabilities >= 0.99
    share = f"{keep[sure].mean():.1%}" if sure.any() else "none"
    error = calibration_error(reliability(probabilities, keep))
    figures = f"{keep.mean():12.1%}{probabilities.mean():8.3f}{error:8.3f}{sure.sum():10}{share:>15}"
    print(f"{name:16}{len(looks):8}{figures}")


if __name__ == "__main__":
    main()
