"""What is encoded of an item: each of its pictures, and of each picture the augmented views that the store keeps.

Each such part has its vectors in a space of its own, so the similarity of an item to a photo is that of its closest
picture, in its closest view.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from deepstyle.store.base import Store
from deepstyle.store.pictures import picture_space
from deepstyle.style.augmented_views import ORIGINAL, stored_views, view_space


@dataclass(frozen=True, slots=True)
class Part:
    """A ``view`` of the pictures at ``position``."""

    view: str = ORIGINAL
    position: int = 0

    def space(self, space: str) -> str:
        """The space of its vectors, beside the model's ``space`` of the first pictures."""
        return picture_space(view_space(space, self.view), self.position)


FIRST: Final = Part()
"""The first picture as it is stored: what colours, categories and outfits are read from."""


def stored_parts(store: Store, *, views: bool = True) -> list[Part]:
    """The parts that ``store`` keeps, the first pictures first; the pictures unchanged only, unless ``views``."""
    positions = range(store.most_images())
    return [Part(view, position) for view in (stored_views(store) if views else (ORIGINAL,)) for position in positions]


def growing_parts(store: Store) -> Iterator[Part]:
    """Each part once, and those that an import adds meanwhile."""
    done: set[Part] = set()
    while fresh := [part for part in stored_parts(store) if part not in done]:
        yield fresh[0]
        done.add(fresh[0])
