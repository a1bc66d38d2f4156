"""Do suggestions learn what people buy together? Simulated people, whose taste for combinations no ranking sees.

    python -m bench.together                      # the demo catalogue, encoded first where it is missing (minutes)
    python -m bench.together --only taste         # people who love some colours, patterns and brands together
    python -m bench.together --only random        # who buy at random: what following gains and how often it is promoted
    python -m bench.together --only speed         # milliseconds that following it adds to suggestions

30 % of the people choose by popularity alone. The compatibility head is that of the store; which values of facts are
loved together is drawn by the seed.
"""

import argparse
import statistics
import time
from collections.abc import Sequence
from typing import Final

import numpy as np

from bench.measure.demo import demo_store
from bench.measure.machine import describe_machine
from bench.shoppers.combinations import orders
from deepstyle import Shop
from deepstyle.compatibility.association import Association
from deepstyle.compatibility.stylist import Stylist
from deepstyle.learning.associations.questions import Known
from deepstyle.learning.associations.run import read_known
from deepstyle.learning.associations.train import BASELINES, Trained, places_by_id, train_association
from deepstyle.people.associations.counts import count_people

PARTS: Final = ("taste", "random", "speed")
SEED: Final = 20261129
"""The strengths of the shrinkage were tuned on the seed before."""
ASKED, WARM_UP = 60, 10
DRAWS: Final = 2_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", default="", help="a store with suggestions (default: the demo catalogue's)")
    parser.add_argument("--only", action="append", choices=PARTS, help="measure this alone; may be repeated")
    parser.add_argument("--people", type=int, default=40_000)
    parser.add_argument("--orders", type=int, default=4, help="of each person")
    parser.add_argument("--seeds", type=int, default=20, help="of people who buy at random")
    options = parser.parse_args()
    print(describe_machine())
    with Shop.open(options.store or demo_store(), read_only=True) as shop:
        known = read_known(shop.store, shop.stylist.space)
        print(f"{len(known.items):,} items, {options.people:,} people with {options.orders} orders each")
        for part in options.only or PARTS:
            {"taste": taste, "random": at_random, "speed": speed}[part](options, known, shop)


def taste(options: argparse.Namespace, known: Known, shop: Shop) -> None:
    """Print NDCG@10 of what people buy later, by ranking, and whether the association is promoted."""
    started_s = time.perf_counter()
    trained = train_association(orders(known.items, options.people, options.orders, SEED, has_taste=True), known)
    print(f"\n70 % have a taste: {time.perf_counter() - started_s:.0f} s with the simulation")
    print_trained(trained)


def at_random(options: argparse.Namespace, known: Known, shop: Shop) -> None:
    """Print, by seed and over all, what following gains and how often it is promoted, although no pair is loved."""
    promoted, values = 0, {name: list[float]() for name in BASELINES}
    for seed in range(options.seeds):
        trained = train_association(orders(known.items, options.people, options.orders, seed, has_taste=False), known)
        promoted += trained.is_won
        for name, found in trained.gains.items():
            values[name].append(found.value)
        over = "".join(
            f"  {name} {one.value:+.4f} ({one.low:+.4f} to {one.high:+.4f})" for name, one in trained.gains.items()
        )
        print(f"seed {seed:2}, {trained.tested_questions:,} questions, learned over{over}", flush=True)
    print(f"all buy at random: promoted in {promoted} of {options.seeds} seeds")
    for name, gains in values.items():
        print(f"  over {name:12}{interval_over_seeds(gains)}")


def interval_over_seeds(gains: Sequence[float]) -> str:
    """The mean gain with its 95 % interval: a percentile bootstrap over seeds."""
    drawn = np.random.default_rng(0).choice(gains, (DRAWS, len(gains))).mean(axis=1)
    low, high = np.percentile(drawn, [2.5, 97.5])
    return f"{np.mean(gains):+.4f} ({low:+.4f} to {high:+.4f}), above 0 in {sum(one > 0 for one in gains)} seeds"


def print_trained(trained: Trained) -> None:
    print(f"{trained.tested_questions:,} questions, weights {tuple(trained.weights)}")
    for name, value in trained.metrics.items():
        found = trained.gains.get(name)  # type: ignore[call-overload]
        over = f"  learned over it {found.value:+.4f} ({found.low:+.4f} to {found.high:+.4f})" if found else ""
        print(f"{name:12}{value:8.4f}{over}")
    print(f"promoted: {'yes' if trained.is_won else 'no'}")


def speed(options: argparse.Namespace, known: Known, shop: Shop) -> None:
    """Print the medians of what goes with an item by category, with and without following, interleaved."""
    baskets = orders(known.items, options.people, options.orders, SEED, has_taste=True)
    trained = train_association(baskets, known)
    places = places_by_id(known, trained.centroids)
    plain = shop.stylist
    weight, popularity = trained.weights
    counted = count_people(baskets, places)
    learned = Association(plain.space, weight, trained.centroids, counted, places, popularity)
    following = Stylist(plain.store, plain.space, plain.head, learned=lambda: learned)
    taken: dict[str, list[float]] = {"without": [], "following": []}
    for number, item_id in enumerate(known.inputs.item_ids[: ASKED + WARM_UP]):
        for name, stylist in (("without", plain), ("following", following)):
            (query,) = stylist.pieces([item_id])
            started_s = time.process_time()
            stylist.complements(query, k=3)
            if number >= WARM_UP:
                taken[name].append(1000 * (time.process_time() - started_s))
    shown = ", ".join(f"{name} {statistics.median(values):.1f}" for name, values in taken.items())
    print(f"\nms of a processor for what goes with an item, all categories: {shown}; {len(learned.people):,} counts")


if __name__ == "__main__":
    main()
