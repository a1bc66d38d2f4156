"""``Shop``: the methods are short, what they do lies in the modules beside this one and in the rooms below."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.category_map import NO_MAP, CategoryMap, read_category_map
from deepstyle.catalogue.item import Item
from deepstyle.catalogue.rows import Rejection
from deepstyle.catalogue.source import Source
from deepstyle.catalogue.variants import GroupBy, Variants
from deepstyle.compatibility.catalogue_test import CatalogueTest, measure_head
from deepstyle.compatibility.completion import NO_OPTIONS, Completed, LookOptions, complete
from deepstyle.compatibility.repair import LookAnalysis, analyse
from deepstyle.compatibility.stylist import OutfitScore, Piece, Suggestion, photo_piece
from deepstyle.download.pictures import OnDownload
from deepstyle.report.map_points import POINTS, MapPoints, Method, compute_points, ensure_points, write_points
from deepstyle.search.context import Stage
from deepstyle.search.query import ResultSort
from deepstyle.shop.catalogue import source_of
from deepstyle.shop.encode import EncodeShop
from deepstyle.shop.encoding import (
    KNOWN_RULES,
    Progress,
    SuggestReport,
    calibrate_catalogue,
    encode_new,
    suggest_catalogue,
)
from deepstyle.shop.imports import import_source
from deepstyle.shop.items import ItemDetails, PutResult, describe_item, find_item, put_item
from deepstyle.shop.looks import LookShop
from deepstyle.shop.search import Photo, SearchAnswer, Wanted, embed_photo, like_item, like_photo, reranking_of
from deepstyle.shop.words import WordShop
from deepstyle.store.backup import BackupReport, back_up
from deepstyle.store.base import CheckReport, ItemFilter
from deepstyle.store.base import Progress as StepProgress
from deepstyle.store.copy import CopyReport, copy_store
from deepstyle.store.external.move import MoveReport, move_pictures
from deepstyle.store.external.prune import PruneReport, prune_pictures
from deepstyle.store.ingest import PRUNE_LIMIT_PERCENT, ImportProgress, ImportReport
from deepstyle.store.integrity import check_recorded
from deepstyle.store.open import open_store
from deepstyle.style.calibration.calibration import Calibration
from deepstyle.style.colour_choice import reweight
from deepstyle.style.encoder import Encoded
from deepstyle.style.rerank import Reranking
from deepstyle.style.search import Crop

Part = str | Photo | Piece
"""A part of an outfit: an item's id, a photo, or what ``Shop.piece`` returned for one of them."""
EVERYTHING: Final = ItemFilter()
LOOKALIKES: Final = 5
"""Items that vote for what kind of thing a photo shows."""


class Shop(LookShop, WordShop, EncodeShop):
    """A catalogue with search and outfits; a context manager, safe to call from several threads at once.

    Raises ``DeepstyleError`` for everything that is expected to go wrong (see ``deepstyle.errors``).
    """

    # -- the catalogue -------------------------------------------------------------------------------------------------
    def import_catalogue(
        self,
        catalogue: str | Path | Source | Iterable[Any],
        *,
        columns: Mapping[str, str] | None = None,
        encoding: str = "utf-8",
        folder: str | Path = ".",
        variant: str = "",
        split: str = "",
        limit: int | None = None,
        prune: bool = False,
        prune_limit_percent: float = PRUNE_LIMIT_PERCENT,
        category_map: CategoryMap | Path | str = NO_MAP,
        download: bool = False,
        on_download: OnDownload | None = None,
        processes: int = 0,
        on_progress: Callable[[ImportProgress], None] | None = None,
        on_rejection: Callable[[Rejection], None] | None = None,
    ) -> ImportReport:
        """Import a catalogue; a bad row never stops it.

        ``catalogue`` is a path (a table, an archive, a folder), a feed's URL, ``demo``, an open source, a data frame of
        pandas or Polars, or an iterable of mappings (rows with a shop's column names), of items or of ``(Item,
        photo)``; an iterator is read once. Relative pictures of such rows start from ``folder``. ``columns`` (field →
        column name) and ``encoding`` concern tables, ``variant`` and ``split`` a folder in the Polyvore Outfits layout:
        only the items of that split's outfits are imported. ``category_map``, or a file of one, gives the semantic
        categories of the shop's own words. ``download`` fetches the pictures that are given by their URL alone. Of
        a large catalogue, so many ``processes`` decode the pictures; a script that asks for them needs a guard ``if
        __name__ == "__main__"``. Raises ``DataError`` where the catalogue cannot be read, ``UsageError`` where it is
        none. Outfits are kept for ``test_outfits``. See ``deepstyle.store.ingest`` for the rest.
        """
        source = source_of(
            catalogue,
            columns=columns,
            encoding=encoding,
            folder=folder,
            variant=variant,
            split=split,
            settings=self.settings,
        )
        if isinstance(category_map, str | Path):
            category_map = read_category_map(category_map)
        return import_source(
            source,
            self.store,
            self.settings,
            download=download,
            on_download=on_download,
            processes=processes,
            limit=limit,
            prune=prune,
            prune_limit_percent=prune_limit_percent,
            category_map=category_map,
            on_progress=on_progress,
            on_rejection=on_rejection,
        )

    def put(
        self, item: Item | str, photo: Photo | Sequence[Photo] = (), *, encode: bool = True, **fields: Any
    ) -> PutResult:
        """Add or replace an item; given an id instead, change only its ``fields`` (those of ``Item``).

        A new item needs a ``photo``; one or several, the most telling first, replace all its pictures. Where the store
        is encoded, they are encoded at once and the suggestions are brought up to date, unless ``encode`` is false.
        Raises ``UsageError`` for a field that an import would reject, ``DataError`` for a picture that it would.
        """
        result = put_item(self.store, item, [photo] if isinstance(photo, bytes | Path) else photo, fields)
        encoded = encode_new(self.store, self._models) if encode else 0
        return PutResult(self.item(result.item.item_id), result.change, encoded)  # with the colours of its picture

    def delete(self, *item_ids: str) -> int:
        """Delete items with their pictures, vectors and suggestions; return how many were there."""
        return self.store.delete(item_ids)

    def item(self, item_id: str) -> Item:
        """An item of the catalogue; raises ``UnknownItemError``."""
        return find_item(self.store, item_id)

    def details(self, item_id: str) -> ItemDetails:
        """An item with its picture and the spaces of its vectors; raises ``UnknownItemError``."""
        return describe_item(self.store, item_id)

    def variants(self, items: Sequence[Item], group_by: GroupBy = "product") -> dict[str, Variants]:
        """The variants of each item's product, or of that in its colour, by the item's id."""
        return self.store.variants(items, group_by)

    def encode_titles(self, *, on_progress: Progress | None = None) -> int:
        """Compute the vectors that titles lack for searches by meaning; how many: 0 without the extra ``words``."""
        meaning = self._texts.meaning
        return meaning.update(self.store, on_progress=on_progress) if meaning else 0

    def calibrate(self, *, force: bool = False, on_progress: Progress | None = None) -> Calibration:
        """Measure what a result is worth here, on at most 500 pictures; again only if these changed, or ``force``."""
        return calibrate_catalogue(self.store, self._models, force=force, on_progress=on_progress)

    def suggest(
        self, *, features: Path | None = None, full: bool = False, on_progress: Progress | None = None
    ) -> SuggestReport:
        """Write for every item three others that go with it; only what changed is computed, unless ``full``.

        ``features`` is a table of the model's features to take them from. Raises ``FingerprintMismatchError`` where the
        compatibility head, or the table, does not belong to the model.
        """
        return suggest_catalogue(self.store, self._models, features=features, full=full, on_progress=on_progress)

    def map(self, *, items: int = POINTS, seed: int = 0, method: Method | None = None) -> MapPoints:
        """Place the items in a plane, so that what looks alike lies near, and keep that for the website."""
        points = compute_points(self.store, self.space, points=items, seed=seed, method=method)
        write_points(self.store, points)
        return points

    def ensure_map(self) -> MapPoints | None:
        """The stored map, computed where it is missing or lacks items; ``None`` where there are too few items."""
        return ensure_points(self.store, self.space)

    # -- search --------------------------------------------------------------------------------------------------------
    def search_photo(
        self,
        photo: Photo,
        *,
        k: int = 10,
        where: ItemFilter = EVERYTHING,
        crop: Crop | None = None,
        colour: str = "",
        several_crops: bool | None = None,
        by: Reranking | None = None,
        group_by: GroupBy = "product",
        sort: ResultSort = "best",
    ) -> SearchAnswer:
        """The ``k`` products most similar to a photo, or to the part of it in ``crop``.

        Each is its best item that matches ``where``; ``group_by`` may be a product in one ``colour``, or ``none``.
        ``colour`` is ``match``, ``ignore`` (style alone decides) or a colour as ``#rrggbb`` to look for in place of the
        photo's; ``""`` is as ``match``, or nothing where the vectors have no colour. ``several_crops`` and ``by`` (see
        ``reranking``) override the settings. Another ``sort`` than the best is of the nearest products alone
        (``deepstyle.search.orders``). Raises ``ImageError``, and ``UsageError`` for an inapplicable colour.
        """
        encoded = self.embed_photo(photo, crop, several_crops=several_crops)
        return self.search_embedding(
            self.coloured(encoded.embeddings[0], colour),
            k=k,
            where=where,
            colour=colour,
            by=by,
            group_by=group_by,
            sort=sort,
            picture_print=encoded.prints[0],
        )

    def similar(
        self,
        item_id: str,
        *,
        k: int = 10,
        offset: int = 0,
        after: str = "",
        where: ItemFilter = EVERYTHING,
        colour: str = "",
        by: Reranking | None = None,
        group_by: GroupBy = "product",
        sort: ResultSort = "best",
        count: bool = False,
        later: Sequence[Stage] = (),
    ) -> SearchAnswer:
        """The ``k`` products most similar to an item, without its own; options as in ``search_embedding``.

        By ``colour`` the product's other colours are among them, by ``none`` its other sizes too. In another order than
        the best one they follow the place ``after``. Loads no model.
        Raises ``UnknownItemError``, and ``UsageError`` for a colour that cannot be applied.
        """
        space = self._models.own_space if colour else self.space
        context = self.context(later) if later else None
        by = by or self.reranking()
        wanted = Wanted(k, offset, where, colour, by, group_by, sort, after, count, context)
        return like_item(self.store, space, item_id, wanted, partial(self.coloured, colour=colour))

    def reranking(self, category_vote: bool | None = None, query_expansion: bool | None = None) -> Reranking:
        """What re-ranks a search: the switches given here, and those of the settings for the others."""
        return reranking_of(self.settings, category_vote=category_vote, query_expansion=query_expansion)

    def embed_photo(self, photo: Photo, crop: Crop | None = None, *, several_crops: bool | None = None) -> Encoded:
        """A photo's embedding and features, one row each; raises ``ImageError``, naming the file where there is one."""
        several = self.settings.several_crops if several_crops is None else several_crops
        return embed_photo(self.encoder, photo, crop, several=several)

    def coloured(self, embedding: NDArray[np.float32], colour: str) -> NDArray[np.float32]:
        """``embedding`` (D,) float32 of unit norm as the query for ``colour``; see ``search_photo``."""
        return reweight(embedding, self.spec, colour) if colour else embedding

    def search_embedding(
        self,
        embedding: NDArray[np.float32],
        *,
        k: int = 10,
        offset: int = 0,
        where: ItemFilter = EVERYTHING,
        colour: str = "",
        by: Reranking | None = None,
        group_by: GroupBy = "product",
        sort: ResultSort = "best",
        count: bool = False,
        later: Sequence[Stage] = (),
        picture_print: str = "",
    ) -> SearchAnswer:
        """The ``k`` products most similar to ``embedding`` (D,) float32 of unit norm, which is ``coloured`` already.

        The first ``offset`` are left out, all are counted with ``count``; other options as in ``search_photo``. The
        category that the model itself sees in a photo joins the category vote. ``later`` are stages after ranking
        (``deepstyle.search.later``). An item whose picture has the photo's ``picture_print`` (``Encoded.prints``) comes
        first in the best order.
        """
        context = self.context(later) if later else None
        by, print_ = by or self.reranking(), picture_print if sort == "best" else ""
        wanted = Wanted(
            k, offset, where, colour, by, group_by, sort, count=count, context=context, picture_print=print_
        )
        return like_photo(self.store, self._models.own_space, self.spec, embedding, wanted)

    # -- outfits -------------------------------------------------------------------------------------------------------
    def suggestions(self, query: Part) -> list[Suggestion]:
        """Three items of different categories that go with an item, or with what a photo shows.

        An item's are those that ``encode`` or ``suggest`` wrote; those of a photo, or of an item that has none yet, are
        found now. Raises ``UnknownItemError``.
        """
        item_id = query if isinstance(query, str) else query.item.item_id if isinstance(query, Piece) else ""
        stored = self.stylist.stored_suggestions(item_id)[1] if item_id else []
        return stored or self.stylist.suggestions(self.piece(query))

    def compatible(self, query: Part, *, k: int = 3, where: ItemFilter = EVERYTHING) -> dict[str, list[Suggestion]]:
        """What goes with an item or a photo: the ``k`` best of each semantic category that is worn with it."""
        return self.stylist.complements(self.piece(query), k=k, where=where)

    def score_outfit(self, pieces: Sequence[Part], *, mixed_genders: bool = False) -> OutfitScore:
        """How well two or more items and photos go together, and which pair is the weakest."""
        return self.stylist.score([self.piece(piece) for piece in pieces], mixed_genders=mixed_genders)

    def analyse_look(
        self,
        look: Photo | Sequence[Part],
        *,
        k: int = 3,
        where: ItemFilter = EVERYTHING,
        options: LookOptions = NO_OPTIONS,
    ) -> LookAnalysis:
        """What is wrong with a look, and what makes it better: of items and photos, or the worn look in one photo.

        At most ``k`` items that match ``where`` are proposed for the weakest piece, and for each slot that is missing.
        The pieces of a worn look are its garments; where none is found, all of the photo is the only piece.
        """
        if isinstance(look, bytes | Path):
            pieces = self.worn_pieces(look) or [self.piece(look)]
        else:
            pieces = [self.piece(piece) for piece in look]
        return analyse(self.stylist, pieces, k=k, where=where, options=options)

    def test_outfits(self) -> CatalogueTest | None:
        """Test the head on the catalogue's own outfits, as ``encode`` does; ``None`` where they are too few."""
        stylist = self.stylist
        return measure_head(self.store, stylist.space, stylist.head, rules=KNOWN_RULES, again=True)

    def complete_outfit(
        self,
        pieces: Sequence[Part],
        slots: Sequence[str] = (),
        *,
        k: int = 5,
        where: ItemFilter = EVERYTHING,
        options: LookOptions = NO_OPTIONS,
    ) -> list[Completed]:
        """``k`` outfits around items and photos, best first; ``slots`` are the semantic categories to add."""
        locked = [self.piece(piece) for piece in pieces]
        return complete(self.stylist, locked, slots, k=k, where=where, options=options)

    def piece(self, query: Part) -> Piece:
        """An item or a photo as a part of an outfit; raises ``UnknownItemError`` and ``ImageError``."""
        if isinstance(query, Piece):
            return query
        return self.stylist.pieces([query])[0] if isinstance(query, str) else self.piece_of(self.embed_photo(query))

    def piece_of(self, encoded: Encoded) -> Piece:
        """An encoded photo as a part of an outfit; what it shows is what most items that look like it are."""
        alike = self.search_embedding(encoded.embeddings[0], k=LOOKALIKES, group_by="none").matches
        return photo_piece(self.stylist.head.project(encoded.features)[0], [match.item for match in alike])

    # -- the store -----------------------------------------------------------------------------------------------------
    def check(self, *, repair: bool = False, on_progress: StepProgress | None = None) -> CheckReport:
        """Compare all that the store holds with its digests, and remove what is damaged where ``repair`` is true.

        The store remembers the result where it can be written. Raises ``StoreError`` where it cannot be read.
        """
        return check_recorded(self.store, repair=repair, on_progress=on_progress)

    def backup(self, folder: str | Path, *, keep: int = 0, on_progress: StepProgress | None = None) -> BackupReport:
        """Back the store up into a folder of backups, as it is now; only what changed since the last one is written.

        The newest ``keep`` stay, 0: all. ``deepstyle.jobs.restore`` restores one.
        """
        return back_up(self.store, Path(folder), keep=keep, on_progress=on_progress)

    def move_pictures(self, to: str, *, on_progress: StepProgress | None = None) -> MoveReport:
        """Move the store's pictures to ``file:///folder``, ``s3://bucket/prefix`` or ``database``; resumable."""
        return move_pictures(self.store, to, on_progress=on_progress)

    def prune_pictures(
        self, *, min_age_s: float, dry_run: bool = False, on_progress: StepProgress | None = None
    ) -> PruneReport:
        """Remove the pictures outside the database that no item names and that are ``min_age_s`` old."""
        return prune_pictures(self.store, min_age_s=min_age_s, dry_run=dry_run, on_progress=on_progress)

    def copy_to(self, target: str, *, on_progress: StepProgress | None = None) -> CopyReport:
        """Copy everything into the store at the URL ``target``, best an empty one, then compare the two."""
        with open_store(target) as other:
            return copy_store(self.store, other, on_progress=on_progress)
