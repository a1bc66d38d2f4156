"""The store protocol: what every adapter does, and what each call means.

A store contains items, their images, vectors and the compatibility mapping. Each vector belongs to a *space*, which is
named by the fingerprint of the model that computed it, so vectors of different models are never compared. A vector is
stored with the SHA-256 of its image; once the item's image changes, or the item is deleted, it is never returned again.

An item may have further images, at the positions 1, 2, …; where nothing else is said, *the* image is the first. The
vectors of the images at a position are in a space of their own (``deepstyle.store.pictures``), for which every call on
vectors reads the images at that position.

Every write is durable when the call returns, atomic as a whole, and idempotent: the same call again changes nothing.
Readers (threads and other processes) never block on the one writer, and see a finished write on their next call.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType, TracebackType
from typing import Final, Literal, Protocol, Self, Unpack

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import Item
from deepstyle.catalogue.item import ItemFilter as ItemFilter
from deepstyle.catalogue.variants import GroupBy, Variants
from deepstyle.images.item_image import ItemImage
from deepstyle.store.external.pictures import ExternalPictures
from deepstyle.store.histogram import Bucket
from deepstyle.store.looks import LookStore
from deepstyle.store.pinned import PinnedStore
from deepstyle.store.sorting import PageOptions
from deepstyle.store.words import Term, WordHit

INSTANCE_FACTS: Final = "store:"
"""A fact whose key has this prefix describes this store (its last check), not the catalogue in it: ``facts`` omits it,
so it is neither copied nor part of a digest."""


ANY_VERSION: Final[Mapping[str, str]] = MappingProxyType({})
"""No condition on the items that are written."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item to write, with its image; ``image=None`` leaves a stored image unchanged.

    ``more_images`` are all its further images, in order; ``None`` leaves those that are stored unchanged.
    """

    item: Item
    image: ItemImage | None = None
    more_images: tuple[ItemImage, ...] | None = None


@dataclass(frozen=True, slots=True)
class ImageSource:
    """Where a stored image came from: its own SHA-256, and ``source_sha256`` and ``normalisation`` of ``ItemImage``."""

    sha256: str
    source_sha256: str = ""
    normalisation: int = 0


@dataclass(frozen=True, slots=True)
class PutReport:
    """What a ``put`` did: item ids counted by what changed; their sum is the number of distinct ids given."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class Facets:
    """What *all* items have that meet every condition but those on the facet itself (``ItemFilter.beside``).

    ``counts`` says for each facet (``brands``) how many items have each value, most frequent first, without the empty
    value; where items are grouped, how many groups have an item with it. ``ranges`` gives the lowest and the highest
    value of each number (``price``) that any of the items has, of amounts only those in ``currency``: the one that a
    price bound compares, "" where no price has one. ``histograms`` counts these values in buckets, as ``counts`` does.
    """

    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    currency: str = ""
    histograms: Mapping[str, tuple[Bucket, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of ``browse``; ``after`` is the cursor of the next page, ``""`` at the end.

    Where items are grouped, each group is its first item that matches, and ``total`` counts groups.
    """

    items: tuple[Item, ...]
    total: int
    facets: Facets
    after: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """One search result; ``similarity`` is the cosine, in [-1, 1], higher is closer.

    ``picture`` is the position of the item's image that it is of; a store leaves it 0.
    """

    item_id: str
    similarity: float
    picture: int = 0


@dataclass(frozen=True, slots=True)
class VectorBatch:
    """Vectors of one space: ``vectors`` (N, D) float32 of unit norm, made from the images ``image_sha256s`` (N)."""

    item_ids: tuple[str, ...]
    image_sha256s: tuple[str, ...]
    vectors: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Measured:
    """Measured fields of one item, by name, as read from the image ``image_sha256``.

    They may be ``SEEN_CATEGORY``, which a store ignores where the catalogue gives a semantic category.
    """

    item_id: str
    image_sha256: str
    values: Mapping[str, str | float]


@dataclass(frozen=True, slots=True)
class Summary:
    """How many items a store has, and how many current vectors by space."""

    items: int
    vectors: Mapping[str, int]


Kind = Literal["file", "item", "picture", "vector", "mapping", "space", "fact", "index", "look"]
Progress = Callable[[str, int, int], None]
"""Called with a step, how much of it is done, and how much there is."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is damaged; ``item_id`` is ``""`` where it does not concern one item."""

    kind: Kind
    item_id: str
    message: str


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a check read and found; ``repaired`` says whether the findings were removed from the store.

    ``import_again`` are the ids of the items that have to be imported again, at least in part. ``stale_suggestions``
    counts the suggestions that name a deleted item: they are no damage, and are never returned. ``stale_looks`` counts
    the looks that do, which show the others.
    """

    items: int
    images: int
    vectors: int
    mappings: int
    facts: int
    stale_suggestions: int
    findings: tuple[Finding, ...]
    import_again: tuple[str, ...] = ()
    repaired: bool = False
    looks: int = 0
    stale_looks: int = 0


class Store(LookStore, PinnedStore, Protocol):
    """What every adapter offers; see the module docstring for what all calls have in common."""

    url: str
    external: ExternalPictures

    # -- items and images ------------------------------------------------------------------------------------------
    def put(self, entries: Sequence[Entry], *, given: Mapping[str, str] = ANY_VERSION) -> PutReport:
        """Add or replace items (last one wins where an id repeats).

        A measured field that an entry leaves empty keeps its value for as long as the image stays the same. So does a
        semantic category that the encoder saw; one that the entry gives takes its place. ``given`` are versions
        (``item_version``) by item id, ``""`` for no item: where one is another, nothing is written and
        ``ItemChangedError`` raised.
        """
        ...

    def put_measured(self, measured: Sequence[Measured]) -> int:
        """Write measured fields; return how many items have them: those deleted, or of another image, are left out."""
        ...

    def delete(self, item_ids: Sequence[str], *, given: Mapping[str, str] = ANY_VERSION) -> int:
        """Delete items with their images, vectors and mapping; return how many were there. ``given`` as in ``put``."""
        ...

    def versions(self, item_ids: Sequence[str]) -> dict[str, str]:
        """The version (``item_version``) of each of ``item_ids`` that exists."""
        ...

    def count(self) -> int:
        """Number of items."""
        ...

    def summary(self) -> Summary:
        """``count`` and ``spaces``, cheap enough to call often; a server's may be a few seconds old."""
        ...

    def category_counts(self) -> Mapping[str, int]:
        """How many items each semantic category has, cheap enough for every search; a server's may be a minute old."""
        ...

    def currency(self) -> str:
        """The currency of most prices, "" where none has one; cheap and as old as ``category_counts``."""
        ...

    def get(self, item_ids: Sequence[str]) -> dict[str, Item]:
        """The items that exist among ``item_ids``, by id."""
        ...

    def variants(self, items: Sequence[Item], group_by: GroupBy = "product") -> dict[str, Variants]:
        """All items of each item's group, by the id of that item; see ``deepstyle.catalogue.variants``."""
        ...

    def image(self, item_id: str, position: int = 0) -> ItemImage | None:
        """The item's image at ``position``, ``None`` where the item or its image does not exist."""
        ...

    def image_sha256s(self, item_ids: Sequence[str]) -> dict[str, str]:
        """The stored image's SHA-256 for each of ``item_ids`` that has an image."""
        ...

    def image_sources(self, item_ids: Sequence[str]) -> dict[str, ImageSource]:
        """Where the stored image came from, for each of ``item_ids`` that has an image."""
        ...

    def more_image_sources(self, item_ids: Sequence[str]) -> dict[str, tuple[ImageSource, ...]]:
        """Where the further images came from, from position 1 on, for each of ``item_ids`` that has any."""
        ...

    def most_images(self) -> int:
        """The most images that an item has, at least 1, cheap enough for every search.

        A server's misses what other handles wrote in the last seconds.
        """
        ...

    def count_more_images(self) -> int:
        """Number of further images of all items."""
        ...

    def iter_items(self, *, after: str = "") -> Iterator[Item]:
        """All items with ``item_id > after``, ascending, in bounded memory."""
        ...

    def browse(self, where: ItemFilter = ..., *, group_by: GroupBy = "none", **options: Unpack[PageOptions]) -> Page:
        """One page of the items that match, with the total and the facets of all."""
        ...

    def matching(
        self,
        where: ItemFilter,
        *,
        among: Sequence[str] | None = None,
        group_by: GroupBy = "none",
        limit: int,
    ) -> list[str] | None:
        """The ids of the items that match, of each group the first alone; ``None`` where more than ``limit`` match.

        In the order of ``among``, where given, and of its items alone; else by item id. Reads no item.
        """
        ...

    # -- vectors -----------------------------------------------------------------------------------------------------
    def missing_vectors(self, space: str, *, after: str = "", limit: int = 1024) -> list[tuple[str, str]]:
        """Up to ``limit`` (item_id, image_sha256), by item id, with an image but no current vector in ``space``."""
        ...

    def put_vectors(self, space: str, batch: VectorBatch) -> int:
        """Write vectors; return how many were written: those of a deleted item or an older image are dropped.

        Raises ``StoreError`` where the dimension is not the space's, or a vector not finite and of unit norm (±1e-3).
        """
        ...

    def vectors(self, space: str, item_ids: Sequence[str] | None = None) -> VectorBatch:
        """The current vectors of ``space``: all, by item id, or those of ``item_ids`` that exist, in that order."""
        ...

    def spaces(self) -> dict[str, int]:
        """Number of current vectors by space."""
        ...

    def drop_space(self, space: str) -> int:
        """Delete every vector of ``space``; return how many there were."""
        ...

    def search(
        self,
        space: str,
        query: NDArray[np.float32],
        *,
        k: int = 10,
        where: ItemFilter = ...,
        exclude: Sequence[str] = (),
        group_by: GroupBy = "none",
    ) -> list[Hit]:
        """The ``k`` items of ``space`` that match ``where`` and are most similar to ``query`` (D,) by cosine.

        Filtered before ranking, ``exclude`` too. Ordered by similarity, ties by item id; fewer than ``k`` only where
        fewer match. With ``group_by``, of each group its best item alone, and none of the groups of ``exclude``.
        """
        ...

    # -- words ---------------------------------------------------------------------------------------------------------
    def search_words(
        self,
        terms: Sequence[Term],
        *,
        k: int = 10,
        all_terms: bool = False,
        where: ItemFilter = ...,
        exclude: Sequence[str] = (),
        group_by: GroupBy = "none",
    ) -> list[WordHit]:
        """The ``k`` best of the items that match ``where`` and have a term in one of ``WORD_FIELDS``, as whole words.

        Those with all terms come first; with ``all_terms`` there are no others. Fewer than ``k`` only where fewer
        match; ``exclude`` and ``group_by`` as in ``search``. The texts are data: nothing in them is an operator.
        """
        ...

    def word_counts(self) -> Mapping[str, int]:
        """Each word of the items, as ``deepstyle.store.words.tokens``, and how many have it.

        Cheap enough for every search; it may be a minute old, and a server's ten.
        """
        ...

    # -- the compatibility mapping -------------------------------------------------------------------------------------
    def put_compatible(self, mapping: Mapping[str, Sequence[str]]) -> None:
        """Write ``item_id → suggested item ids`` (``rec_feature2``), replacing those of the same ids."""
        ...

    def publish(
        self, facts: Mapping[str, str], mapping: Mapping[str, Sequence[str]], *, given: Mapping[str, str | None]
    ) -> bool:
        """Write facts and suggestions together, where the facts in ``given`` (``None``: none) are as given.

        Returns whether they were; else nothing is written. No reader sees a part of it.
        """
        ...

    def compatible(self, item_id: str) -> tuple[str, ...]:
        """The suggestions for ``item_id`` whose items still exist, best first; empty where there are none."""
        ...

    # -- small facts and life cycle -----------------------------------------------------------------------------------
    def set_meta(self, key: str, value: str) -> None:
        """Store a small fact (``style_space``: the space that serves)."""
        ...

    def meta(self, key: str) -> str | None:
        """A stored fact, ``None`` where it does not exist."""
        ...

    def facts(self) -> dict[str, str]:
        """All facts about the catalogue, by key, ascending; see ``INSTANCE_FACTS``."""
        ...

    def check(self, *, repair: bool = False, on_progress: Progress | None = None) -> CheckReport:
        """Compare the store's content with its digests and hashes; damage is reported, not raised.

        ``repair`` then removes what is damaged, in one write: `encode` computes vectors and suggestions again, items
        and pictures have to be imported again. Raises ``StoreError`` where the store cannot be read or repaired.
        """
        ...

    def close(self) -> None:
        """Release files and connections; the store cannot be used afterwards."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
