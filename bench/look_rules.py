"""Does a second item of a single slot, or another gender, ever raise the score of a stylist's outfit?

    python -m bench.look_rules

Every outfit of all splits and both variants of the shared outfits gets one more item: for each slot of which one piece
is worn at once, and which it fills, another item of that slot; and, with the outfit for women, an item for men of each
slot that is free. The added items are drawn at random. The heads are the packaged one, and that of
`bench.weakest_item` for disjoint, of one seed.
"""

import argparse
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.quality import column
from bench.quality_rows.outfits import outfit_data
from bench.quality_rows.sets import read_packshots
from bench.weakest_item import own_head_vectors
from deepstyle.catalogue.item import Item
from deepstyle.compatibility.head import Head, head_folder
from deepstyle.compatibility.pairs import breaks_rule, pair_scores
from deepstyle.compatibility.scoring import Rows, look_score
from deepstyle.compatibility.wardrobe import MAX_PIECES, MOST_WORN, SLOTS
from deepstyle.evaluation.questions import load_outfits
from deepstyle.settings import Settings


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    folder = Path(os.environ.get("DEEPSTYLE_DATA", "../shared/data")) / "outfits"
    parser.add_argument("--data", type=Path, default=folder, help="a folder in the Polyvore Outfits layout")
    parser.add_argument("--cache", type=Path, default=Settings().cache_dir, help="where features are cached")
    options = parser.parse_args()
    options.trained_on = ""
    packshots = read_packshots(options.data)
    data = outfit_data(column("packaged", options, {}, options.cache), packshots)
    head = Head.open(head_folder("packaged", data.spec.features_fingerprint))
    heads = {"packaged head": head.project(data.features), "own head": own_head_vectors(data, "disjoint", 0)}
    outfits = [
        outfit
        for variant in ("disjoint", "nondisjoint")
        for split in ("train", "valid", "test")
        for outfit in load_outfits(data.root, variant, split, data.rows)
    ]
    print(f"{len(outfits)} outfits")
    print(f"{'':16}{'added':24}{'looks':>8}{'raised':>8}{'raised, of those that kept the rules':>38}")
    for name, vectors in heads.items():
        counts = Counter[tuple[str, str]]()
        for outfit in outfits:
            for kind, is_raised, keeps in trials(packshots.items, vectors, outfit):
                counts.update(
                    {(kind, "looks"): 1, (kind, "raised"): int(is_raised), (kind, "kept"): int(is_raised and keeps)}
                )
        for kind in ("a second of one slot", "another gender"):
            looks, raised, kept = (counts[kind, column] for column in ("looks", "raised", "kept"))
            print(f"{name:16}{kind:24}{looks:8}{raised:8}{kept:38}")


def trials(items: Sequence[Item], vectors: NDArray[np.floating], outfit: Rows) -> Iterator[tuple[str, bool, bool]]:
    """What was added to the outfit, whether that raised its score, and whether it kept the rules before."""
    rng = np.random.default_rng(outfit)
    categories = np.array([item.semantic_category for item in items])
    pieces = [replace(items[row], gender="women") for row in outfit]
    worn = Counter(piece.semantic_category for piece in pieces)
    score, keeps = value(pieces, vectors[outfit])
    for slot in SLOTS if len(outfit) < MAX_PIECES else ():
        single = MOST_WORN.get(slot) == 1 and worn[slot]
        if worn[slot] and not single:
            continue
        row = int(rng.choice(np.setdiff1d(np.flatnonzero(categories == slot), outfit)))
        added = replace(items[row], gender="women" if single else "men")
        raised = value([*pieces, added], vectors[[*outfit, row]])[0] > score
        yield "a second of one slot" if single else "another gender", raised, keeps


def value(pieces: Sequence[Item], vectors: NDArray[np.floating]) -> tuple[float, bool]:
    """The score of a look, and whether it keeps the rules."""
    between = pair_scores(pieces, np.asarray(vectors, np.float32))
    return look_score(between), not breaks_rule(between)


if __name__ == "__main__":
    main()
