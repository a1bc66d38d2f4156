"""A photo that is a copy of an item's own picture, as it is served: found by its print among the nearest items."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from bench.quality_rows.columns import Column, Picture, Vectors, progress
from bench.quality_rows.proxies import PHOTOGRAPHS, altered
from bench.quality_rows.sets import Packshots, Photo
from bench.quality_rows.table import Row
from deepstyle.evaluation.intervals import Interval, grouped_scores
from deepstyle.images.picture_print import picture_print, same_picture
from deepstyle.search.same_picture import AMONG
from deepstyle.style.encoder import Encoder

Taken = Mapping[str, Sequence[int | None]]
"""By column: the row of the packshot that each picture is taken for a copy of."""


def own_picture_rows(
    columns: Sequence[Column], packshots: Packshots, rows: Sequence[int], photos: Sequence[Photo]
) -> Iterator[Row]:
    """How often an altered packshot is found first, and how often something is taken for a copy that is none."""
    encoders = {one.name: one.encoder for one in columns if one.encoder}
    prints = {name: prints_of(encoder, packshots.pictures) for name, encoder in encoders.items()}

    def taken(subject: str, pictures: Sequence[Picture], absent: Sequence[int] = ()) -> Taken:
        found = {}
        for one in columns:
            cosines = one.embed(subject, pictures) @ packshots.vectors(one).T
            cosines[range(len(absent)), absent] = -np.inf
            wanted = prints_of(encoders[one.name], pictures)
            found[one.name] = [taken_for(*query, prints[one.name]) for query in zip(wanted, cosines, strict=True)]
        return found

    groups = [packshots.items[row].model_id or packshots.items[row].item_id for row in rows]
    copies = {name: alter for name, alter in PHOTOGRAPHS.items() if not name.startswith("crop")}
    altered_by = {name: [altered(packshots.pictures[row], alter) for row in rows] for name, alter in copies.items()}
    for name, pictures in altered_by.items():
        first = shares(
            taken(f"packshots {name.replace(',', '')}", pictures), groups, lambda query, at: at == rows[query]
        )
        yield Row("an indexed picture, as served", f"{name}, first", len(rows), first, wanted=">= .98")
    for name, pictures in altered_by.items():
        others = shares(taken(f"packshots {name.replace(',', '')}", pictures, rows), groups, is_taken)
        yield Row("taken for a copy", f"another packshot, {name}", len(rows), others, wanted="report")
    senders = [str(photo.sender_id) for photo in photos]
    mistaken = shares(taken("photos", [photo.picture for photo in photos]), senders, is_taken)
    yield Row("taken for a copy", "phone photos", len(photos), mistaken, wanted="0")


def shares(taken: Taken, groups: Sequence[str], holds: Callable[[int, int | None], bool]) -> dict[str, Interval]:
    """The share of queries, by their number and what they are taken for, of which something ``holds``."""
    held = {name: np.array([holds(*one) for one in enumerate(found)], float) for name, found in taken.items()}
    return {name: grouped_scores(scores, [""] * len(scores), groups).micro for name, scores in held.items()}


def is_taken(query: int, at: int | None) -> bool:
    return at is not None


def prints_of(encoder: Encoder, pictures: Sequence[Picture]) -> list[str]:
    """The prints of pictures as ``encoder`` prepares them."""
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda picture: picture_print(encoder.prepare(picture.read())), pictures)
        return list(progress("prints", found, len(pictures)))


def taken_for(wanted: str, cosines: Vectors, prints: Sequence[str]) -> int | None:
    """The row of the picture that one with the print ``wanted`` is taken for a copy of; ``cosines`` (N,) are to all."""
    nearest = np.argsort(-cosines)[:AMONG]
    at = same_picture(wanted, [prints[row] if cosines[row] > -np.inf else "" for row in nearest])
    return None if at is None else int(nearest[at])
