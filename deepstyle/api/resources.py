"""What one server process holds open: the store, the compiled model, the queue and the metrics."""

import contextlib
import dataclasses
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self

import numpy as np
from fastapi import Depends, Request
from numpy.typing import NDArray

from deepstyle.api.authorisation import Authoriser
from deepstyle.api.batches import Batches
from deepstyle.api.encoding import DecodeBudget, Encoders, EncodingQueue
from deepstyle.api.event_intake import EventIntake
from deepstyle.api.event_stream import Streams
from deepstyle.api.examples import Examples
from deepstyle.api.keys import KeyRing
from deepstyle.api.lazy import Lazy
from deepstyle.api.lazy_map import LazyMap
from deepstyle.api.limits import LIMITS, share
from deepstyle.api.members import Members
from deepstyle.api.metrics import Metrics
from deepstyle.api.models import IndexLag, Readiness, StoreCheck
from deepstyle.api.prepared import Prepared
from deepstyle.api.previews import RecentPreviews
from deepstyle.api.problems import ProblemError, of_error
from deepstyle.api.served_images import ServedImages
from deepstyle.api.turns import Turns
from deepstyle.catalogue.item import Item
from deepstyle.compatibility.stylist import Piece
from deepstyle.errors import DeepstyleError
from deepstyle.images.pixels import Rgb, checked_header, decode, memory_bytes
from deepstyle.index.follower import Follower
from deepstyle.index.open import open_follower, open_indexed
from deepstyle.jobs.journal import Journal
from deepstyle.looks.detector import GARMENTS_SIDE_PX, packaged_detector
from deepstyle.looks.garment import Garments
from deepstyle.looks.shop_look import LookPart, LookWanted, look_side_px
from deepstyle.people.base import PeopleStore
from deepstyle.people.merchandising.live import Live
from deepstyle.people.merchandising.stage import stages_of
from deepstyle.people.open import open_people
from deepstyle.people.ranking.live import LiveRanking
from deepstyle.platform import usable_cores
from deepstyle.search.context import Stage
from deepstyle.settings import Settings
from deepstyle.shop import Shop
from deepstyle.shop.models import Models
from deepstyle.shop.writes import Outcome, Write, write_items
from deepstyle.store import Store
from deepstyle.store.integrity import last_check
from deepstyle.style.crops import combine_crops, query_crops
from deepstyle.style.encode import STYLE_SPACE
from deepstyle.style.encoder import Encoded, Encoder
from deepstyle.style.model import upgrade_notice
from deepstyle.style.search import Crop, photo_side_px, read_photo, serving_model


@dataclass(frozen=True, eq=False)
class Served:
    """The model of the space that the store serves, and the store with it; ``upgrade`` is from ``upgrade_notice``.

    ``writing`` encodes what clients write, on one core, so that searches keep the others.
    """

    encoders: Encoders
    shop: Shop
    upgrade: str
    writing: Models

    @classmethod
    def open(cls, settings: Settings, store: Store, live: Live) -> Self:
        """Load the model of ``settings`` that serves this store; ``Encoder.open`` warms it up."""
        folder = serving_model(
            store, settings.model, settings.cache_dir, settings.precision, former=settings.former_model
        )
        return cls.of_folder(folder, settings, store, live)

    @classmethod
    def of_folder(cls, folder: Path, settings: Settings, store: Store, live: Live, *, ahead: bool = False) -> Self:
        """Load the model in ``folder``; ``ahead`` of a switch, it answers though the store serves another."""
        threads, device = settings.encoder_threads, settings.device
        alone = Encoder.open(folder, threads=threads, streams=1, device=device)
        encoders = Encoders(alone, Encoder.open(folder, threads=threads, streams=0, device=device))
        upgrade = upgrade_notice(alone.fingerprint, settings.model, settings.cache_dir)
        writing = Models(store, settings, encoders.side_by_side)
        fits = ahead or store.meta(STYLE_SPACE) == alone.fingerprint
        shop = Shop(store, settings, encoder=alone, live=live, pinned=folder if fits else None)
        return cls(encoders, shop, upgrade, writing)

    def warm_up(self) -> None:
        """Read the vectors that a search and an outfit need; what cannot be read now is read, or raised, later."""
        direction = np.eye(1, self.shop.spec.embedding_dim, dtype=np.float32)[0]
        with contextlib.suppress(DeepstyleError):
            self.shop.search_embedding(direction, k=1)
            _ = self.shop.stylist


def _opened(settings: Settings) -> Store:
    """The store to read from; raises ``StoreError`` where its pictures are not where the setting says."""
    store = open_indexed(settings.store, settings.vector_index, read_only=True)
    try:
        store.external.require_setting()
    except BaseException:
        store.close()
        raise
    return store


class Resources:
    """Opened once by the app's lifespan; what cannot be opened then is tried again by later requests.

    Once the store serves another model's vectors, that model is opened, and the requests that begin then use it. Each
    request uses the models it began with (``for_request``), so that it never compares vectors of two.
    """

    def __init__(self, settings: Settings, metrics: Metrics, reads: Turns, authoriser: Authoriser) -> None:
        self.settings = settings
        self.metrics = metrics
        self.reads = reads
        self.authoriser = authoriser
        threads = settings.encoder_threads or usable_cores()
        size = min(settings.queue_size, share(settings.queue_size, settings.workers))
        self.queue = EncodingQueue(threads, size, settings.queue_wait_s, metrics.uploads_in_flight.set)
        memory_bytes = share(settings.decode_memory_bytes, settings.workers)
        self.decoding = DecodeBudget(memory_bytes, threads, settings.decode_timeout_s)
        self.served_images = ServedImages(settings.cache_dir / "images", settings.image_cache_bytes)
        self.look_previews = RecentPreviews(share(int(LIMITS["previews_kept"].value), settings.workers))
        self.lazy_map = LazyMap()
        self.writes = Turns(1, int(LIMITS["writes_waiting"].value), LIMITS["write_wait_s"].value)
        self.batches = Batches(settings.cache_dir / "batches")
        self.journal = Journal.of(settings)
        self.event_streams = Streams()
        self.members = Members(settings)
        self._people: Lazy[PeopleStore] = Lazy(lambda: open_people(settings.people_store))
        self.event_intake = EventIntake(settings.events_dir, lambda: self.people, settings.events_days)
        self.live = Live(settings.people_store)
        self.live_ranking = LiveRanking(lambda: self.people, settings.rankings_dir)
        self._examples = Examples()
        self._store: Lazy[Store] = Lazy(lambda: _opened(settings))
        self._writer: Lazy[Store] = Lazy(lambda: open_indexed(settings.store, settings.vector_index))
        self._follower: Lazy[Follower | None] = Lazy(
            lambda: open_follower(settings.store, settings.vector_index, metrics.index)
        )
        self.key_ring = KeyRing(lambda: self.store, lambda: self._writer.get())
        self.stopping = threading.Event()
        self.prepared: Prepared[Served] = Prepared(
            settings,
            lambda: self.store,
            lambda folder: Served.of_folder(folder, settings, self.store, self.live, ahead=True),
        )
        self._served = Lazy(self._open_served, lambda: self.store.meta(STYLE_SPACE))
        self._detector = Lazy(lambda: packaged_detector(settings.encoder_threads))
        self._stylist = Lazy(lambda: self.shop.stylist, lambda: self.shop)
        self._began_with: Served | None = None
        self._is_request = False

    def for_request(self) -> Self:
        """These resources for one request, with the models that serve when it first needs them."""
        own = copy(self)
        own._is_request = True
        return own

    @property
    def served(self) -> Served:
        """The models, and the store with them; raises ``ProblemError`` (not-ready) where one cannot be opened."""
        served = self._began_with or self._served.get()
        if self._is_request:
            self._began_with = served
        return served

    def _open_served(self) -> Served:
        space = self.store.meta(STYLE_SPACE) or ""
        served = self.prepared.get(space)
        if served is None:
            served = Served.open(self.settings, self.store, self.live)
            if self.settings.former_model and served.shop.spec.fingerprint == space:
                self.prepared.keep(space, served)
        return served

    @property
    def upgrade(self) -> str | None:
        """What to run where the former default model serves; reads no store."""
        opened = self._began_with or self._served.opened
        return (opened.upgrade or None) if opened else None

    @property
    def store(self) -> Store:
        """The store; raises ``ProblemError`` (not-ready) where it cannot be opened."""
        return self._store.get()

    @property
    def writer(self) -> Store:
        """The store to write to, one at a time (``writes``); raises ``ProblemError`` (not-ready)."""
        return self._writer.get()

    @property
    def later(self) -> tuple[Stage, ...]:
        """The stages after ranking of every search: the merchandiser's rules."""
        return stages_of(self.live)

    @property
    def people(self) -> PeopleStore:
        """The store of people; raises ``ProblemError`` (not-ready) where it cannot be opened."""
        return self._people.get()

    @property
    def encoders(self) -> Encoders:
        """The model; raises ``ProblemError`` (not-ready) where it cannot be loaded."""
        return self.served.encoders

    @property
    def shop(self) -> Shop:
        """The store with the model; raises ``ProblemError`` (not-ready) where one of them cannot be opened."""
        return self.served.shop

    @property
    def outfit_shop(self) -> Shop:
        """``shop``, once its compatibility head was opened; raises ``ProblemError`` (not-ready) where it cannot be."""
        self._stylist.get()
        return self.shop

    def encode_photo(self, data: bytes, crop: Crop | None = None, *, several_crops: bool | None = None) -> Encoded:
        """The vectors of an uploaded photo, as one row; raises ``ImageError``, over the caps before it is decoded.

        Raises ``OverloadedError`` where the memory that decoding takes is not free in time.
        """
        settings, metrics = self.settings, self.metrics
        encoder = self.encoders.choose(self.queue.in_flight)
        several = settings.several_crops if several_crops is None else several_crops
        with metrics.decode_seconds.time():
            header = checked_header(data, max_bytes=settings.max_upload_bytes, max_pixels=settings.max_image_pixels)
            needed_bytes = memory_bytes(header, min_side_px=photo_side_px(encoder, crop, several=several))
            with self.decoding.reserve(needed_bytes):
                rgb = read_photo(encoder, data, crop, several=several, header=header)
                pixels = np.stack([encoder.prepare(part) for part in query_crops(rgb, several=several)])
        with metrics.encode_seconds.time():
            return combine_crops(encoder.encode_prepared(pixels, prints=True))

    def shop_look(self, data: bytes, wanted: LookWanted) -> Iterator[LookPart]:
        """See ``Shop.shop_the_look``; raises what ``encode_photo`` raises."""
        encoder = self.encoders.choose(self.queue.in_flight)
        rgb = self._decode_look(data, encoder)

        def encode(crops: Sequence[Rgb]) -> NDArray[np.float32]:
            with self.metrics.encode_seconds.time():
                return encoder.encode(crops).embeddings

        return self.shop.shop_pixels(rgb, wanted, encode)

    def garments(self, data: bytes) -> Garments:
        """The garments in a photo; reads no store. Raises what ``encode_photo`` raises."""
        detector = self._detector.get()
        return detector.detect(self._decode(data, GARMENTS_SIDE_PX))

    def worn_pieces(self, data: bytes) -> list[Piece]:
        """The garments of a worn look, as ``Shop.worn_pieces``, or all of the photo where none is found."""
        encoder = self.encoders.choose(self.queue.in_flight)
        rgb = self._decode_look(data, encoder)
        with self.metrics.encode_seconds.time():
            shop = self.outfit_shop
            return shop.pieces_in(rgb, encoder) or [shop.piece_of(encoder.encode([rgb]))]

    def _decode_look(self, data: bytes, encoder: Encoder) -> Rgb:
        """A photo large enough for its garments; raises what ``encode_photo`` raises."""
        return self._decode(data, look_side_px(encoder.spec))

    def _decode(self, data: bytes, side_px: int) -> Rgb:
        settings = self.settings
        with self.metrics.decode_seconds.time():
            header = checked_header(data, max_bytes=settings.max_upload_bytes, max_pixels=settings.max_image_pixels)
            with self.decoding.reserve(memory_bytes(header, min_side_px=side_px)):
                return decode(data, min_side_px=side_px, header=header)

    def write(self, writes: Sequence[Write]) -> list[Outcome]:
        """Write items and encode their pictures; see ``write_items``. For one thread at a time: ``self.writes``."""
        models, store = self.served.writing, self.writer

        def reserve(data: bytes) -> AbstractContextManager[None]:
            header = checked_header(
                data, max_bytes=self.settings.max_upload_bytes, max_pixels=self.settings.max_image_pixels
            )
            return self.decoding.reserve(memory_bytes(header))

        return write_items(store, models, writes, reserve)

    @property
    def examples(self) -> list[Item]:
        """Items to begin with."""
        return self._examples.get(self.store)

    def open(self) -> None:
        """Open and warm up all that can be; what cannot is logged, and ``readiness`` raises it."""
        if self._failure() is None:  # a follower reads a store that exists
            self._follower.get()
        self.members.open()
        self.prepared.start()

    def close(self) -> None:
        """Let running work end, then release the store."""
        self.prepared.close()
        self.queue.close()
        self.lazy_map.close()
        self.members.close()
        if (served := self._served.opened) is not None:
            served.shop.close_texts()
        self.live.close()
        if self._follower.opened is not None:
            self._follower.opened.close()
        for opened in (self._people.opened, self._writer.opened, self._store.opened):
            if opened is not None:
                opened.close()

    def readiness(self) -> Readiness:
        """What is served; raises ``ProblemError`` (not-ready) with the reason why searches cannot be answered."""
        if self.stopping.is_set():
            raise ProblemError("not-ready", "the server is stopping.", remedy="Send requests to another server.")
        if failure := self._failure():
            raise failure
        follower = self._follower.get()
        spec, summary, checked = self.encoders.spec, self.store.summary(), last_check(self.store)
        vectors = summary.vectors.get(self.shop.space, 0)
        if not vectors:
            empty = f"the store has no vectors of the model {spec.fingerprint}."
            raise ProblemError("not-ready", empty, remedy="Run `deepstyle encode`.", reasons=(empty,))
        return Readiness(
            items=summary.items,
            vectors=vectors,
            architecture=spec.architecture,
            precision=spec.precision,
            fingerprint=spec.fingerprint,
            last_check=StoreCheck(**dataclasses.asdict(checked)) if checked else None,
            upgrade=self.upgrade,
            prepared=sorted({spec.fingerprint, *self.prepared.spaces}),
            index=None if follower is None else IndexLag(**dataclasses.asdict(follower.lag(self.shop.space))),
        )

    def _failure(self) -> ProblemError | None:
        """Why the store, or then the model, is not open, or, where both are, why they do not fit each other."""
        try:
            _ = self.shop.space
        except ProblemError as failure:
            return failure
        except DeepstyleError as error:
            return of_error(error)
        return None


async def _resources(request: Request) -> Resources:  # async: else it takes a thread of its own
    resources = request.app.state.resources
    assert isinstance(resources, Resources)
    return resources.for_request()


Open = Annotated[Resources, Depends(_resources)]
"""What a route asks for to reach the shop, the queue and the limits."""
