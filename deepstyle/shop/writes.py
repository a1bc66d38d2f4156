"""Writes of single items as clients of the API send them: several at a time, each with a result of its own.

Items are read, changed and stored under the versions that were read, so that no change of another process is lost;
where one was quicker, the writes are made again from what it left.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias

from deepstyle.catalogue.item import Item
from deepstyle.catalogue.rows import RowError, check_item_id
from deepstyle.errors import (
    DataError,
    DeepstyleError,
    ImageError,
    ItemChangedError,
    ModelError,
    OverloadedError,
    UnknownItemError,
    UsageError,
)
from deepstyle.images.item_image import ItemImage
from deepstyle.shop.encoding import encode_items
from deepstyle.shop.items import UNMEASURED, with_values
from deepstyle.shop.models import Models
from deepstyle.store.base import Entry, ImageSource, Store
from deepstyle.store.ingest import stored_sources
from deepstyle.store.ingest_pictures import normalised, with_pictures
from deepstyle.store.pictures import MAX_PICTURES

Op = Literal["put", "patch", "delete"]
OPS: Final[tuple[Op, ...]] = ("put", "patch", "delete")
Change = Literal["added", "changed", "unchanged", "deleted", "absent"]
Reserve = Callable[[bytes], AbstractContextManager[None]]
"""Holds the memory that decoding a picture takes; raises ``ImageError`` where it is over a limit."""
_ATTEMPTS: Final = 5
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Write:
    """One write: ``put`` replaces all fields of an item, ``patch`` merges ``values`` into them (RFC 7396).

    ``photos`` replace all pictures; without any these stay. ``versions`` are those that the item may have, ``*``
    for any that exists; empty: no condition. ``must_be_new``: the item may not exist.
    """

    op: Op
    item_id: str
    values: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    photos: tuple[bytes, ...] = ()
    versions: tuple[str, ...] = ()
    must_be_new: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a write; ``item`` and ``version`` are as stored, ``None`` and ``""`` of a deleted item.

    ``is_searchable`` is whether the item has a vector: every search that begins now finds it.
    """

    item_id: str
    change: Change
    item: Item | None = None
    version: str = ""
    is_searchable: bool = False


Outcome: TypeAlias = Written | DeepstyleError
"""The result of a write, or why it was refused."""


def write_items(store: Store, models: Models, writes: Sequence[Write], reserve: Reserve) -> list[Outcome]:
    """Make ``writes``, of different items, all or none of them deletions; one outcome for each, in order.

    Their pictures are encoded by one thread, so that searches keep the other cores. Raises ``StoreError`` and
    ``ItemChangedError`` (other writers were always quicker) for what is no fault of a write.
    """
    for attempt in range(_ATTEMPTS):
        current = _Current.read(store, writes)
        prepared = [_prepared(store, write, current, reserve) for write in writes]
        try:
            _store(store, prepared, current)
        except ItemChangedError:
            if attempt == _ATTEMPTS - 1:
                raise
            continue
        return _outcomes(store, models, prepared, current)
    raise AssertionError("the last attempt returns or raises")


@dataclass(frozen=True, slots=True)
class _Current:
    """What is stored of some items before they are written; ``sources`` are those of the items that get pictures."""

    items: Mapping[str, Item]
    versions: Mapping[str, str]
    sources: Mapping[str, tuple[ImageSource, ...]]

    @classmethod
    def read(cls, store: Store, writes: Sequence[Write]) -> "_Current":
        item_ids = [write.item_id for write in writes]
        # The versions first: an item that changes in between is then refused, and read again.
        versions = store.versions(item_ids)
        pictured = [write.item_id for write in writes if write.photos]
        return cls(store.get(item_ids), versions, stored_sources(store, pictured) if pictured else {})


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A write as the store takes it: an entry, a deletion (``None``), or why it is refused."""

    item_id: str
    result: Entry | DeepstyleError | None


def _prepared(store: Store, write: Write, current: _Current, reserve: Reserve) -> _Prepared:
    try:
        _check_condition(write, current.versions.get(write.item_id, ""))
        if write.op == "delete":
            return _Prepared(write.item_id, None)
        item = _changed(write, current.items.get(write.item_id))
        if not write.photos and write.item_id not in current.items:
            raise UsageError(f"{write.item_id} is new, so it needs a picture.", remedy="Send its picture with it.")
        if not write.photos:
            return _Prepared(write.item_id, Entry(item))
        stored = current.sources[write.item_id]
        return _Prepared(write.item_id, _with_photos(store, item, write.photos, stored, reserve))
    except (UsageError, DataError, ImageError, OverloadedError) as error:
        return _Prepared(write.item_id, error)
    except RowError as error:
        return _Prepared(write.item_id, UsageError(error.message, remedy=error.remedy))


def _check_condition(write: Write, version: str) -> None:
    if write.must_be_new and version:
        raise ItemChangedError(f"the item {write.item_id!r} exists.", remedy="Leave the condition out to replace it.")
    if write.versions and not (version and {"*", version}.intersection(write.versions)):
        now = "has changed" if version else "does not exist"
        raise ItemChangedError(f"the item {write.item_id!r} {now}.", remedy="Read it again and repeat the change.")


def _changed(write: Write, old: Item | None) -> Item:
    """The item with the write's values; raises ``RowError`` and ``UsageError``."""
    check_item_id(write.item_id)
    if write.op == "put":
        return with_values(Item(write.item_id), write.values)
    if old is None:
        raise UnknownItemError(f"no item has the id {write.item_id!r}.", remedy="Add it by a put.")
    return replace(with_values(old, merged(write.values, old)), **UNMEASURED)


def merged(patch: Mapping[str, Any], old: Item) -> dict[str, Any]:
    """The values of a merge patch (RFC 7396): null empties a field or removes an attribute."""
    values = {name: ("" if value is None and name != "price" else value) for name, value in patch.items()}
    if "attributes" in patch:
        changes = patch["attributes"]
        if changes is None:
            values["attributes"] = {}
        elif isinstance(changes, Mapping):
            both = {**old.attributes, **changes}
            values["attributes"] = {name: value for name, value in both.items() if value is not None}
    return values


def _with_photos(
    store: Store, item: Item, photos: Sequence[bytes], stored: Sequence[ImageSource], reserve: Reserve
) -> Entry:
    """The item with ``photos`` as its pictures, each decoded within the limits; raises ``UsageError`` for too many."""
    if len(photos) > MAX_PICTURES:
        problem = f"{item.item_id} has {len(photos)} pictures."
        raise UsageError(problem, remedy=f"Send at most {MAX_PICTURES}, the most telling ones.")

    def normalise(data: bytes) -> ItemImage:
        with reserve(data):
            return normalised(data)

    return with_pictures(item, photos, stored, store, normalise)


def _store(store: Store, prepared: Sequence[_Prepared], current: _Current) -> None:
    """Write and delete, each in one transaction, where the items are as they were read."""
    entries = [one.result for one in prepared if isinstance(one.result, Entry)]
    gone = [one.item_id for one in prepared if one.result is None]
    if entries:
        given = {entry.item.item_id: current.versions.get(entry.item.item_id, "") for entry in entries}
        store.put(entries, given=given)
    if gone:
        store.delete(gone, given={item_id: current.versions.get(item_id, "") for item_id in gone})


def _outcomes(store: Store, models: Models, prepared: Sequence[_Prepared], current: _Current) -> list[Outcome]:
    item_ids = [one.item_id for one in prepared if isinstance(one.result, Entry)]
    searchable = _encoded(store, models, item_ids) if item_ids else frozenset()
    items, versions = store.get(item_ids), store.versions(item_ids)

    def outcome(one: _Prepared) -> Outcome:
        before = current.versions.get(one.item_id, "")
        if isinstance(one.result, DeepstyleError):
            return one.result
        if one.result is None:
            return Written(one.item_id, "deleted" if before else "absent")
        after = versions.get(one.item_id, "")
        change: Change = "added" if not before else "unchanged" if after == before else "changed"
        item = items.get(one.item_id, one.result.item)
        return Written(one.item_id, change, item, after, one.item_id in searchable)

    return [outcome(one) for one in prepared]


def _encoded(store: Store, models: Models, item_ids: Sequence[str]) -> frozenset[str]:
    """Which items can be found; what was written stays written where the model does not fit the store."""
    try:
        return encode_items(store, models, item_ids, workers=1)
    except ModelError as error:
        log.warning("what was written is not encoded: %s", error)
        return frozenset()
