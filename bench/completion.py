"""Completed outfits: slot by slot (greedy), together (a beam), and together with alternatives that differ (MMR).

    python -m bench.completion                                    # shared outfits, valid
    python -m bench.completion --split test
    python -m bench.completion --store sqlite:///var/demo.db      # the demo catalogue, as it is served

Of shared outfits two pieces stay and up to three are removed; the whole catalogue may fill their slots. The head is the
one of `bench.weakest_item`, of one seed. In a store, the essentials are added to items drawn at random, one and two at
a time. Each method answers five looks. best, mean: the scores of the best look and of all five. own: the share of the
removed pieces that are among the answers (shared outfits), or of the looks that keep the rules of the drawn catalogue.
distinct: different items among the added ones. most: the share of the five looks that have the most frequent item.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import numpy as np

from bench.measure.machine import describe_machine
from bench.quality import column
from bench.quality_rows.outfits import outfit_data
from bench.quality_rows.sets import read_packshots
from bench.weakest_item import own_head_vectors
from deepstyle import Shop
from deepstyle.compatibility import completion
from deepstyle.compatibility.calibration import Calibration
from deepstyle.compatibility.completion import DIVERSITY, LookOptions, complete
from deepstyle.compatibility.head import Head, HeadSpec, HeadWeights
from deepstyle.compatibility.pairs import pair_scores
from deepstyle.compatibility.scoring import look_score
from deepstyle.compatibility.stylist import EVERYTHING, Piece, Stylist, people_of, unit_sum
from deepstyle.compatibility.trials import CANDIDATES
from deepstyle.compatibility.wardrobe import MOST_WORN, clash, missing_slots
from deepstyle.demo.rules import keeps_rules
from deepstyle.evaluation.questions import load_outfits
from deepstyle.images.item_image import ItemImage
from deepstyle.settings import Settings
from deepstyle.store import Entry, VectorBatch, open_store

LOOKS = 5
Look = tuple[Piece, ...]
Method = Callable[[Stylist, "Task"], list[Look]]


@dataclass(frozen=True)
class Task:
    """Pieces that stay, slots to fill, and the ids of the items that filled them, where they are known."""

    locked: tuple[Piece, ...]
    slots: tuple[str, ...]
    own: tuple[str, ...] = ()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    data = Path(os.environ.get("DEEPSTYLE_DATA", "../shared/data")) / "outfits"
    parser.add_argument("--data", type=Path, default=data, help="a folder in the Polyvore Outfits layout")
    parser.add_argument("--store", default="", help="a store that `deepstyle demo` wrote, in place of shared outfits")
    parser.add_argument("--split", default="valid", choices=["valid", "test"], help="choose on valid; read test once")
    parser.add_argument("--limit", type=int, default=200, help="outfits to complete (default: %(default)s)")
    parser.add_argument("--cache", type=Path, default=Settings().cache_dir, help="where features are cached")
    options = parser.parse_args()
    print(describe_machine())
    if options.store:
        with Shop.open(options.store, read_only=True) as shop:
            report("demo catalogue", shop.stylist, list(drawn_tasks(shop.stylist, options.limit)))
        return
    for variant in ("disjoint", "nondisjoint"):
        with tempfile.TemporaryDirectory() as folder:
            stylist, outfits = shared_stylist(options, variant, Path(folder))
            tasks = list(shared_tasks(stylist, outfits, options.limit))
            report(f"shared outfits, {variant}, {options.split}", stylist, tasks)
            stylist.store.close()


def report(name: str, stylist: Stylist, tasks: Sequence[Task]) -> None:
    """One row for each method."""
    slots = np.mean([len(task.slots) for task in tasks])
    print(f"\n{name}: {len(tasks)} tasks, {slots:.1f} slots on average")
    print(f"{'':32}{'best':>8}{'mean':>8}{'own':>8}{'distinct':>10}{'most':>8}{'ms':>8}")
    for label, method in METHODS.items():
        started_s = time.perf_counter()
        found = [method(stylist, task) for task in tasks]
        took_ms = (time.perf_counter() - started_s) / len(tasks) * 1e3
        rows = np.array([list(measures(task, looks)) for task, looks in zip(tasks, found, strict=True)])
        best, mean, own, distinct, most = rows.mean(0)
        print(f"{label:32}{best:8.4f}{mean:8.4f}{own:8.1%}{distinct:10.1%}{most:8.1%}{took_ms:8.1f}")


def measures(task: Task, looks: Sequence[Look]) -> Iterator[float]:
    """The columns of the table for one task."""
    scores = [value(look) for look in looks]
    yield max(scores)
    yield float(np.mean(scores))
    added = [piece.item.item_id for look in looks for piece in look[len(task.locked) :]]
    keeps = [keeps_rules([piece.item for piece in look]) for look in looks]
    yield float(np.mean([item_id in added for item_id in task.own] if task.own else keeps))
    yield len(set(added)) / len(added)
    yield max(added.count(item_id) for item_id in set(added)) / len(looks)


def value(look: Look) -> float:
    """The score of a look, from -1 to 1."""
    return look_score(pair_scores([piece.item for piece in look], np.stack([piece.vector for piece in look])))


def greedy(stylist: Stylist, task: Task) -> list[Look]:
    """Each slot by itself, the best given what is there; alternatives begin with another item in the first slot."""
    looks = [(*task.locked, piece) for piece in ranked(stylist, task.locked, task.slots[0])[:LOOKS]]
    for slot in task.slots[1:]:
        looks = [(*look, ranked(stylist, look, slot)[0]) for look in looks]
    return looks


def ranked(stylist: Stylist, look: Look, slot: str) -> list[Piece]:
    """The candidates for a slot, best first."""
    near = stylist.nearest(unit_sum(look), slot, CANDIDATES, EVERYTHING, look, people_of(look))
    return sorted(near, key=lambda piece: -value((*look, piece)))


def beam(diversity: float, candidates: int = CANDIDATES) -> Method:
    """What is served, with this diversity and number of candidates."""

    def method(stylist: Stylist, task: Task) -> list[Look]:
        with patch.object(completion, "CANDIDATES", candidates):
            found = complete(stylist, task.locked, task.slots, k=LOOKS, options=LookOptions(diversity=diversity))
        return [outfit.pieces for outfit in found]

    return method


METHODS: dict[str, Method] = {
    "greedy": greedy,
    "beam": beam(0),
    "beam, 200 candidates a slot": beam(0, 200),
    **{f"beam and MMR, diversity {share}": beam(share) for share in (0.05, DIVERSITY, 0.2, 0.5)},
}


def shared_tasks(stylist: Stylist, outfits: Sequence[Sequence[str]], limit: int) -> Iterator[Task]:
    """Outfits of four or more pieces, of which two stay and up to three of different slots are removed."""
    rng = np.random.default_rng(0)
    large = [outfit for outfit in outfits if len(outfit) >= 4]
    for number in rng.permutation(len(large))[:limit]:
        pieces = stylist.pieces([str(item_id) for item_id in rng.permutation(large[number])])
        locked, removed = tuple(pieces[:2]), list[Piece]()
        worn = [piece.item.semantic_category for piece in locked]
        for piece in pieces[2:5]:
            slot, taken = piece.item.semantic_category, [one.item.semantic_category for one in removed]
            if not any(clash(slot, other) for other in taken) and worn.count(slot) < MOST_WORN.get(slot, 9):
                removed.append(piece)
        slots = tuple(piece.item.semantic_category for piece in removed)
        if slots:
            yield Task(locked, slots, tuple(piece.item.item_id for piece in removed))


def drawn_tasks(stylist: Stylist, limit: int) -> Iterator[Task]:
    """Items drawn at random, every second time two that are worn together, to be completed by the essentials."""
    rng = np.random.default_rng(0)
    ids = sorted(stylist.store.vectors(stylist.space).item_ids)
    for number, item_id in enumerate(rng.choice(ids, limit, replace=False).tolist()):
        locked = stylist.pieces([item_id])
        if number % 2:
            locked += stylist.pieces(stylist.store.compatible(item_id)[:1])
        yield Task(tuple(locked), missing_slots(one.item.semantic_category for one in locked))


def shared_stylist(options: argparse.Namespace, variant: str, folder: Path) -> tuple[Stylist, list[list[str]]]:
    """A store of the shared packshots with the vectors of a head of this variant, and the outfits of the split."""
    options.trained_on = ""
    packshots = read_packshots(options.data)
    data = outfit_data(column("packaged", options, {}, options.cache), packshots)
    vectors = own_head_vectors(data, variant, seed=0).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    store, image = open_store(f"sqlite:///{folder}/shared.db"), ItemImage(b"x", "0" * 64, "image/jpeg", 1, 1)
    store.put([Entry(item, image) for item in packshots.items])
    ids = tuple(item.item_id for item in packshots.items)
    store.put_vectors("compat-bench", VectorBatch(ids, ("0" * 64,) * len(ids), vectors))
    outfits = load_outfits(data.root, variant, options.split, data.rows)
    return Stylist(store, "compat-bench", NO_HEAD), [[ids[row] for row in outfit] for outfit in outfits]


_ZERO = np.zeros((1, 1, 1), np.float32)
NO_HEAD = Head(
    HeadSpec("", 1, 1, "", Calibration(), Calibration()),
    HeadWeights(_ZERO[0, 0], _ZERO[0, 0], _ZERO, _ZERO[0], _ZERO, _ZERO[0]),
)
"""The vectors are in the store; no picture is projected."""


if __name__ == "__main__":
    main()
