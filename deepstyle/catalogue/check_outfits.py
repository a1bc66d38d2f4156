"""Check the outfits of a Polyvore Outfits layout: counts, leaks between splits, unknown items and tokens."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

from deepstyle.catalogue.feeds.outfits import (
    SPLITS,
    VARIANTS,
    compatibility_file,
    fill_in_blank_file,
    outfits_file,
    read_titles,
    scan_compatibility,
    scan_fill_in_blank,
    scan_slots,
)
from deepstyle.catalogue.findings import Findings
from deepstyle.catalogue.rows import Rejection
from deepstyle.errors import DataError


@dataclass(frozen=True, slots=True)
class SplitCount:
    """What one split of one variant holds; ``None`` where it has no such questions.

    ``sizes`` counts the outfits by their number of items, repeated ones once.
    """

    variant: str
    split: str
    outfits: int
    items: int
    compatibility: int | None
    fill_in_blank: int | None
    sizes: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Leak:
    """Items that two splits of a variant share: a model tested on ``second`` has seen them in ``first``."""

    variant: str
    first: str
    second: str
    items: int


def check_outfits(root: Path, known: set[str], findings: Findings) -> tuple[tuple[SplitCount, ...], tuple[Leak, ...]]:
    """Count each split of each variant under ``root`` and note what is wrong; ``known`` are the catalogue's ids."""
    try:
        read_titles(root)
    except DataError as error:
        findings.add("error", "unreadable", error.message, error.remedy, [])
    counts: list[SplitCount] = []
    leaks: list[Leak] = []
    for variant in VARIANTS:
        items_of: dict[str, set[str]] = {}
        for split in SPLITS:
            if outfits_file(root, variant, split) is not None:
                counts.append(_check_split(root, variant, split, known, findings, items_of))
        leaks += [_leak(variant, pair, items_of, findings) for pair in combinations(items_of, 2)]
    return tuple(counts), tuple(leaks)


def _check_split(
    root: Path, variant: str, split: str, known: set[str], findings: Findings, items_of: dict[str, set[str]]
) -> SplitCount:
    items: set[str] = set()
    sizes: Counter[int] = Counter()
    outfits = repeats = 0
    for _, slots in _usable(scan_slots, root, variant, split, findings):
        outfits += 1
        sizes[len(set(slots.values()))] += 1
        repeats += len(set(slots.values())) < len(slots)
        items.update(slots.values())
    items_of[split] = items
    where = f"{variant}/{split}"
    if unknown := sorted(items - known):
        message = f"Items of {where} that the catalogue does not have."
        findings.add("error", "unknown-item", message, "Add them, or remove the outfits.", unknown[:5], len(unknown))
    if repeats:
        message = f"Outfits of {where} that repeat an item."
        findings.add("warning", "repeated-item", message, "Nothing to do: each item is read once.", [], repeats)
    return SplitCount(
        variant,
        split,
        outfits,
        len(items),
        _count(scan_compatibility, compatibility_file(root, variant, split), root, variant, split, findings),
        _count(scan_fill_in_blank, fill_in_blank_file(root, variant, split), root, variant, split, findings),
        dict(sorted(sizes.items())),
    )


def _leak(variant: str, pair: tuple[str, str], items_of: dict[str, set[str]], findings: Findings) -> Leak:
    shared = sorted(items_of[pair[0]] & items_of[pair[1]])
    if shared and variant == "disjoint":
        message = f"Items that disjoint/{pair[0]} and disjoint/{pair[1]} share."
        remedy = "Purge them from training, and report the score as shipped and purged."
        findings.add("warning", "leak", message, remedy, shared[:5], len(shared))
    return Leak(variant, *pair, len(shared))


def _count(
    scan: Callable[[Path, str, str], Iterator[Any]],
    path: Path | None,
    root: Path,
    variant: str,
    split: str,
    findings: Findings,
) -> int | None:
    return None if path is None else sum(1 for _ in _usable(scan, root, variant, split, findings))


def _usable(
    scan: Callable[[Path, str, str], Iterator[Any]], root: Path, variant: str, split: str, findings: Findings
) -> Iterator[Any]:
    """What ``scan`` can read; the rest, and a file that cannot be read on, are noted."""
    try:
        for entry in scan(root, variant, split):
            if isinstance(entry, Rejection):
                findings.reject(entry)
            else:
                yield entry
    except DataError as error:
        findings.add("error", "unreadable", error.message, error.remedy, [])
