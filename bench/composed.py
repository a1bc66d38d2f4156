"""Photo and words: the same garment in another colour, and "cheaper" and "longer".

    python -m bench.composed --data DATA                  # test
    python -m bench.composed --data DATA --fold 3         # valid: what was tuned on
    python -m bench.composed --rows changes               # needs no data

*Colour.* Each packshot of the shared outfits whose model has another colour is a photo, and each other colour of its
model is asked for by name. A hit is another picture of that model in that colour, by the catalogue's facts. Models are
divided by a hash: 0 to 2 teach, 3 is valid, 4 is test. No item of valid or test says which model it is. In the rows
"from pixels" none of them says its colour either, in no field and no title; "no colour words" hides those of all items.

*Changes.* On the drawn catalogue with half of its titles cut to brand and type, so that length can be read from
pictures alone: the share of the ten first products that are cheaper, or longer, than the item, and of those that are of
its type.

The vectors of the packshots are computed once and kept in --cache.
"""

import argparse
import tempfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from deepstyle.catalogue.item import Item, ItemFilter
from deepstyle.evaluation.intervals import grouped_scores
from deepstyle.search.catalogue_words import CatalogueWords, read_catalogue_words
from deepstyle.search.compose import compose, search_composed
from deepstyle.search.directions import Directions, learn_directions
from deepstyle.search.lexicon import lexicon
from deepstyle.search.query import EVERYTHING, Change, Query, Understood
from deepstyle.shop import Shop
from deepstyle.store import Entry, Store, open_store
from deepstyle.style.spec import ModelSpec

FOLDS: Final = 5
TEACH: Final = 3
DEPTHS: Final = (1, 10)
CHANGES_ASKED: Final = 200
LENGTHS: Final[Mapping[str, tuple[str, int]]] = {
    "Mini Skirt": ("skirt", 1), "Midi Skirt": ("skirt", 2), "Maxi Skirt": ("skirt", 3),
    "Sports Dress": ("dress", 1), "Day Dress": ("dress", 1), "Cocktail Dress": ("dress", 1),
    "Office Dress": ("dress", 2), "Maxi Dress": ("dress", 3), "Evening Gown": ("dress", 3),
}  # fmt: skip
"""The type and the length of the drawn kinds."""


@dataclass(frozen=True, eq=False)
class Catalogue:
    """A store with what a composed query reads."""

    store: Store
    space: str
    spec: ModelSpec
    directions: Directions
    words: CatalogueWords

    def ask(
        self, query: Query, changes: Sequence[Change], k: int, where: ItemFilter = EVERYTHING, without: str = ""
    ) -> list[str]:
        """The ids of the ``k`` first items, ``without`` the one that the photo is of."""
        composed = compose(
            query,
            Understood(changes=tuple(changes)),
            self.store,
            self.space,
            self.spec,
            where=where,
            directions=self.directions,
            words=self.words,
            lexicon=lexicon(),
        )
        found = search_composed(composed, self.store, self.space, self.directions, group_by="none")
        return [item.item_id for item, _ in found if item.item_id != without][:k]


@dataclass(frozen=True, slots=True)
class Asked:
    """A photo of ``item_id`` and a ``colour``; ``right`` are the items that answer it."""

    item_id: str
    colour: str
    right: frozenset[str]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--fold", type=int, default=FOLDS - 1)
    parser.add_argument("--cache", type=Path, default=Path("var/composed"))
    parser.add_argument("--rows", choices=("all", "colour", "changes"), default="all")
    given = parser.parse_args()
    if given.rows != "changes":
        for line in colour_rows(given.data, given.cache, given.fold):
            print(line, flush=True)
    if given.rows != "colour":
        for line in change_rows(given.cache):
            print(line, flush=True)


# -- the same garment in another colour --------------------------------------------------------------------------------
def colour_rows(data: Path, cache: Path, fold: int) -> Iterator[str]:
    """The table of photo + colour."""
    with encoded(cache / "outfits.db", data / "outfits") as shop:
        facts = {item.item_id: item for item in shop.store.iter_items()}
        asked = [one for one in questions(facts) if fold_of(facts[one.item_id]) == fold]
        photos = dict(zip(*_vectors(shop.store, shop.space), strict=True))
        yield f"{len(asked)} questions of fold {fold}, {len(facts)} items; a hit is the same model in that colour"
        yield f"{'':44}" + "".join(f"{f'R@{k}':>8}" for k in DEPTHS) + "   95 % of R@10"

        def photo(one: Asked, where: ItemFilter) -> list[str]:
            hits = shop.store.search(shop.space, photos[one.item_id], k=DEPTHS[-1], where=where, exclude=[one.item_id])
            return [hit.item_id for hit in hits]

        yield row("photo alone", asked, lambda one: photo(one, ItemFilter()))
        yield row(
            "photo + hard filter on the feed's colour", asked, lambda one: photo(one, ItemFilter(colours=(one.colour,)))
        )
        for name, hides in (
            ("photo + colour from pixels, no colour words", lambda item: True),
            ("photo + colour from pixels", lambda item: fold_of(item) >= TEACH),
            ("photo + colour, feed and pixels", lambda item: False),
        ):
            with changed(
                shop,
                lambda item, hides=hides: silent(alone(item)) if hides(item) else alone(item),  # type: ignore[misc]
            ) as catalogue:

                def ask(one: Asked, catalogue: Catalogue = catalogue) -> list[str]:
                    change = Change("colour", "set", one.colour, one.colour)
                    return catalogue.ask(
                        Query(vectors=(photos[one.item_id],)), [change], DEPTHS[-1], without=one.item_id
                    )

                yield row(name, asked, ask)


def questions(facts: Mapping[str, Item]) -> Iterator[Asked]:
    """Each item of a model with several colours, and each of its other colours."""
    models: defaultdict[str, list[Item]] = defaultdict(list)
    for item in facts.values():
        models[item.model_id].append(item)
    for items in models.values():
        for item in items:
            for colour in sorted({other.colour for other in items} - {item.colour}):
                yield Asked(item.item_id, colour, frozenset(one.item_id for one in items if one.colour == colour))


def row(name: str, asked: Sequence[Asked], answer: Callable[[Asked], Sequence[str]]) -> str:
    """One line: the share of questions with a hit among the first."""
    found = [answer(one) for one in asked]
    hits = {
        k: np.array([not one.right.isdisjoint(ids[:k]) for one, ids in zip(asked, found, strict=True)]) for k in DEPTHS
    }
    models = [one.item_id.split("-")[0] for one in asked]
    interval = grouped_scores(hits[DEPTHS[-1]].astype(float), ["all"] * len(asked), models).micro
    return (
        f"{name:44}"
        + "".join(f"{hits[k].mean():8.3f}" for k in DEPTHS)
        + f"   {interval.low:.3f} to {interval.high:.3f}"
    )


def fold_of(item: Item) -> int:
    """Which part of the models an item belongs to."""
    return zlib.crc32((item.model_id or item.item_id).encode()) % FOLDS


def alone(item: Item) -> Item:
    """The item without its model, unless it is one of those that teach."""
    return item if fold_of(item) < TEACH else replace(item, model_id="")


def silent(item: Item) -> Item:
    """The item as a catalogue has it that says nothing of colours."""
    return replace(item, colour="", title=f"{item.brand} {item.category}", description="")


# -- cheaper, longer ---------------------------------------------------------------------------------------------------
def change_rows(cache: Path) -> Iterator[str]:
    """The table of changes on the drawn catalogue."""
    with encoded(cache / "drawn.db", "drawn") as shop:
        facts = {item.item_id: item for item in shop.store.iter_items()}
        with changed(shop, cut) as catalogue:
            yield f"{len(facts)} drawn items, half of them without words of length"
            yield f"{'':44}{'changed':>9}{'type':>8}{'both':>8}{'asked':>8}"
            priced = [item for item in facts.values() if item.price]
            for name, sign in (("cheaper", -1), ("more expensive", 1)):
                change = Change("price", "less" if sign < 0 else "more", text=name)
                yield change_row(
                    name,
                    catalogue,
                    facts,
                    sampled(priced),
                    change,
                    lambda a, b, s=sign: s * (b.price - a.price) > 0,  # type: ignore[misc]
                    same_type,
                )
            for name, sign in (("longer", 1), ("shorter", -1)):
                change = Change("length", "more" if sign > 0 else "less", text=name)
                extreme = 3 if sign > 0 else 1
                items = [
                    one for one in facts.values() if one.category in LENGTHS and LENGTHS[one.category][1] != extreme
                ]
                yield change_row(
                    name,
                    catalogue,
                    facts,
                    sampled(items),
                    change,
                    lambda a, b, s=sign: s * (length(b) - length(a)) > 0,  # type: ignore[misc]
                    same_cut,
                )


def change_row(
    name: str,
    catalogue: Catalogue,
    facts: Mapping[str, Item],
    items: Sequence[Item],
    change: Change,
    is_changed: Callable[[Item, Item], bool],
    is_type: Callable[[Item, Item], bool],
) -> str:
    """One line: of the ten first items, those that changed, those of the type, and those that both hold for."""
    shares = []
    for item in items:
        found = [facts[one] for one in catalogue.ask(Query(like=(item.item_id,)), [change], 10)]
        shares.append([[is_changed(item, one), is_type(item, one)] for one in found])
    table = np.array([pair for one in shares for pair in one])
    figures = (table[:, 0].mean(), table[:, 1].mean(), table.all(axis=1).mean())
    return f"{name:44}{figures[0]:9.3f}{figures[1]:8.3f}{figures[2]:8.3f}{len(items):8}"


def cut(item: Item) -> Item:
    """Half of the items say only their brand and type."""
    if item.category not in LENGTHS or zlib.crc32(item.item_id.encode()) % 2:
        return item
    kind = LENGTHS[item.category][0].title()
    return replace(item, title=f"{item.brand} {kind}", category=kind, description="", attributes={})


def sampled(items: Sequence[Item]) -> list[Item]:
    """At most ``CHANGES_ASKED``, by a hash of their ids."""
    return sorted(items, key=lambda item: zlib.crc32(item.item_id.encode()))[:CHANGES_ASKED]


def same_type(one: Item, other: Item) -> bool:
    """Whether both are of one semantic category."""
    return one.semantic_category == other.semantic_category


def same_cut(one: Item, other: Item) -> bool:
    """Whether both are skirts, or both dresses."""
    return LENGTHS.get(one.category, ("", 0))[0] == LENGTHS.get(other.category, ("-", 0))[0]


def length(item: Item) -> int:
    """How long an item is: 1 to 3, 0 where that is not known."""
    return LENGTHS.get(item.category, ("", 0))[1]


# -- stores ------------------------------------------------------------------------------------------------------------
def encoded(path: Path, catalogue: Path | str) -> Shop:
    """A shop over ``catalogue``, imported and encoded once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shop = Shop.open(f"sqlite:///{path.absolute()}")
    if not shop.store.count():
        shop.import_catalogue(catalogue)
    shop.encode(suggest=False, calibrate=False)
    return shop


@contextmanager
def changed(shop: Shop, change: Callable[[Item], Item]) -> Iterator[Catalogue]:
    """A copy of a shop's catalogue with every item changed, in a temporary store."""
    source, space, spec, words = shop.store, shop.space, shop.spec, lexicon()
    with (
        tempfile.TemporaryDirectory() as folder,
        open_store(f"sqlite:///{folder}/changed.db") as store,
    ):
        items = list(source.iter_items())
        for start in range(0, len(items), 500):
            some = items[start : start + 500]
            store.put([Entry(change(item), source.image(item.item_id)) for item in some])
        store.put_vectors(space, source.vectors(space))
        learned = learn_directions(store, space, spec, words)
        yield Catalogue(store, space, spec, learned, read_catalogue_words(store, words))


def _vectors(store: Store, space: str) -> tuple[tuple[str, ...], np.ndarray[tuple[int, int], np.dtype[np.float32]]]:
    batch = store.vectors(space)
    return batch.item_ids, batch.vectors


if __name__ == "__main__":
    main()
