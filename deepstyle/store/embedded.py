"""The embedded store: one SQLite file is the source of truth; memory holds what search and browse read."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from deepstyle.catalogue.item import Item
from deepstyle.catalogue.variants import MAX_VARIANTS, GroupBy, Variants, variants_of
from deepstyle.errors import UsageError
from deepstyle.images.item_image import ItemImage
from deepstyle.store import embedded_vectors
from deepstyle.store.base import (
    ANY_VERSION,
    INSTANCE_FACTS,
    CheckReport,
    Entry,
    ImageSource,
    ItemFilter,
    Measured,
    Page,
    Progress,
    PutReport,
    Summary,
    VectorBatch,
)
from deepstyle.store.browsing import browse
from deepstyle.store.changes import Changes, read_changes
from deepstyle.store.check import (
    checked_vectors,
    sound_suggestions,
)
from deepstyle.store.database import Database
from deepstyle.store.embedded_blobs import EmbeddedBlobs
from deepstyle.store.embedded_looks import EmbeddedLooks
from deepstyle.store.embedded_pictures import read_picture, read_sources
from deepstyle.store.embedded_pinned import EmbeddedPinned
from deepstyle.store.embedded_repair import check_file
from deepstyle.store.embedded_search import EmbeddedSearch
from deepstyle.store.embedded_word_search import WORDS_TTL_S, EmbeddedWords, Matches
from deepstyle.store.embedded_write import (
    AMONG_IDS,
    VOID_ITEM,
    as_json,
    put_entry,
    put_fact,
    put_measured_item,
    put_suggestions,
    read_fact,
    read_versions,
)
from deepstyle.store.external.entries import filled, sent_out
from deepstyle.store.external.pictures import ExternalPictures
from deepstyle.store.index import index_folder
from deepstyle.store.item_values import check_entry, check_given, stored_item
from deepstyle.store.recent_items import MOST, RecentItems
from deepstyle.store.remembered import Remembered
from deepstyle.store.schema import ITEM_COLUMNS, later_revision, next_revision, read_revision, take_revision
from deepstyle.store.snapshot import Snapshots
from deepstyle.store.sorting import Sort
from deepstyle.store.space_files import remove_files
from deepstyle.store.url import without_password

SCHEME: Final = "sqlite:///"
READ_ITEMS: Final = 1000
EVERYTHING: Final = ItemFilter()


class EmbeddedStore(EmbeddedSearch, EmbeddedWords, EmbeddedLooks, EmbeddedPinned):
    """The default store, at ``sqlite:///relative.db`` or ``sqlite:////absolute.db``; see ``store.base`` for each call.

    Any number of threads may use one handle, and several processes may hold the file open; writers take turns. What a
    large space is searched by is stored beside the file, in ``<file>.index/``, and may be deleted at any time.
    """

    def __init__(self, url: str, database: Database) -> None:
        self.url = url
        self._database = database
        self.external = ExternalPictures(EmbeddedBlobs(database), self)
        self._snapshots = Snapshots(database)
        self._summary: tuple[object, Summary] | None = None
        self._word_counts, self._counted = Remembered(WORDS_TTL_S, self._read_word_counts), None
        self._matches = Matches()
        self._recent = RecentItems()

    @classmethod
    def open(cls, url: str, *, read_only: bool = False) -> Self:
        """Open the store at ``url``, created where it is missing unless ``read_only``; raises ``StoreError``."""
        path = url.removeprefix(SCHEME)
        if not url.startswith(SCHEME) or not path:
            raise UsageError(
                f"{without_password(url)} names no file.", remedy="Use sqlite:///relative.db or sqlite:////absolute.db."
            )
        return cls(url, Database(Path(path), read_only=read_only))

    def close(self) -> None:
        """Release files and connections; the store cannot be used afterwards."""
        self._snapshots.close()
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- items and images ----------------------------------------------------------------------------------------
    def put(self, entries: Sequence[Entry], *, given: Mapping[str, str] = ANY_VERSION) -> PutReport:
        """Add or replace items (last one wins where an id repeats)."""
        for entry in entries:
            check_entry(entry)
        kinds = {"added": 0, "changed": 0, "unchanged": 0}
        with sent_out(self.external, entries) as written, self._database.writing() as connection:
            distinct = {entry.item.item_id: entry for entry in written}
            check_given(given, read_versions(connection, list(given)))
            revision = later_revision(connection)
            for entry in distinct.values():
                kinds[put_entry(connection, entry, revision)] += 1
            if kinds["added"] or kinds["changed"]:  # else no reader has anything to follow
                take_revision(connection, revision)
        return PutReport(**kinds)

    def put_measured(self, measured: Sequence[Measured]) -> int:
        """Write measured fields; return how many items have them: those deleted, or of another image, are left out."""
        with self._database.writing() as connection:
            revision = next_revision(connection)
            return sum(put_measured_item(connection, one, revision) for one in measured)

    def delete(self, item_ids: Sequence[str], *, given: Mapping[str, str] = ANY_VERSION) -> int:
        """Delete items with their images, vectors and mapping; return how many were there."""
        with self._database.writing() as connection:
            check_given(given, read_versions(connection, list(given)))
            query = f"SELECT item_key FROM items WHERE {AMONG_IDS}"  # noqa: S608 - constants only
            keys = connection.execute(query, (as_json(item_ids),)).fetchall()
            if keys:
                revision = next_revision(connection)
                connection.executemany(VOID_ITEM, [(key, revision) for (key,) in keys])
                connection.executemany("DELETE FROM items WHERE item_key = ?", keys)
        return len(keys)

    def versions(self, item_ids: Sequence[str]) -> dict[str, str]:
        """The version of each of ``item_ids`` that exists."""
        with self._database.reading() as connection:
            return read_versions(connection, item_ids)

    def count(self) -> int:
        """Number of items."""
        return self._number("SELECT count(*) FROM items")

    def summary(self) -> Summary:
        """``count`` and ``spaces``, counted once after each write."""
        state = (self._database.revision(), self._database.frozen)
        if self._summary is None or self._summary[0] != state:
            self._summary = state, Summary(self.count(), self.spaces())
        return self._summary[1]

    def category_counts(self) -> Mapping[str, int]:
        """How many items each semantic category has, counted once after each write."""
        return self._snapshots.current().columns.category_counts()

    def currency(self) -> str:
        """The currency of most prices, counted once after each write."""
        return self._snapshots.current().columns.currency

    def get(self, item_ids: Sequence[str]) -> dict[str, Item]:
        """The items that exist among ``item_ids``, by id."""
        query = f"SELECT {ITEM_COLUMNS} FROM items WHERE {AMONG_IDS}"  # noqa: S608 - constants only
        few = len(item_ids) <= MOST // 4
        known = self._recent.of((self._database.revision(), self._database.frozen)) if few else {}
        if not known.keys() >= {*item_ids}:
            with self._database.reading() as connection:
                known = self._recent.of((read_revision(connection), self._database.frozen)) if few else {}
                missing = as_json([item_id for item_id in item_ids if item_id not in known])
                known.update((row[0], stored_item(row)) for row in connection.execute(query, (missing,)))
        return {item_id: known[item_id] for item_id in item_ids if item_id in known}

    def variants(self, items: Sequence[Item], group_by: GroupBy = "product") -> dict[str, Variants]:
        """All items of each item's group, by the id of that item."""
        columns = self._snapshots.current().columns
        members = columns.groups(group_by).around([item.item_id for item in items])
        item_ids = {item_id: [*map(columns.item_id, found[:MAX_VARIANTS])] for item_id, found in members.items()}
        known = {item.item_id: item for item in items}
        known |= self.get(sorted({one for found in item_ids.values() for one in found} - known.keys()))
        return {
            item.item_id: variants_of(item, item_ids.get(item.item_id, ()), len(members.get(item.item_id, ())), known)
            for item in items
        }

    def image(self, item_id: str, position: int = 0) -> ItemImage | None:
        """The item's image at ``position``, ``None`` where the item or its image does not exist."""
        with self._database.reading() as connection:
            found = read_picture(connection, item_id, position)
        return filled(self.external, item_id, found)

    def image_sha256s(self, item_ids: Sequence[str]) -> dict[str, str]:
        """The stored image's SHA-256 for each of ``item_ids`` that has an image."""
        query = f"SELECT item_id, sha256 FROM items WHERE sha256 IS NOT NULL AND {AMONG_IDS}"  # noqa: S608
        with self._database.reading() as connection:
            return dict(connection.execute(query, (as_json(item_ids),)))

    def image_sources(self, item_ids: Sequence[str]) -> dict[str, ImageSource]:
        """Where the stored image came from, for each of ``item_ids`` that has an image."""
        columns = "item_id, sha256, source_sha256, normalisation"
        query = f"SELECT {columns} FROM items WHERE sha256 IS NOT NULL AND {AMONG_IDS}"  # noqa: S608
        with self._database.reading() as connection:
            rows = connection.execute(query, (as_json(item_ids),))
            return {item_id: ImageSource(*source) for item_id, *source in rows}

    def more_image_sources(self, item_ids: Sequence[str]) -> dict[str, tuple[ImageSource, ...]]:
        """Where the further images came from, from position 1 on, for each of ``item_ids`` that has any."""
        with self._database.reading() as connection:
            return read_sources(connection, as_json(item_ids))

    def most_images(self) -> int:
        """The most images that an item has, at least 1."""
        return 1 + self._number("SELECT coalesce(max(position), 0) FROM pictures")

    def count_more_images(self) -> int:
        """Number of further images of all items."""
        return self._number("SELECT count(*) FROM pictures")

    def _number(self, query: str) -> int:
        with self._database.reading() as connection:
            return int(connection.execute(query).fetchone()[0])

    def iter_items(self, *, after: str = "") -> Iterator[Item]:
        """All items with ``item_id > after``, ascending, in bounded memory."""
        query = f"SELECT {ITEM_COLUMNS} FROM items WHERE item_id > ? ORDER BY item_id LIMIT {READ_ITEMS}"  # noqa: S608
        while True:
            with self._database.reading() as connection:
                items = [stored_item(row) for row in connection.execute(query, (after,))]
            yield from items
            if len(items) < READ_ITEMS:
                return
            after = items[-1].item_id

    def browse(
        self,
        where: ItemFilter = EVERYTHING,
        *,
        limit: int = 50,
        after: str = "",
        group_by: GroupBy = "none",
        sort: Sort = "id",
        among: Sequence[str] | None = None,
    ) -> Page:
        """One page of the items that match, with the total and the facets."""
        columns = self._snapshots.current().columns
        return browse(columns, self.get, where, limit=limit, after=after, group_by=group_by, sort=sort, among=among)

    def matching(
        self,
        where: ItemFilter,
        *,
        among: Sequence[str] | None = None,
        group_by: GroupBy = "none",
        limit: int,
    ) -> list[str] | None:
        """The ids of the items that match, of each group the first alone; ``None`` where more than ``limit`` match."""
        return self._snapshots.current().columns.matching(where, among, group_by, limit)

    # -- vectors -----------------------------------------------------------------------------------------------------
    def missing_vectors(self, space: str, *, after: str = "", limit: int = 1024) -> list[tuple[str, str]]:
        """Up to ``limit`` (item_id, image_sha256), by item id, with an image but no current vector in ``space``."""
        with self._database.reading() as connection:
            return embedded_vectors.missing(connection, space, after, limit)

    def put_vectors(self, space: str, batch: VectorBatch) -> int:
        """Write vectors; return how many were written: those of a deleted item or an older image are dropped."""
        vectors = checked_vectors(batch)
        with self._database.writing() as connection:
            return embedded_vectors.put(connection, space, batch, vectors)

    def vectors(self, space: str, item_ids: Sequence[str] | None = None) -> VectorBatch:
        """The current vectors of ``space``: all, by item id, or those of ``item_ids`` that exist, in that order."""
        with self._database.reading() as connection:
            return embedded_vectors.read(connection, space, item_ids)

    def spaces(self) -> dict[str, int]:
        """Number of current vectors by space."""
        query = "SELECT space, count(*) FROM spaces JOIN vectors USING (space_key) GROUP BY space"
        with self._database.reading() as connection:
            return dict(connection.execute(query))

    def drop_space(self, space: str) -> int:
        """Delete every vector of ``space``; return how many there were."""
        query = "DELETE FROM vectors WHERE space_key = (SELECT space_key FROM spaces WHERE space = ?)"
        with self._database.writing() as connection:
            dropped = connection.execute(query, (space,)).rowcount
            connection.execute("DELETE FROM spaces WHERE space = ?", (space,))
            next_revision(connection)
        remove_files(self._database.path, space)
        return dropped

    # -- the compatibility mapping -------------------------------------------------------------------------------------
    def put_compatible(self, mapping: Mapping[str, Sequence[str]]) -> None:
        """Write ``item_id → suggested item ids``, replacing those of the same ids; ids without an item are ignored."""
        with self._database.writing() as connection:
            put_suggestions(connection, mapping)

    def publish(
        self, facts: Mapping[str, str], mapping: Mapping[str, Sequence[str]], *, given: Mapping[str, str | None]
    ) -> bool:
        """Write facts and suggestions together, where the facts in ``given`` are as given; return whether they were."""
        with self._database.writing() as connection:
            as_given = all(read_fact(connection, key) == value for key, value in given.items())
            if as_given:
                put_suggestions(connection, mapping)
                for key, value in facts.items():
                    put_fact(connection, key, value)
        return as_given

    def compatible(self, item_id: str) -> tuple[str, ...]:
        """The suggestions for ``item_id`` whose items still exist, best first; empty where there are none."""
        mapping = f"SELECT item_ids FROM compatible JOIN items USING (item_key) WHERE {AMONG_IDS}"  # noqa: S608
        existing = f"SELECT item_id FROM items WHERE {AMONG_IDS}"  # noqa: S608 - constants only
        with self._database.reading() as connection:
            row = connection.execute(mapping, (as_json([item_id]),)).fetchone()
            suggested = [] if row is None else sound_suggestions(item_id, row[0])
            there = {other for (other,) in connection.execute(existing, (as_json(suggested),))}
        return tuple(other for other in suggested if other in there)

    # -- what a derived index follows --------------------------------------------------------------------------------
    def revision(self) -> int:
        """The revision of the last finished write."""
        return self._database.revision()

    def changes_since(self, space: str, revision: int) -> Changes:
        """What was written after ``revision``, in time that depends on how much that is."""
        with self._database.reading() as connection:
            return read_changes(connection, space, revision, read_revision(connection))

    def item_keys(self) -> dict[str, int]:
        """The key of every item, by its id."""
        with self._database.reading() as connection:
            return dict(connection.execute("SELECT item_id, item_key FROM items"))

    def derived_folder(self, name: str) -> Path:
        """Where the files of a derived index are, beside the store."""
        return index_folder(self._database.path) / name

    # -- small facts -------------------------------------------------------------------------------------------------
    def set_meta(self, key: str, value: str) -> None:
        """Store a small fact."""
        with self._database.writing() as connection:
            put_fact(connection, key, value)

    def meta(self, key: str) -> str | None:
        """A stored fact, ``None`` where it does not exist."""
        with self._database.reading_once() as connection:
            return read_fact(connection, key)

    def facts(self) -> dict[str, str]:
        """All facts about the catalogue, by key, ascending; see ``INSTANCE_FACTS``."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT key, value FROM meta ORDER BY key").fetchall()
        return {key: value for key, value in rows if not key.startswith(INSTANCE_FACTS)}

    def check(self, *, repair: bool = False, on_progress: Progress | None = None) -> CheckReport:
        """Compare the store's content with its digests and hashes, and its index files with theirs."""
        return check_file(self._database, self.external.read, repair=repair, on_progress=on_progress)
