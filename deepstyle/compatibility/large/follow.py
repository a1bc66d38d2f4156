"""Bring the suggestions of a large catalogue to what changed since: new, changed and deleted items."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, Literal

import numpy as np

from deepstyle.compatibility.choice import SUGGESTIONS, choose
from deepstyle.compatibility.large.build import find
from deepstyle.compatibility.large.candidates import suited
from deepstyle.compatibility.large.inputs import PAGE, Page, facts_of, pages
from deepstyle.compatibility.large.layout import Facts
from deepstyle.compatibility.large.state import State
from deepstyle.compatibility.wardrobe import SMALL
from deepstyle.store.base import Store
from deepstyle.store.changes import FollowedStore

ADDED_MAX: Final = 10_000
"""So many rows may be added or removed before the catalogue is laid out again."""


@dataclass
class Difference:
    """Items to add, with what is compared of them and their keys in the store, and the rows to remove."""

    item_ids: list[str] = field(default_factory=list)
    keys: list[int] = field(default_factory=list)
    facts: list[Facts] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)


def difference(store: Store, space: str, state: State) -> tuple[Difference, int] | None:
    """What the store has and the state has not, and the store's revision; ``None`` where it is too much."""
    if not isinstance(store, FollowedStore):
        return _compared(store, space, state)
    changes = store.changes_since(space, int(state.facts["revision"]))
    found = Difference(removed=[row for key in changes.gone if (row := state.row_of_key(key)) is not None])
    keys = {**changes.written, **changes.encoded}
    for item_ids in _blocks(sorted(keys)):
        page = facts_of(store, space, list(store.get(item_ids).values()))
        _compare(state, page, found, keys, changes.encoded)
        gone = (state.row_of(item_id) for item_id in set(item_ids) - set(page[0]))
        found.removed += [row for row in gone if row is not None]
        if _is_too_much(state, found):
            return None
    return found, changes.revision


def _compared(store: Store, space: str, state: State) -> tuple[Difference, int] | None:
    """As ``difference`` where the store does not say what changed: every item is read and compared."""
    found, seen = Difference(), np.zeros(len(state.layout.products), bool)
    for page in pages(store, space):
        unmapped = {item_id: 0 for item_id in page[0] if not store.compatible(item_id)}
        _compare(state, page, found, dict.fromkeys(page[0], 0), unmapped if "mark" in state.facts else ())
        seen[[row for item_id in page[0] if (row := state.row_of(item_id)) is not None]] = True
    found.removed += np.flatnonzero(~seen & state.layout.alive).tolist()
    return None if _is_too_much(state, found) else (found, 0)


def _is_too_much(state: State, found: Difference) -> bool:
    removed = len(found.removed) + int(np.count_nonzero(~state.layout.alive))
    return max(len(state.layout.added) + len(found.item_ids), removed) > ADDED_MAX


def _compare(state: State, page: Page, found: Difference, keys: dict[str, int], again: Iterable[str]) -> None:
    """Note what is new in a page, has changed, or is to be done ``again``."""
    layout, item_ids, facts = state.layout, *page
    always, fresh = set(again), []
    for at, item_id in enumerate(item_ids):
        row = state.row_of(item_id)
        if row is not None:
            values = layout.base[row] if row < len(layout.base) else layout.added[row - len(layout.base)]
            same = (
                np.array_equal(values, facts.stored[at])
                and layout.groups[layout.of_group[row]] == facts.groups[at]
                and layout.products[row] == facts.products[at]
            )
            if same and item_id not in always:
                continue
            found.removed.append(row)
        fresh.append(at)
        found.item_ids.append(item_id)
        found.keys.append(keys[item_id])
    if fresh:
        found.facts.append(Facts(facts.stored[fresh], tuple(facts.groups[at] for at in fresh), facts.products[fresh]))


def apply(state: State, found: Difference) -> set[int]:
    """Add and remove rows, and find the suggestions that this changes; return their rows. Durable after ``save``."""
    fresh: list[int] = []
    for row in found.removed:
        state.remove(row)
    added = iter(zip(found.item_ids, found.keys, strict=True))
    for facts in found.facts:
        names = list(islice(added, len(facts.groups)))
        fresh += state.add([name for name, _ in names], [key for _, key in names], facts).tolist()
    again = set(fresh)
    if found.removed:
        again |= set(np.flatnonzero(np.isin(state.partners, found.removed).any(1) & state.layout.alive).tolist())
    changed: set[int] = set()
    for row in fresh:
        for other in _rivals(state, row):
            if other not in again:
                kind = _joined(state, other, row)
                changed |= {other} if kind == "changed" else set()
                again |= {other} if kind == "unknown" else set()
    rows = np.array(sorted(again), np.int64)
    for row, (partners, worst) in zip(rows.tolist(), find(state.layout, state.codes, rows), strict=True):
        state.suggest(row, partners, worst)
    return changed | again


def _rivals(state: State, new: int) -> list[int]:
    """The rows of which ``new`` may be a suggestion: it suits them as well as the worst that is suggested now.

    Those with a better one of its category, and no two of a category, are left out: they take one of each.
    """
    layout, found = state.layout, suited(state.layout, new, state.worst)
    if not found:
        return []
    rows, scores = np.array([row for row, _ in found]), np.array([score for _, score in found])
    partners = state.partners[rows]
    there = np.where(partners >= 0, partners, new)
    own = layout.rows(rows) * layout.weights
    of_partners = np.vecdot(layout.rows(there.ravel()).reshape(*there.shape, -1), own[:, None])
    numbers = {name: at for at, (name, _) in enumerate(layout.groups)}
    codes = np.array([numbers[name] for name, _ in layout.groups])
    kinds = codes[layout.of_group[there]]
    is_better = (kinds == codes[layout.of_group[new]]) & (of_partners > scores[:, None]) & (partners >= 0)
    ordered = np.sort(kinds, axis=1)
    are_different = (np.diff(ordered, axis=1) != 0).all(1)
    return [int(row) for row in rows[~(is_better.any(1) & are_different)]]


def _joined(state: State, row: int, new: int) -> Literal["same", "changed", "unknown"]:
    """Choose again for ``row`` among its suggestions and ``new``; whether they change, if that is enough to know.

    It is not where what ``new`` displaces kept out other things than ``new`` does: a dress trousers, for example.
    """
    layout = state.layout
    former = [int(other) for other in state.partners[row] if other >= 0]
    others = np.array([*former, new], np.int64)
    scores = layout.rows(others) @ (layout.rows(np.array([row]))[0] * layout.weights)
    category = {other: layout.groups[layout.of_group[other]][0] for other in others.tolist()}
    ranked = others[np.lexsort((others, -scores))].tolist()
    chosen = choose([(category[other], other, int(layout.products[other])) for other in ranked])
    if len(former) == SUGGESTIONS and len(chosen) < SUGGESTIONS:
        return "unknown"
    for lost in set(former) - set(chosen):
        alike = category[lost] == category[new] or {category[lost], category[new]} <= SMALL
        if lost != ranked[-1] and not alike:
            return "unknown"
    if new not in chosen:
        return "same"
    score_of = dict(zip(others.tolist(), scores.tolist(), strict=True))
    state.suggest(row, chosen, min(score_of[one] for one in chosen) if len(chosen) == SUGGESTIONS else -1.0)
    return "changed"


def _blocks(names: Sequence[str]) -> Iterator[Sequence[str]]:
    return (names[at : at + PAGE] for at in range(0, len(names), PAGE))
