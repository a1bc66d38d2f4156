"""The searches that calibrate a store's bands: with distorted items, with photos and with drawn pictures."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import Item
from deepstyle.errors import UsageError
from deepstyle.evaluation.bands import REFERENCES, RESULTS, SAME_PICTURE, Drawn, Graded, Vectors, grade
from deepstyle.evaluation.no_garment import FAMILIES, draw_no_garment
from deepstyle.images.distort import DISTORTIONS
from deepstyle.images.pixels import Rgb, decode
from deepstyle.store.base import Store
from deepstyle.store.url import without_password
from deepstyle.style.encoder import Encoder
from deepstyle.style.search import search_vector, serving_space

OnProgress = Callable[[int, int, str], None]
"""Called with how many pictures are done, how many there are, and what they are."""


class Calibrator:
    """One store and one model; the items are drawn, and their pictures distorted, with ``seed``."""

    def __init__(self, store: Store, encoder: Encoder, *, limit: int, seed: int, on_progress: OnProgress) -> None:
        self.store, self.encoder, self.space = store, encoder, serving_space(store, encoder.spec)
        self.limit, self.seed, self.on_progress = limit, seed, on_progress
        if not store.spaces().get(self.space):
            raise UsageError(
                f"{without_password(store.url)} has no vectors of the model {self.space}.",
                remedy="Run `deepstyle encode`.",
            )

    def embed(self, what: str, pictures: Sequence[Callable[[], Rgb]]) -> Vectors:
        """The embeddings (N, D) of pictures, each of which is loaded when its turn comes."""
        done: list[Vectors] = []
        with ThreadPoolExecutor(2 * self.encoder.streams) as pool:
            for vector in pool.map(lambda load: self.encoder.encode([load()]).embeddings[0], pictures):
                done.append(vector)
                self.on_progress(len(done), len(pictures), what)
        return np.stack(done)

    def search_items(self) -> Graded:
        """The graded results for every distortion of at most ``limit`` items."""
        ids = self.store.vectors(self.space).item_ids
        rng = np.random.default_rng(self.seed)
        drawn = sorted(rng.choice(len(ids), min(self.limit, len(ids)), replace=False).tolist())
        items = self.store.get([ids[row] for row in drawn])
        queries = [item for item in items.values() for _ in DISTORTIONS]
        pictures = [
            partial(self._distorted, number, item, name)
            for number, item in enumerate(items.values())
            for name in DISTORTIONS
        ]
        return self.grade(queries, self.embed("distorted items", pictures))

    def grade(self, queries: Sequence[Item], vectors: Vectors) -> Graded:
        """The grades of the first results of each query, whose embedding is the row of ``vectors`` (Q, D)."""
        similarities, grades = [], []
        pictures = self.store.image_sha256s([item.item_id for item in queries])
        for item, vector in zip(queries, vectors, strict=True):
            found = search_vector(self.store, self.space, vector, k=RESULTS)
            found_pictures = self.store.image_sha256s([match.item.item_id for match in found])
            for match in found:
                same = found_pictures.get(match.item.item_id) == pictures.get(item.item_id, "")
                similarities.append(match.similarity)
                grades.append(SAME_PICTURE if same else grade(item, match.item))
        return Graded(np.array(similarities), np.array(grades, np.int64))

    def best(self, vectors: Vectors) -> NDArray[np.float64]:
        """The similarity of each query's best result: (N,)."""
        return np.array([search_vector(self.store, self.space, one, k=1)[0].similarity for one in vectors])

    def search_drawn(self) -> Drawn:
        """Pictures of every family without a garment, first its references, then as many to measure."""
        numbers = range(2 * REFERENCES)
        pictures = [partial(draw_no_garment, family, number) for family in FAMILIES for number in numbers]
        vectors = self.embed("no garments", pictures)
        shape = (len(FAMILIES), len(numbers))
        return Drawn(vectors.reshape(*shape, -1), self.best(vectors).reshape(shape))

    def _distorted(self, number: int, item: Item, name: str) -> Rgb:
        image = self.store.image(item.item_id)
        rgb = decode(image.data) if image else np.full((16, 16, 3), 255, np.uint8)
        return np.ascontiguousarray(DISTORTIONS[name](rgb, np.random.default_rng((self.seed, number))))
