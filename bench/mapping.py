"""The map of suggestions: recall of the exact ones, time, memory, one new item, a switch of models, at several sizes.

    python -m bench.mapping                     # 14,000 (forced to take likely partners alone), 250,000 and 1,000,000
    python -m bench.mapping --items 14000 250000
    python -m bench.mapping --items 1000000 --share .1  # a tenth of the rows; the whole run's time is extrapolated
    python -m bench.mapping --noise .84         # vectors without much structure: the worst case

Vectors are synthetic: 2,000 styles whose centres have a decaying spectrum, an offset for each category, and isotropic
noise of ``--noise`` around each; categories, colours, patterns, genders and seasons are drawn. Recall is of the
exact suggestions of ``--sample`` items, all in an SQLite store whose pictures are one byte. Memory is of the process
that maps alone: private pages, and those of mapped files. Each step runs in a process of its own.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.measure.machine import describe_machine
from deepstyle.catalogue.item import SEMANTIC_CATEGORIES, Item
from deepstyle.compatibility import mapping
from deepstyle.compatibility.large.inputs import PAGE
from deepstyle.compatibility.large.state import open_state
from deepstyle.compatibility.mapping import prepare_mapping, update_mapping
from deepstyle.compatibility.pairs import traits_of
from deepstyle.images.item_image import ItemImage
from deepstyle.store import Entry, Store, VectorBatch, open_store

FULL_UNTIL = 250_000
SPACE, OTHER, WIDTH, NEW_ITEMS = "compat-bench-fp32", "compat-other-fp32", 256, 50
SHARES = np.array([9, 12, 22, 10, 14, 9, 9, 4, 4, 3, 4]) / 100
"""How many of the items each category has: about as in the shared outfits."""
COLOURS = ("red", "teal", "mustard", "black", "white", "navy", "")
PATTERNS = ("plain", "plain", "floral", "")
GENDERS = ("women", "women", "men", "unisex")
SEASONS = ("summer", "winter", "", "", "")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, nargs="+", default=[14_000, 250_000, 1_000_000])
    parser.add_argument("--noise", type=float, default=0.6)
    parser.add_argument("--sample", type=int, default=500, help="items whose suggestions are compared")
    parser.add_argument(
        "--share", type=float, default=1.0, help="of the batches that are run; the rest is extrapolated"
    )
    parser.add_argument("--folder", type=Path, help="where the stores are; a temporary folder by default")
    parser.add_argument("--step", choices=list(STEPS), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        STEPS[options.step](options.folder, options.items[0], options)
        return
    print(describe_machine())
    for items in options.items:
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            for name in steps_of(items, options.share):
                run_step(name, items, Path(folder), options)


def steps_of(items: int, share: float) -> tuple[str, ...]:
    """The steps of a size; second runs of everything are for the smaller ones alone."""
    if share < 1:
        return ("fill", "map")
    return ("fill", "map", "one", "recall", *(("full", "switch") if items <= FULL_UNTIL else ()))


def run_step(name: str, items: int, folder: Path, options: argparse.Namespace) -> None:
    """In a process of its own, so that memory is of this step alone."""
    flags = [f"--{key}={getattr(options, key)}" for key in ("noise", "sample", "share")]
    command = [
        sys.executable,
        "-m",
        "bench.mapping",
        f"--step={name}",
        f"--items={items}",
        f"--folder={folder}",
        *flags,
    ]
    subprocess.run(command, check=True)


def open_bench(folder: Path) -> Store:
    mapping.LARGE_FROM = 1  # type: ignore[misc]  # 14,000 items would be compared exactly
    return open_store(f"sqlite:///{folder}/shop.db")


def draw(count: int, noise: float, seed: int) -> tuple[list[Item], NDArray[np.float32]]:
    """Items and their vectors; the styles are the same for every seed."""
    base, random = np.random.default_rng(7), np.random.default_rng(seed)
    spectrum = np.sqrt(np.arange(1, WIDTH + 1))
    styles = base.standard_normal((2000, WIDTH)) / spectrum
    styles /= np.linalg.norm(styles, axis=1, keepdims=True)
    offsets = base.standard_normal((len(SHARES), WIDTH)) / spectrum / 2
    kinds = random.choice(len(SHARES), size=count, p=SHARES)
    vectors = styles[random.integers(len(styles), size=count)] + offsets[kinds]
    vectors += random.standard_normal((count, WIDTH)) * noise / np.sqrt(WIDTH)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    columns = [random.choice(np.array(values, str), count).tolist() for values in (COLOURS, PATTERNS, GENDERS, SEASONS)]
    items = [
        Item(
            f"i{seed:04}{at:05}",
            semantic_category=SEMANTIC_CATEGORIES[kind],
            dominant_colour=colour,
            pattern=pattern,
            gender=gender,
            season=season,
        )
        for at, (kind, colour, pattern, gender, season) in enumerate(zip(kinds.tolist(), *columns, strict=True))
    ]
    return items, vectors.astype(np.float32)


def put(store: Store, items: list[Item], vectors: NDArray[np.float32]) -> None:
    ids = [item.item_id for item in items]
    digests = [f"{item_id:0>64}" for item_id in ids]
    store.put([Entry(item, ItemImage(b"x", sha, "image/jpeg", 1, 1)) for item, sha in zip(items, digests, strict=True)])
    store.put_vectors(SPACE, VectorBatch(tuple(ids), tuple(digests), vectors))


def fill(folder: Path, count: int, options: argparse.Namespace) -> None:
    with open_bench(folder) as store:
        for seed, start in enumerate(range(0, count, 10_000)):
            put(store, *draw(min(10_000, count - start), options.noise, seed))


class EnoughError(Exception):
    """The share was run."""


def bench_map(folder: Path, count: int, options: argparse.Namespace) -> None:
    times_s: list[tuple[float, int]] = []

    def on_progress(done: int, total: int) -> None:
        times_s.append((time.perf_counter(), done))
        if done > options.share * total:
            raise EnoughError

    with open_bench(folder) as store:
        started_s, used_s = time.perf_counter(), time.process_time()
        try:
            report = update_mapping(store, SPACE, on_progress=on_progress)
            spent_s, how = time.perf_counter() - started_s, f"{report.items:,} with suggestions"
        except EnoughError:
            (first_s, first), (last_s, last) = times_s[0], times_s[-1]
            spent_s = first_s - started_s + (last_s - first_s) / (last - first) * (count - first)
            how = f"EXTRAPOLATED from {last:,} rows in {last_s - started_s:.0f} s, without publishing"
    state = open_state(next(folder.glob("*.index/*/layout.npz")).parent)
    assert state is not None
    memory = ", ".join(f"{name} {value / 1e6:.2f} GB" for name, value in peak_kb().items())
    cpu_s = time.process_time() - used_s
    print(
        f"{count:>9,} items: mapped in {spent_s:.1f} s ({cpu_s:.0f} s of CPU; {how}); peak {memory}; "
        f"{len(state.layout.centres):,} clusters)"
    )


def peak_kb() -> dict[str, int]:
    """The most memory that the process had at once, of which its mapped files now have so much."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return {name: int(lines[name].split()[0]) for name in ("VmHWM", "RssAnon", "RssFile")}


def bench_one(folder: Path, count: int, options: argparse.Namespace) -> None:
    """One new item after another: its vector is there, then its suggestions are found and published."""
    items, vectors = draw(NEW_ITEMS, options.noise, 9000)
    times_ms, computed = [], []
    with open_bench(folder) as store:
        for at in range(NEW_ITEMS):
            put(store, items[at : at + 1], vectors[at : at + 1])
            started_s = time.perf_counter()
            computed.append(update_mapping(store, SPACE).computed)
            times_ms.append((time.perf_counter() - started_s) * 1e3)
    print(
        f"{count:>9,} items: one new item p50 {statistics.median(times_ms):.1f} ms, "
        f"p95 {np.percentile(times_ms, 95):.1f} "
        f"ms, first {times_ms[0]:.1f} ms, {statistics.mean(computed):.1f} items computed ({NEW_ITEMS} new items)"
    )


def bench_recall(folder: Path, count: int, options: argparse.Namespace) -> None:
    """Of a sample of the items, and of the new ones, against comparing each with every other."""
    mapping._BLOCK = 64  # type: ignore[misc]  # so many rows of scores are in memory at once
    with open_bench(folder) as store:
        inputs = read_inputs(store)
        new = [row for row, item_id in enumerate(inputs.item_ids) if item_id.startswith("i9000")]
        sample = np.random.default_rng(3).choice(len(inputs.item_ids), options.sample, replace=False)
        right = mapping.suggestions(inputs, np.union1d(sample, new))
        found = {name: store.compatible(name) for name in right}
    fresh = {inputs.item_ids[row]: found[inputs.item_ids[row]] for row in new}
    print(
        f"{count:>9,} items: recall of the exact suggestions {recall(found, right):.4f} ({len(right)} items), of "
        f"those of the {len(new)} new ones {recall(fresh, right):.4f}"
    )


def read_inputs(store: Store) -> mapping.MappingInput:
    """As ``mapping.read_inputs``, page by page."""
    items = list(store.iter_items())
    ids = [item.item_id for item in items]
    vectors = np.empty((len(ids), WIDTH), np.float32)
    for at in range(0, len(ids), PAGE):
        vectors[at : at + PAGE] = store.vectors(SPACE, ids[at : at + PAGE]).vectors
    categories = tuple(item.semantic_category for item in items)
    return mapping.MappingInput(tuple(ids), categories, vectors, traits_of(items))


def bench_full(folder: Path, count: int, options: argparse.Namespace) -> None:
    """How many of the new items' places in others' suggestions the changes found, against a run from the start."""
    with open_bench(folder) as store:
        changed = {item.item_id: store.compatible(item.item_id) for item in store.iter_items()}
        update_mapping(store, SPACE, full=True)
        full = {item_id: store.compatible(item_id) for item_id in changed}
    places = [(name, other) for name, row in full.items() for other in row if other.startswith("i9000")]
    kept = sum(other in changed[name] for name, other in places)
    print(
        f"{count:>9,} items: suggestions after {NEW_ITEMS} changes that a full run has too: "
        f"{recall(changed, full):.4f}; "
        f"of {len(places)} places that new items take in it, the changes gave them {kept}"
    )


def bench_switch(folder: Path, count: int, options: argparse.Namespace) -> None:
    """A second model, which has the vectors of other items: prepared beside, switched to, rolled back."""
    with open_bench(folder) as store:
        ids = [item.item_id for item in store.iter_items()]
        for at in range(0, len(ids), PAGE):
            batch = store.vectors(SPACE, ids[at : at + PAGE])
            store.put_vectors(OTHER, VectorBatch(batch.item_ids, batch.image_sha256s, batch.vectors[::-1]))
        times_s = [(time.perf_counter(), time.process_time())]
        computed = [prepare_mapping(store, OTHER)]
        for space in (OTHER, SPACE):
            times_s.append((time.perf_counter(), time.process_time()))
            computed.append(update_mapping(store, space).computed)
        times_s.append((time.perf_counter(), time.process_time()))
    spent = [f"{end[0] - begin[0]:.1f} s ({end[1] - begin[1]:.1f} s of CPU)" for begin, end in pairwise(times_s)]
    print(
        f"{count:>9,} items: a second model's suggestions prepared in {spent[0]}, {computed[0]:,} computed; "
        f"the switch took {spent[1]}, {computed[1]:,} computed; the rollback {spent[2]}, {computed[2]:,} computed"
    )


def recall(found: dict[str, tuple[str, ...]], right: dict[str, tuple[str, ...]]) -> float:
    hits = sum(len(set(row) & set(right[name])) for name, row in found.items())
    return hits / max(1, sum(len(right[name]) for name in found))


STEPS = {
    "fill": fill,
    "map": bench_map,
    "one": bench_one,
    "recall": bench_recall,
    "full": bench_full,
    "switch": bench_switch,
}

if __name__ == "__main__":
    main()
