"""What the commands about outfits share: the stylist over a store, and pieces from ids or photos."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from deepstyle.catalogue.rows import read_file
from deepstyle.cli.search import SHEET_PICTURE_PX, product
from deepstyle.compatibility.head import Head, head_folder
from deepstyle.compatibility.space import serving_space
from deepstyle.compatibility.stylist import Piece, Stylist, photo_piece
from deepstyle.errors import ImageError, UnknownItemError
from deepstyle.images.pixels import Rgb, decode
from deepstyle.report.sheet import Tile
from deepstyle.settings import Precision, Settings
from deepstyle.store import open_store
from deepstyle.style.encoder import Encoder
from deepstyle.style.search import search_vector, serving_model
from deepstyle.style.search import serving_space as style_space
from deepstyle.style.spec import read_spec

LOOKALIKES = 5  # items that vote for what kind of thing a photo shows


@dataclass
class Desk:
    """A stylist, and the encoder where a photo needs it: one that is not asked for is never loaded."""

    stylist: Stylist
    model: Path

    @cached_property
    def encoder(self) -> Encoder:
        """The style model."""
        return Encoder.open(self.model)

    def pieces(self, told: Sequence[str]) -> list[Piece]:
        """Each of ``told`` as a piece: an item's id, or else the path of a photo. Raises ``UnknownItemError``."""
        known = self.stylist.store.get(told)
        return [self.stylist.pieces([name])[0] if name in known else self._photo(name) for name in told]

    def _photo(self, name: str) -> Piece:
        path = Path(name)
        if not os.path.exists(path):  # noqa: PTH110 (an id may be too long a name, which raises)
            raise UnknownItemError(f"no item has the id {name!r}, and no photo is there.", remedy="Check the name.")
        data = read_file(path)
        try:
            encoded = self.encoder.encode([self.encoder.decode(data)])
        except ImageError as error:
            raise type(error)(f"{path}: {error.message}", remedy=error.remedy) from error
        space = style_space(self.stylist.store, self.encoder.spec)
        alike = search_vector(self.stylist.store, space, encoded.embeddings[0], k=LOOKALIKES)
        return photo_piece(self.stylist.head.project(encoded.features)[0], [match.item for match in alike])

    def tile(self, piece: Piece, name: str, note: str = "") -> Tile:
        """The piece as a card; ``name`` is the photo's path where it is a photo."""
        image = self.stylist.store.image(piece.item.item_id) if piece.item.item_id else None
        data = image.data if image else read_file(Path(name)) if not piece.item.item_id else None
        picture: Rgb | None = decode(data, min_side_px=SHEET_PICTURE_PX) if data else None
        return Tile(picture, product(piece.item) if piece.item.item_id else Path(name).name, note)


@contextmanager
def open_desk(store: str, compat: str, model: str, precision: Precision | None) -> Iterator[Desk]:
    """The stylist of the options; raises ``FingerprintMismatchError`` where store, head and model do not fit."""
    given = {"store": store, "compat": compat, "model": model, "precision": precision}
    settings = Settings().model_copy(update={name: value for name, value in given.items() if value})
    with open_store(settings.store, read_only=True) as opened:
        folder = serving_model(opened, settings.model, settings.cache_dir, settings.precision)
        spec = read_spec(folder)
        head = Head.open(head_folder(settings.compat))
        head.check_backbone(spec.features_fingerprint)
        yield Desk(Stylist(opened, serving_space(opened, head, spec.precision), head), folder)
