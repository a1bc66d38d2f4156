"""What a shop does with looks: garments in photos of people, and whole looks."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.feeds.looks import scan_looks
from deepstyle.catalogue.looks import Look, LookPage, LookSource
from deepstyle.catalogue.rows import Rejection
from deepstyle.compatibility.stylist import Hides, Piece, worn_piece
from deepstyle.compatibility.wardrobe import MAX_PIECES
from deepstyle.images.pixels import Rgb, decode
from deepstyle.looks.detector import GARMENTS_SIDE_PX
from deepstyle.looks.garment import Garments
from deepstyle.looks.known_looks import LookImport, ShownLook, find_look, import_looks, put_look, shown
from deepstyle.looks.shop_look import (
    LookPart,
    LookRow,
    LookSearch,
    LookWanted,
    garment_crops,
    look_side_px,
    shop_garments,
)
from deepstyle.looks.similar_looks import SimilarLook, similar_looks
from deepstyle.people.merchandising.hiding import hides_on
from deepstyle.people.merchandising.live import Live
from deepstyle.search.orders import ranked
from deepstyle.settings import Settings
from deepstyle.shop.opened import OpenShop
from deepstyle.shop.search import Photo, SearchAnswer, Wanted, like_photo, naming, photo_bytes, reranking_of
from deepstyle.store.base import ItemFilter, Store
from deepstyle.store.remembered import Remembered
from deepstyle.style.encoder import Encoder
from deepstyle.style.rerank import BY_SIMILARITY
from deepstyle.style.search import Match, search_vector

EncodeCrops = Callable[[Sequence[Rgb]], NDArray[np.float32]]
"""The embeddings (B, D) of decoded pictures."""
GENDERS_TTL_S: Final = 60.0


class LookShop(OpenShop):
    """The part of ``Shop`` that is about looks."""

    def __init__(
        self,
        store: Store,
        settings: Settings | None = None,
        *,
        encoder: Encoder | None = None,
        live: Live | None = None,
        pinned: Path | None = None,
    ) -> None:
        super().__init__(store, settings, encoder=encoder, live=live, pinned=pinned)
        self._genders = Remembered(GENDERS_TTL_S, lambda: tuple(store.browse(limit=1).facets.counts["genders"]))

    def shop_the_look(
        self,
        photo: Photo,
        *,
        budget: float | None = None,
        currency: str = "",
        gender: str = "",
        k: int = 10,
    ) -> Iterator[LookPart]:
        """Find the products of a worn look: the garments in ``photo``, a row of products for each, then a cart.

        Each part comes as soon as it is there. A row has the ``k`` products most similar to its garment, and whether
        the catalogue sells what it shows. The cart has one product for each garment: in stock, all worn by the same
        people (``gender``, else those whom the most similar products fit), together within ``budget``, the prices of
        ``currency`` (default: that of most prices). Of these it is the most similar choice. Raises ``ImageError``, and
        ``UsageError`` for a budget or a gender that is none. Nothing about the person is stored.
        """
        wanted = LookWanted(budget, currency, gender, k)
        with naming(photo):
            rgb = decode(photo_bytes(photo), min_side_px=look_side_px(self.spec))
        return self.shop_pixels(rgb, wanted)

    def shop_pixels(self, rgb: Rgb, wanted: LookWanted, encode: EncodeCrops | None = None) -> Iterator[LookPart]:
        """``shop_the_look`` of a decoded photo (H, W, 3) uint8; ``encode`` embeds its crops, all in one call."""
        garments = self._models.detector.detect(rgb)
        yield garments
        crops = garment_crops(rgb, garments)
        vectors = (encode or self._embeddings)(crops)
        yield from shop_garments(garments, vectors, wanted, self._look_search(wanted.k))

    def garments(self, photo: Photo) -> Garments:
        """What the largest person in ``photo`` wears, each with its box, or what is shown without one.

        Raises ``ImageError``.
        """
        with naming(photo):
            return self._models.detector.detect(decode(photo_bytes(photo), min_side_px=GARMENTS_SIDE_PX))

    def worn_pieces(self, photo: Photo) -> list[Piece]:
        """The garments of the worn look in ``photo`` as parts of an outfit, without what is behind them.

        Empty where there are none. Raises ``ImageError``.
        """
        with naming(photo):
            return self.pieces_in(decode(photo_bytes(photo), min_side_px=look_side_px(self.spec)))

    def pieces_in(self, rgb: Rgb, encoder: Encoder | None = None) -> list[Piece]:
        """``worn_pieces`` of a decoded photo (H, W, 3) uint8; ``encoder`` is another one than the shop's."""
        found = self._models.detector.detect(rgb)
        garments, crops = found.garments[:MAX_PIECES], garment_crops(rgb, found)[:MAX_PIECES]
        if not garments:
            return []
        features = (encoder or self.encoder).encode(crops).features
        return [
            worn_piece(vector, one.semantic_category, (one.box.x, one.box.y, one.box.width, one.box.height))
            for one, vector in zip(garments, self.stylist.head.project(features), strict=True)
        ]

    # -- whole looks ---------------------------------------------------------------------------------------------------
    def looks(self, *, item_id: str = "", source: str = "", limit: int = 50, after: str = "") -> LookPage:
        """One page of the looks by id: of those with ``item_id`` ("where is this worn?") and from ``source``, if given.

        ``after`` is the last page's cursor. ``shown`` gives their items.
        """
        return self.store.browse_looks(item_id=item_id, source=source, limit=limit, after=after)

    def shown(self, looks: Sequence[Look]) -> list[ShownLook]:
        """The looks with those of their items that exist."""
        return shown(self.store, looks)

    def look(self, look_id: str) -> ShownLook:
        """A look with those of its items that exist; raises ``UnknownLookError``."""
        return find_look(self.store, look_id)

    def put_look(
        self, item_ids: Sequence[str], *, look_id: str = "", title: str = "", source: LookSource = "editorial"
    ) -> Look:
        """Add a look of items that exist, or replace the one with this id; without an id it gets one.

        Raises ``UsageError`` for a value that cannot be used, and ``UnknownItemError``.
        """
        return put_look(self.store, item_ids, look_id=look_id, title=title, source=source)

    def delete_looks(self, *look_ids: str) -> int:
        """Delete looks, and none of their items; return how many were there."""
        return self.store.delete_looks(look_ids)

    def import_looks(
        self, path: str | Path, *, encoding: str = "utf-8", on_rejection: Callable[[Rejection], None] | None = None
    ) -> LookImport:
        """Import the looks of a table (CSV, JSON Lines, …): ``look_id``, ``items``, ``title`` and ``source``.

        A look that exists is replaced. A look of which no two items exist is rejected; a bad row never stops it. Raises
        ``DataError`` where there is no table.
        """
        return import_looks(self.store, scan_looks(Path(path), encoding=encoding), on_rejection)

    def similar_looks(self, look_id: str, *, k: int = 10) -> list[SimilarLook]:
        """The ``k`` looks whose pieces look most like those of a look, without it; raises ``UnknownLookError``."""
        return similar_looks(self.store, self.space, self.look(look_id).look, k=k)

    def _embeddings(self, crops: Sequence[Rgb]) -> NDArray[np.float32]:
        return self.encoder.encode(crops).embeddings

    def _look_search(self, k: int) -> LookSearch:
        space, spec = self._models.own_space, self.spec
        by = reranking_of(self.settings, category_vote=None, query_expansion=None)
        hides = hides_on("photo", self.live, self.store)

        def row(garment: int, vector: NDArray[np.float32], where: ItemFilter) -> LookRow:
            def find(depth: int) -> SearchAnswer:
                return like_photo(self.store, space, spec, vector, Wanted(depth, 0, where, "", by, "product"))

            answer = find(k)
            shown = _visible(lambda depth: (answer if depth == k else find(depth)).matches, k, hides)
            return LookRow(garment, ranked(shown, 0), answer.is_good_match, answer.calibrated)

        def nearest(vector: NDArray[np.float32], where: ItemFilter, k: int) -> list[Match]:
            def find(depth: int) -> list[Match]:
                return search_vector(self.store, space, vector, k=depth, where=where, by=BY_SIMILARITY)

            return _visible(find, k, hides)

        return LookSearch(row, nearest, self._genders.get(), self.store.currency())


def _visible(find: Callable[[int], Sequence[Match]], k: int, hides: Hides) -> list[Match]:
    """The first ``k`` that ``find`` finds, a number of them, without what is hidden; fewer only where there are."""
    depth = k
    while True:
        found = find(depth)
        hidden = hides([match.item for match in found])
        visible = [match for match in found if match.item.item_id not in hidden]
        if len(visible) >= k or len(found) < depth:
            return visible[:k]
        depth *= 4
