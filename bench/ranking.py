"""Do results that follow a taste put first what shoppers like? Simulated shoppers, whose tastes no ranking sees.

    python -m bench.ranking                      # catalogue B and seeds that nothing was tuned on
    python -m bench.ranking --catalogue A        # what the constants were tuned on
    python -m bench.ranking --only learned       # learn from a simulated log; the trees against the order by hand
    python -m bench.ranking --only speed         # milliseconds that the personal stage adds to a search

30 % of the shoppers click at random: a ranking that wins there is wrong. The others like facts (colour, brand, price,
material, pattern) and directions of a second model's vectors. Clicks follow a position-based model with noise. The
first run encodes some thousand pictures (minutes); they are cached.
"""

import argparse
import os
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from bench.measure.demo import demo_store
from bench.measure.machine import describe_machine
from bench.shoppers.catalogue import Catalogue, catalogue
from bench.shoppers.judge import Judged, Ranker, Rows, Scores, change, judge
from bench.shoppers.log import shop_log
from bench.shoppers.queries import Asked
from bench.shoppers.tastes import draw_tastes
from deepstyle import Query, Shop
from deepstyle.learning.ranking.log import log_of
from deepstyle.learning.ranking.replay import known_of
from deepstyle.learning.ranking.train import Trained, train_ranking
from deepstyle.people.ranking.described import centres_of, describe, read_centres
from deepstyle.people.ranking.in_session import session_parts, signal_weights
from deepstyle.people.ranking.order import prior_of_places, prior_of_similarities
from deepstyle.people.ranking.signals import signals_of
from deepstyle.people.ranking.stage import Personal
from deepstyle.search.context import Stage
from deepstyle.settings import Settings

PARTS: Final = ("session", "learned", "speed")
SEEDS: Final = {"A": 1, "B": 20261128}
COLOUR_DIM: Final = 64
CLICKS: Final = (2, 5, 10, 20)
ASKED_CLICKS: Final = 5
SEARCHES, WARM_UP = 100, 20
EMPTY: Final = (Stage("empty", lambda context, state: ""),)
"""A stage that does nothing."""


def main() -> None:
    options = parse()
    print(describe_machine())
    for part in options.only or PARTS:
        {"session": session, "learned": learned, "speed": speed}[part](options)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    data = os.environ.get("DEEPSTYLE_DATA", "")
    parser.add_argument(
        "--data", type=Path, default=Path(data) if data else None, help="shared photos (DEEPSTYLE_DATA)"
    )
    parser.add_argument("--catalogue", choices=["A", "B"], default="B", help="tune on A; report B once")
    parser.add_argument("--only", action="append", choices=PARTS, help="measure this alone; may be repeated")
    parser.add_argument("--shoppers", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=None, help="default: one for each catalogue")
    parser.add_argument("--cache", type=Path, default=Settings().cache_dir / "shoppers", help="where vectors are kept")
    return parser.parse_args()


def _opened(options: argparse.Namespace) -> tuple[Catalogue, int]:
    seed = SEEDS[options.catalogue] if options.seed is None else options.seed
    return catalogue(options.catalogue, options.data, options.cache), seed


def session(options: argparse.Namespace) -> None:
    """Print NDCG@10 by how often a shopper has clicked, of the plain order, a last-click baseline and a taste."""
    shown, seed = _opened(options)
    tastes = draw_tastes(shown, options.shoppers, seed)
    rankers = session_rankers(shown)
    print(f"\nin-session, catalogue {options.catalogue}, {len(shown.items):,} items, {options.shoppers:,} shoppers")
    for clicks in CLICKS:
        print_judged(f"after {clicks} clicks", judge(shown, tastes, rankers, clicks=clicks, seed=seed))


def session_rankers(shown: Catalogue) -> Mapping[str, Ranker]:
    """The rankings by name; the first one is the plain order."""
    described = describe(shown.items, shown.vectors, centres_of(shown.items, shown.vectors))

    def taste(asked: Asked, history: Rows, weights: Scores | None = None) -> Scores:
        used = signal_weights(len(history), 0) if weights is None else weights
        parts = session_parts(described.rows(asked.candidates), described.rows(history), used, colour_dim=COLOUR_DIM)
        return prior(asked) + parts.sum(axis=1)

    def last_click(asked: Asked, history: Rows) -> Scores:
        return prior(asked) + shown.vectors[asked.candidates] @ shown.vectors[history[-1]]

    return {
        "plain order": lambda asked, history: -np.arange(len(asked.candidates), dtype=np.float64),
        "last click": last_click,
        "taste": taste,
    }


def prior(asked: Asked) -> Scores:
    """What the plain order says, as the stage that serves has it."""
    if asked.kind == "similar":
        return prior_of_similarities(asked.scores)
    return prior_of_places(np.arange(1, len(asked.candidates) + 1, dtype=np.float64), is_words=True)


def print_judged(title: str, judged: Judged) -> None:
    """Print the rankings by kind of shopper and query; random clickers as drawn, and on average over what they like."""
    plain = next(iter(judged.ndcg))
    print(f"\n{title:26}{'queries':>8}{plain:>13}" + "".join(f"{name:>34}" for name in list(judged.ndcg)[1:]))
    for name, (values, chosen) in {
        "with a taste": (judged.ndcg, judged.has_taste),
        "  by words": (judged.ndcg, judged.has_taste & (judged.kinds == "words")),
        "  like an item": (judged.ndcg, judged.has_taste & (judged.kinds == "similar")),
        "random clickers": (judged.ndcg, ~judged.has_taste),
        "  on average": (judged.expected, ~judged.has_taste),
        "  on average, like an item": (judged.expected, ~judged.has_taste & (judged.kinds == "similar")),
    }.items():
        cells = ""
        for other in list(values)[1:]:
            found = change(values[other][chosen], values[plain][chosen], judged.shoppers[chosen])
            value = values[other][chosen].mean()
            cells += f"{value:9.3f} {found.share:+7.1%} ({found.low:+.1%} to {found.high:+.1%})".rjust(34)
        print(f"{name:26}{chosen.sum():8,}{values[plain][chosen].mean():13.3f}{cells}")


def learned(options: argparse.Namespace) -> None:
    """Print how a training on a simulated log ends: with shoppers who have tastes, and with random clickers alone."""
    shown, seed = _opened(options)
    tastes = draw_tastes(shown, options.shoppers, seed + 1)
    known = known_of(shown.items, shown.vectors, COLOUR_DIM)
    nobody = replace(tastes, has_taste=np.zeros_like(tastes.has_taste))
    for title, own in {"70 % have a taste": tastes, "all click at random": nobody}.items():
        started_s = time.perf_counter()
        trained = train_ranking(log_of(shop_log(shown, own, seed)), known)
        print(f"\nlearned from a log where {title}: {time.perf_counter() - started_s:.0f} s with the simulation")
        print_trained(trained)


def print_trained(trained: Trained) -> None:
    spec = trained.ranking.spec
    print(
        f"{spec.lists:,} lists, {trained.tested_lists:,} tested; places are seen with rank^-{spec.propensity_power:.2f}"
    )
    for name, value in trained.metrics.items():
        plain = f"{name:12}{value:8.4f}{value / trained.metrics['plain'] - 1:+8.1%}"
        over = {"plain": trained.over_plain, trained.baseline: trained.gains}
        found = {base: gains[name] for base, gains in over.items() if name in gains}  # type: ignore[index]
        print(
            plain, *(f"over {base} {one.value:+.4f} ({one.low:+.4f} to {one.high:+.4f})" for base, one in found.items())
        )
    print(f"promoted: {spec.serves or 'nothing'}")


def speed(options: argparse.Namespace) -> None:
    """Print what the personal stage adds to a search, beside none and beside one that does nothing, interleaved.

    A stage after ranking makes a search find 100 results more, so that pages join: that costs more than the order.
    """
    with Shop.open(demo_store(), read_only=True) as shop:
        items = [item.item_id for item in shop.browse(sort="mixed", limit=60).items]
        centres = read_centres(shop.store, shop.space)
        for clicks in (ASKED_CLICKS, 50):
            personal = Personal(signals_of(items[:clicks]), lambda: centres)
            print_times(clicks, shop, items[50:], {"none": (), "empty": EMPTY, "personal": personal.stages})


def print_times(clicks: int, shop: Shop, items: Sequence[str], stages: Mapping[str, tuple[Stage, ...]]) -> None:
    """Print the medians of wall time, and of the processor's, by the stages of a search."""
    wall: dict[str, list[float]] = {name: [] for name in stages}
    busy: dict[str, list[float]] = {name: [] for name in stages}
    for number in range(SEARCHES + WARM_UP):
        query = Query(like=(items[number % len(items)],), k=24)
        for name, later in stages.items():
            started_s, busy_s = time.perf_counter(), time.process_time()
            shop.search(query, later=later)
            if number >= WARM_UP:
                wall[name].append(1000 * (time.perf_counter() - started_s))
                busy[name].append(1000 * (time.process_time() - busy_s))
    print(f"\nafter {clicks} clicks, ms: {'stage':>12}{'wall':>8}{'processor':>12}")
    for name in stages:
        print(f"{name:>36}{statistics.median(wall[name]):8.2f}{statistics.median(busy[name]):12.2f}")


if __name__ == "__main__":
    main()
