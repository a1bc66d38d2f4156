"""What tests of several folders share: a small model, and a store that a catalogue was imported and encoded into."""

import gc
from collections.abc import Generator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, settings

import tests.server_process  # noqa: F401 - sets what gRPC reads when it is first imported
from deepstyle.catalogue.item import Item
from deepstyle.images.pixels import read_image
from deepstyle.store import Entry, open_store
from deepstyle.style.encode import encode_store
from deepstyle.style.encoder import Encoder
from deepstyle.style.spec import SPEC_FILE
from tests.images.pictures import exif, photo, save
from tests.style.tiny import write_tiny_model

# The contract suite's asserts explain themselves like those of a test file.
pytest.register_assert_rewrite(
    "tests.people.contract",
    "tests.people.keys_contract",
    "tests.store.contract",
    "tests.store.looks_contract",
    "tests.store.model",
    "tests.store.sorting_contract",
    "tests.store.stateful",
)

# An example that is slow where many tests share few cores is no fault.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect no garbage while the tests are imported, which leaves little, and never look at the modules again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


LONGEST: Final = (
    "tests/web/test_first_paint.py",  # its worker writes the demo catalogue, while the other ones have the examples
    "tests/documentation/test_help.py",
    "tests/test_wheel.py",
    "tests/documentation/",
    "tests/web/",
    "tests/learning/",
    "tests/index/",
    "tests/style/",
    "tests/cli/",
    "tests/store/",
    "tests/api/",
)
"""What takes longest, in the order in which `make test` begins it: what comes last is to end soon after it began."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the files; tests of one file stay in their order."""
    items.sort(
        key=lambda item: next((at for at, path in enumerate(LONGEST) if item.nodeid.startswith(path)), len(LONGEST))
    )


WORKER_DIED: Final = pytest.StashKey[bool]()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Note that a worker of pytest-xdist died: what it had not run yet stays unrun."""
    if error:
        node.config.stash[WORKER_DIED] = True


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Exit with another code then: `make test` runs failed tests again only where all tests have run."""
    if session.config.stash.get(WORKER_DIED, False):
        session.exitstatus = pytest.ExitCode.INTERNAL_ERROR


CATEGORIES = ("shoes", "tops", "bags")


@dataclass(frozen=True)
class Shop:
    """An encoded store and its model, on disk: forty items of three categories, two brands and rising prices."""

    store_url: str
    model: Path

    @staticmethod
    def picture(number: int) -> bytes:
        """The picture of item ``number``, with EXIF."""
        return save(photo(90, 120, seed=number), "JPEG", quality=90, exif=exif(1))

    @staticmethod
    def item(number: int) -> Item:
        """The description of item ``number``."""
        return Item(
            item_id=f"item-{number:03}",
            title=f"Product {number}",
            description=f"What the shop says of product {number}.",
            semantic_category=CATEGORIES[number % 3],
            category=CATEGORIES[number % 3].title(),
            brand="Nord" if number % 2 else "Süd & Söhne",
            colour="red" if number % 5 == 0 else "blue",
            price=None if number == 7 else 10.0 * number,
            currency="EUR",
        )


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real model folder whose network is so small that it compiles in no time."""
    folder = tmp_path_factory.mktemp("model")
    write_tiny_model(folder)
    return folder


@pytest.fixture
def shop(tmp_path: Path, tiny_model: Path) -> Shop:
    """A store of its own for each test, so that a test may change it."""
    return make_shop(tmp_path, tiny_model)


def make_shop(folder: Path, model: Path) -> Shop:
    """Write a store of the forty items, encoded, and one without a picture: a copy of what the process wrote first."""
    (folder / "shop.db").write_bytes(_encoded_store(model, (model / SPEC_FILE).read_bytes()))
    return Shop(f"sqlite:///{folder}/shop.db", model)


@lru_cache(maxsize=8)
def _encoded_store(model: Path, spec: bytes) -> bytes:
    """The file of the shop's store; ``spec`` tells a model from what lay in its folder before."""
    entries = [Entry(Shop.item(number), read_image(Shop.picture(number))) for number in range(40)]
    entries.append(Entry(Item("bare", title="No picture")))
    with TemporaryDirectory() as folder:
        with open_store(f"sqlite:///{folder}/shop.db") as store:
            store.put(entries)
            encode_store(store, Encoder.open(model))
        assert [file.name for file in Path(folder).iterdir()] == ["shop.db"], (
            "what else the store wrote is to be copied"
        )
        return (Path(folder) / "shop.db").read_bytes()
