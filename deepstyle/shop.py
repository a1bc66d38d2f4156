"""The front door: ``Shop`` is a store, the encoder and the stylist, with one method for each use case.

>>> from deepstyle import Shop
>>> with Shop.open("sqlite:///shop.db") as shop:
...     shop.import_catalogue("products.csv")
...     shop.encode()
...     for match in shop.search_photo(Path("boots.jpg"), k=5).matches:
...         print(match.rank, match.item.title, match.similarity)

An item is named by its id, a string; a photo is a ``Path`` or the bytes of a JPEG, PNG, WebP or GIF file.
Nothing is loaded before it is needed: ``similar`` reads stored vectors and loads no model.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import Item
from deepstyle.catalogue.rows import Rejection, read_file
from deepstyle.compatibility.head import Head, head_folder
from deepstyle.compatibility.mapping import MappingReport, update_mapping
from deepstyle.compatibility.space import ProjectReport, project_store, space_name, write_vectors
from deepstyle.compatibility.space import serving_space as serving_compat_space
from deepstyle.compatibility.stylist import Completed, OutfitScore, Piece, Stylist, Suggestion, photo_piece
from deepstyle.demo.source import open_catalogue
from deepstyle.errors import FingerprintMismatchError, ImageError, UnknownItemError, UsageError
from deepstyle.images.item_image import ItemImage
from deepstyle.report.map_points import POINTS, MapPoints, Method, compute_points, write_points
from deepstyle.settings import Precision, Settings
from deepstyle.store.base import ItemFilter, Store
from deepstyle.store.ingest import PRUNE_LIMIT_PERCENT, ImportProgress, ImportReport, import_catalogue
from deepstyle.store.open import open_store
from deepstyle.store.url import without_password
from deepstyle.style.augmented_views import keep_augmented_views
from deepstyle.style.bands import Bands, bands_of
from deepstyle.style.encode import STYLE_SPACE, EncodedShard, EncodeReport, drop_other_spaces, encode_store
from deepstyle.style.encoder import Encoded, Encoder
from deepstyle.style.feature_table import read_features
from deepstyle.style.search import (
    Crop,
    Match,
    read_photo,
    search_vector,
    serving_model,
    serving_space,
    similar_items,
)

Photo = bytes | Path
Progress = Callable[[int, int], None]
"""Called with how much is done and how much there is."""

EVERYTHING = ItemFilter()
LOOKALIKES = 5
"""Items that vote for what kind of thing a photo shows."""


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """What a search found, closest first; ``good_match`` is ``None`` where the model was never calibrated."""

    matches: tuple[Match, ...]
    good_match: bool | None


@dataclass(frozen=True, slots=True)
class SuggestReport:
    """What ``Shop.suggest`` did: pictures projected now, and the suggestions that were computed."""

    projected: ProjectReport
    mapping: MappingReport


class Shop:
    """A catalogue with search and outfits; a context manager, safe to call from several threads at once.

    Raises ``DeepstyleError`` for everything that is expected to go wrong (see ``deepstyle.errors``).
    """

    def __init__(self, store: Store, settings: Settings | None = None) -> None:
        self.store = store
        self.settings = settings or Settings()

    @classmethod
    def open(
        cls,
        store: str = "",
        *,
        model: str = "",
        precision: Precision | None = None,
        compat: str = "",
        read_only: bool = False,
        settings: Settings | None = None,
    ) -> Self:
        """Open the store at the URL ``store``; what is not given comes from ``settings``, or the environment.

        ``model`` and ``compat`` are folders, or ``packaged``. Raises ``UsageError`` and ``StoreError``.
        """
        given = {"store": store, "model": model, "precision": precision, "compat": compat}
        chosen = (settings or Settings()).model_copy(update={name: value for name, value in given.items() if value})
        return cls(open_store(chosen.store, read_only=read_only), chosen)

    def close(self) -> None:
        """Release the store."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- models: loaded on first use -----------------------------------------------------------------------------------
    @cached_property
    def encoder(self) -> Encoder:
        """The encoder that the store's vectors came from, for one picture at a time."""
        folder = serving_model(self.store, self.settings.model, self.settings.cache_dir, self.settings.precision)
        return Encoder.open(folder, threads=self.settings.encoder_threads)

    @cached_property
    def stylist(self) -> Stylist:
        """The compatibility head over the store's vectors; raises ``FingerprintMismatchError`` where they differ."""
        head = self._head
        head.check_backbone(self.encoder.spec.features_fingerprint)
        return Stylist(self.store, serving_compat_space(self.store, head, self.encoder.spec.precision), head)

    @cached_property
    def _head(self) -> Head:
        return Head.open(head_folder(self.settings.compat))

    @property
    def bands(self) -> Bands | None:
        """What a similarity means in a word; ``None`` where the model was never calibrated."""
        return bands_of(self.store, self.encoder.spec)

    # -- catalogue -----------------------------------------------------------------------------------------------------
    def import_catalogue(
        self,
        path: str | Path,
        *,
        columns: Mapping[str, str] | None = None,
        encoding: str = "utf-8",
        limit: int | None = None,
        prune: bool = False,
        prune_limit_percent: float = PRUNE_LIMIT_PERCENT,
        on_progress: Callable[[ImportProgress], None] | None = None,
        on_rejection: Callable[[Rejection], None] | None = None,
    ) -> ImportReport:
        """Import a catalogue: a table, a folder or ``demo``; see ``open_source`` and ``import_catalogue``."""
        return import_catalogue(
            open_catalogue(path, columns=columns, encoding=encoding),
            self.store,
            limit=limit,
            prune=prune,
            prune_limit_percent=prune_limit_percent,
            on_progress=on_progress,
            on_rejection=on_rejection,
        )

    def encode(
        self,
        *,
        shard_size: int = 256,
        augmented_views: bool | None = None,
        suggest: bool = True,
        drop_old: bool = False,
        on_progress: Progress | None = None,
    ) -> EncodeReport:
        """Compute the vectors of all pictures that have none, then the suggestions, each picture read once.

        ``augmented_views`` also encodes each picture brighter and compressed, or no longer; ``None`` is as before.
        Where the compatibility head reads another backbone's features, there are no suggestions.
        """
        if augmented_views is not None:
            keep_augmented_views(self.store, augmented_views)
        encoder = self._batch_encoder()
        suggests = suggest and self._head.spec.backbone == encoder.spec.features_fingerprint
        report = encode_store(
            self.store,
            encoder,
            shard_size=shard_size,
            on_progress=on_progress,
            on_shard=self._projecting(encoder) if suggests else None,
        )
        if suggests:
            self._suggest(encoder, {}, full=False, on_progress=None)
        if drop_old and report.serving:
            drop_other_spaces(self.store, report.space, keep=[space_name(self._head, encoder.spec.precision)])
        return report

    def suggest(
        self, *, features: Path | None = None, full: bool = False, on_progress: Progress | None = None
    ) -> SuggestReport:
        """Write for every item three others that go with it; only what changed is computed, unless ``full``.

        ``features`` is a table of the model's features to take them from. Raises ``FingerprintMismatchError``.
        """
        encoder = self._batch_encoder()
        self._head.check_backbone(encoder.spec.features_fingerprint)
        known = _features_by_picture(features, encoder) if features else {}
        return self._suggest(encoder, known, full=full, on_progress=on_progress)

    def map(self, *, items: int = POINTS, seed: int = 0, method: Method | None = None) -> MapPoints:
        """Place the items in a plane, so that what looks alike lies near, and keep that for the website."""
        points = compute_points(self.store, self._style_space(), points=items, seed=seed, method=method)
        write_points(self.store, points)
        return points

    # -- search --------------------------------------------------------------------------------------------------------
    def search_photo(
        self, photo: Photo, *, k: int = 10, where: ItemFilter = EVERYTHING, crop: Crop | None = None
    ) -> SearchAnswer:
        """The ``k`` items most similar to a photo, or to the part of it in ``crop``; raises ``ImageError``."""
        embedding = self.embed_photo(photo, crop).embeddings[0]
        return self.search_embedding(embedding, k=k, where=where)

    def similar(self, item_id: str, *, k: int = 10, where: ItemFilter = EVERYTHING) -> SearchAnswer:
        """The ``k`` items most similar to an item, without itself; raises ``UnknownItemError``."""
        return SearchAnswer(tuple(similar_items(self.store, self._style_space(), item_id, k=k, where=where)), None)

    def embed_photo(self, photo: Photo, crop: Crop | None = None) -> Encoded:
        """A photo's embedding and features, one row each; raises ``ImageError``, naming the file where there is one."""
        try:
            data = photo if isinstance(photo, bytes) else read_file(photo)
            return self.encoder.encode([read_photo(self.encoder, data, crop)])
        except ImageError as error:
            if isinstance(photo, bytes):
                raise
            raise type(error)(f"{photo}: {error.message}", remedy=error.remedy) from error

    def search_embedding(
        self, embedding: NDArray[np.float32], *, k: int = 10, where: ItemFilter = EVERYTHING
    ) -> SearchAnswer:
        """The ``k`` items most similar to ``embedding`` (D,) float32 of unit norm."""
        matches = search_vector(self.store, serving_space(self.store, self.encoder.spec), embedding, k=k, where=where)
        bands, best = self.bands, matches[0].similarity if matches else None
        return SearchAnswer(tuple(matches), bands.is_good_match(best, embedding) if bands else None)

    # -- outfits -------------------------------------------------------------------------------------------------------
    def suggestions(self, item_id: str) -> list[Suggestion]:
        """The three items that ``encode`` or ``suggest`` wrote for an item; raises ``UnknownItemError``."""
        return self.stylist.mapped(item_id)[1]

    def compatible(
        self, query: str | Photo, *, k: int = 3, where: ItemFilter = EVERYTHING
    ) -> dict[str, list[Suggestion]]:
        """What goes with an item or a photo: the ``k`` best of each semantic category that is worn with it."""
        return self.stylist.complements(self.piece(query), k=k, where=where)

    def score_outfit(self, pieces: Sequence[str | Photo]) -> OutfitScore:
        """How well two or more items and photos go together, and which pair is the weakest."""
        return self.stylist.score([self.piece(piece) for piece in pieces])

    def complete_outfit(
        self,
        pieces: Sequence[str | Photo],
        slots: Sequence[str] = (),
        *,
        k: int = 5,
        where: ItemFilter = EVERYTHING,
    ) -> list[Completed]:
        """The ``k`` best outfits around items and photos; ``slots`` are the semantic categories to add."""
        return self.stylist.complete([self.piece(piece) for piece in pieces], slots, k=k, where=where)

    def piece(self, query: str | Photo) -> Piece:
        """An item or a photo as a part of an outfit; what a photo shows is what most items that look like it are."""
        if isinstance(query, str):
            (piece,) = self.stylist.pieces([query])
            return piece
        encoded = self.embed_photo(query)
        alike = self.search_embedding(encoded.embeddings[0], k=LOOKALIKES).matches
        return photo_piece(self.stylist.head.project(encoded.features)[0], [match.item for match in alike])

    def item(self, item_id: str) -> Item:
        """An item of the catalogue; raises ``UnknownItemError``."""
        item = self.store.get([item_id]).get(item_id)
        if item is None:
            raise UnknownItemError(f"no item has the id {item_id!r}.")
        return item

    # -- inside --------------------------------------------------------------------------------------------------------
    def _style_space(self) -> str:
        space = self.store.meta(STYLE_SPACE)
        if space is None:
            raise UsageError(
                f"{without_password(self.store.url)} has no vectors yet.", remedy="Run `deepstyle encode`."
            )
        return space

    def _batch_encoder(self) -> Encoder:
        """The encoder of the store's vectors, or of the settings; as many pictures side by side as there are cores."""
        folder = serving_model(self.store, self.settings.model, self.settings.cache_dir, self.settings.precision)
        return Encoder.open(folder, threads=self.settings.encoder_threads, streams=0)

    def _projecting(self, encoder: Encoder) -> Callable[[EncodedShard], None]:
        """What writes the compatibility vectors of a shard that was just encoded."""
        space = space_name(self._head, encoder.spec.precision)
        return lambda shard: write_vectors(
            self.store, space, self._head, shard.vectors.item_ids, shard.vectors.image_sha256s, shard.features
        )

    def _suggest(
        self, encoder: Encoder, known: Mapping[str, NDArray[Any]], *, full: bool, on_progress: Progress | None
    ) -> SuggestReport:
        def features_of(image: ItemImage) -> NDArray[Any]:
            row = known.get(image.sha256)
            return encoder.encode([encoder.decode(image.data)]).features[0] if row is None else row

        space = space_name(self._head, encoder.spec.precision)
        projected = project_store(
            self.store, space, self._head, features_of, workers=2 * encoder.streams, on_progress=on_progress
        )
        return SuggestReport(projected, update_mapping(self.store, space, full=full))


def _features_by_picture(folder: Path, encoder: Encoder) -> dict[str, NDArray[Any]]:
    """A table's features by the SHA-256 of their picture; raises ``FingerprintMismatchError`` for another model's."""
    table = read_features(folder)
    if table.fingerprint != encoder.fingerprint:
        raise FingerprintMismatchError(
            f"{folder} holds features of the model {table.fingerprint}, not of {encoder.fingerprint}.",
            remedy="Give the features of this model, or none.",
        )
    return dict(zip(table.image_sha256s, table.features, strict=True))
