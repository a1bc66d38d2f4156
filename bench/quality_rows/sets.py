"""The pictures that the rows are measured on, and what is known of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.quality_rows.columns import Column, Picture, Vectors, picture_of
from deepstyle.catalogue.feeds.polyvore import read_items
from deepstyle.catalogue.item import Item
from deepstyle.catalogue.rows import Record
from deepstyle.evaluation.photos import LabelledPhoto, read_labelled_photos
from deepstyle.learning.style.phone_photos import senders_of

PHOTO_FOLDERS = ("phone-photos", "phone-photos-train")
FOLDS = 5


@dataclass(frozen=True)
class Packshots:
    """The catalogue that is searched: items and their pictures, row by row."""

    root: Path
    items: tuple[Item, ...]
    pictures: tuple[Picture, ...]

    @cached_property
    def categories(self) -> NDArray[np.str_]:
        return np.array([item.semantic_category for item in self.items])

    def vectors(self, column: Column) -> Vectors:
        return column.embed("packshots", self.pictures)


@dataclass(frozen=True)
class Photo:
    """A phone photo of known category, with the remainder of its sender's number divided by five."""

    labelled: LabelledPhoto
    picture: Picture
    sender_id: int

    @property
    def fold(self) -> int:
        return self.sender_id % FOLDS


def read_packshots(root: Path) -> Packshots:
    """Every item of a catalogue in the Polyvore Outfits layout that has a picture."""
    records = [record for record in read_items(root) if isinstance(record, Record) and record.image_path]
    pictures = tuple(picture_of(record.image_path) for record in records if record.image_path)
    return Packshots(root, tuple(record.item for record in records), pictures)


def read_photos(data: Path, folders: Sequence[str] = PHOTO_FOLDERS) -> list[Photo]:
    """The photos of both folders whose category is known."""
    photos = []
    for name in folders:
        senders = senders_of(data / name)
        labelled = read_labelled_photos(data / name)
        photos += [Photo(photo, picture_of(photo.path), senders[photo.path]) for photo in labelled]
    return photos
