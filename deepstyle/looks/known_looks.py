"""Looks as a shop keeps them: each with the items that are still there, imported from a catalogue or from a feed."""

import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, TypeVar

from deepstyle.catalogue.item import Item, Outfit
from deepstyle.catalogue.looks import MAX_LOOK_ITEMS, MIN_LOOK_ITEMS, Look, LookSource, checked_look
from deepstyle.catalogue.rows import Rejection, RowError
from deepstyle.errors import UnknownItemError, UnknownLookError, UsageError
from deepstyle.store.base import Store

BATCH: Final = 500
SHOWN_REJECTIONS: Final = 1000
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ShownLook:
    """A look with its ``items`` that exist, in its order; ``gone`` are the ids of the others."""

    look: Look
    items: tuple[Item, ...]
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LookImport:
    """What an import of looks did: ``accepted + rejected`` rows were read, of which ``changed`` were new or different.

    ``codes`` counts the rejections by code, ``rejections`` are the first 1000. ``with_gone`` counts accepted looks of
    which an item does not exist.
    """

    accepted: int = 0
    changed: int = 0
    rejected: int = 0
    with_gone: int = 0
    codes: Mapping[str, int] = field(default_factory=dict)
    rejections: tuple[Rejection, ...] = ()


def shown(store: Store, looks: Sequence[Look]) -> list[ShownLook]:
    """The looks with their items; a deleted item is left out until it is imported again."""
    items = store.get([*dict.fromkeys(item_id for look in looks for item_id in look.item_ids)])
    return [
        ShownLook(
            look,
            tuple(items[item_id] for item_id in look.item_ids if item_id in items),
            tuple(item_id for item_id in look.item_ids if item_id not in items),
        )
        for look in looks
    ]


def find_look(store: Store, look_id: str) -> ShownLook:
    """The look; raises ``UnknownLookError``."""
    found = store.looks([look_id]).get(look_id)
    if found is None:
        raise UnknownLookError(f"no look has the id {look_id!r}.", remedy="`deepstyle looks list` lists them.")
    return shown(store, [found])[0]


def put_look(store: Store, item_ids: Sequence[str], *, look_id: str, title: str, source: LookSource) -> Look:
    """Add or replace a look; see ``Shop.put_look``."""
    try:
        look = checked_look(look_id or uuid.uuid4().hex, item_ids, title, source)
    except RowError as error:
        raise UsageError(error.message, remedy=error.remedy) from error
    if gone := shown(store, [look])[0].gone:
        raise UnknownItemError(f"no item has the id {gone[0]!r}.", remedy="Give ids of items that exist.")
    store.put_looks([look])
    return look


def import_looks(
    store: Store, rows: Iterable[Look | Rejection], on_rejection: Callable[[Rejection], None] | None = None
) -> LookImport:
    """Add or replace the looks, a batch at a time; one of which no two items exist is rejected."""
    rejections: list[Rejection] = []
    codes: Counter[str] = Counter()
    accepted = changed = with_gone = 0
    for batch in _batches(rows):
        checked = _with_items(store, batch)
        for row in checked:
            if isinstance(row, Rejection):
                codes[row.code] += 1
                rejections += [row] if len(rejections) < SHOWN_REJECTIONS else []
                if on_rejection:
                    on_rejection(row)
        found = [row for row in checked if isinstance(row, ShownLook)]
        accepted, with_gone = accepted + len(found), with_gone + sum(bool(one.gone) for one in found)
        changed += store.put_looks([one.look for one in found])
    return LookImport(accepted, changed, sum(codes.values()), with_gone, dict(codes), tuple(rejections))


def keep_catalogue_looks(store: Store, outfits: Iterable[Outfit], *, prune: bool = False) -> int:
    """Write a catalogue's outfits as looks, where at least two of their items exist; return how many there are.

    With ``prune``, looks of a catalogue that are not among them are deleted.
    """
    found = {outfit.set_id: outfit for outfit in outfits}
    kept: set[str] = set()
    for batch in _batches(found.values()):
        looks = [
            Look(outfit.set_id, outfit.item_ids[:MAX_LOOK_ITEMS], outfit.title, "catalogue")
            for outfit in batch
            if len(outfit.item_ids) >= MIN_LOOK_ITEMS
        ]
        there = [one.look for one in shown(store, looks) if len(one.items) >= MIN_LOOK_ITEMS]
        store.put_looks(there)
        kept.update(look.look_id for look in there)
    if prune and kept:
        store.delete_looks([look.look_id for look in _of_catalogue(store) if look.look_id not in kept])
    return len(kept)


def _of_catalogue(store: Store) -> Iterator[Look]:
    after = ""
    while (page := store.browse_looks(source="catalogue", limit=BATCH, after=after)).looks:
        yield from page.looks
        after = page.after
        if not after:
            return


def _batches(rows: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(rows)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _with_items(store: Store, rows: Sequence[Look | Rejection]) -> list[ShownLook | Rejection]:
    items = {one.look.look_id: one for one in shown(store, [row for row in rows if isinstance(row, Look)])}
    return [row if isinstance(row, Rejection) else _or_rejected(items[row.look_id]) for row in rows]


def _or_rejected(one: ShownLook) -> ShownLook | Rejection:
    if len(one.items) >= MIN_LOOK_ITEMS:
        return one
    message = f"Of the items of the look, {len(one.items)} exist ({', '.join(one.gone[:3])} do not)."
    return RowError("unknown-items", message, "Import the items first.").at("", 0, one.look.look_id)
