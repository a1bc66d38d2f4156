"""Open the store of people that a URL names."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from deepstyle.errors import MissingDependencyError, UsageError
from deepstyle.people.base import PeopleStore

SQLITE: Final = "sqlite:///"
MONGODB: Final = ("mongodb://", "mongodb+srv://")


def open_people(url: str, *, create: bool = True) -> PeopleStore:
    """Open ``sqlite:///PATH`` or ``mongodb://…``.

    Raises ``UsageError`` for another URL, ``StoreError`` for what cannot be opened, ``MissingDependencyError`` without
    the driver.
    """
    if url.startswith(SQLITE) and url != SQLITE:
        from deepstyle.people.sqlite import SqlitePeople

        return SqlitePeople(Path(url.removeprefix(SQLITE)), create=create)
    if url.startswith(MONGODB):
        with needs_pymongo():
            from deepstyle.people.mongodb import MongoPeople
        return MongoPeople(url, create=create)
    raise UsageError(
        "the store of people is no URL that can be opened.",
        remedy="Set DEEPSTYLE_PEOPLE_STORE to sqlite:///PATH or mongodb://HOST/DATABASE.",
    )


@contextmanager
def needs_pymongo() -> Iterator[None]:
    """An import that fails without the driver, as ``MissingDependencyError``."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name not in {"pymongo", "bson"}:
            raise
        raise MissingDependencyError(
            "people in MongoDB need pymongo.", remedy="pip install 'deepstyle[mongodb]'"
        ) from error
