"""A small feed that tests change: a table and its pictures."""

from dataclasses import dataclass, field
from pathlib import Path

from deepstyle.settings import Settings
from deepstyle.shop import Shop
from tests.images.pictures import photo, save

CATEGORIES = ("shoes", "tops", "bags")


@dataclass
class Feed:
    """A table of ``items`` rows; its titles and pictures are those of ``titles`` and ``seeds``, by number."""

    folder: Path
    items: int = 60
    titles: dict[int, str] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)

    @property
    def table(self) -> Path:
        return self.folder / "feed.csv"

    def draw(self) -> "Feed":
        """Write the table and every picture."""
        for number in range(self.items):
            self.picture(number, number)
        return self.write()

    def write(self) -> "Feed":
        rows = [
            f"i{number:03},{self.titles.get(number, f'Item {number}')},{CATEGORIES[number % 3]},i{number:03}.jpg"
            for number in range(self.items)
            if number not in self.gone
        ]
        self.table.write_text("\n".join(["item_id,title,semantic_category,image", *rows, ""]))
        return self

    def picture(self, number: int, seed: int) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / f"i{number:03}.jpg").write_bytes(save(photo(60, 80, seed=seed), "JPEG"))


def open_shop(folder: Path, model: Path) -> Shop:
    """A shop over a store in ``folder``, with the model ``model``."""
    settings = Settings(store=f"sqlite:///{folder}/shop.db", model=str(model), cache_dir=folder / "cache")
    return Shop.open(settings=settings)
