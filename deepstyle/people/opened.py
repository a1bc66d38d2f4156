"""The store of people and the vault, opened as the settings say: what the API, the commands and jobs use."""

import re
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from deepstyle.errors import StoreError, UsageError
from deepstyle.people.base import PeopleStore
from deepstyle.people.open import SQLITE, open_people
from deepstyle.people.tables import FACTS
from deepstyle.settings import Settings

if TYPE_CHECKING:
    from deepstyle.people.vault import Vault

_VAULT: Final = "vault"
_MONGODB: Final = re.compile(
    r"mongodb(?:\+srv)?://(?:[^/?#]*@)?(?P<hosts>[^/?#]+)(?:/(?P<database>[^?#]*))?.*", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class People:
    """What is stored of people, the vault that encrypts it, and the settings; one per process, closed at its end."""

    store: PeopleStore
    vault: "Vault"
    settings: Settings

    @classmethod
    def open(cls, settings: Settings, *, create: bool = True) -> Self:
        """Open both databases, made where they are missing unless ``create`` is false.

        Raises ``UsageError`` where two of the catalogue, the people and the keys would share a database,
        ``StoreError`` where the keys are not those of this store, ``MissingDependencyError`` without the extra
        ``people``.
        """
        from deepstyle.people.vault import Vault

        refuse_shared(settings)
        store = open_people(settings.people_store, create=create)
        try:
            is_new = store.get(FACTS, _VAULT) is None
            vault = Vault.open(settings.people_keys, create=create and is_new)
        except BaseException:
            store.close()
            raise
        people = cls(store, vault, settings)
        try:
            people._check_vault()
        except BaseException:
            people.close()
            raise
        return people

    def close(self) -> None:
        """Close both databases; a second call does nothing."""
        self.store.close()
        self.vault.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _check_vault(self) -> None:
        """The store remembers which keys are its own: with others nobody could be found, and nothing be read."""
        fingerprint = self.vault.fingerprint
        self.store.add(FACTS, _VAULT, {"fingerprint": fingerprint, "since_s": time.time()})
        found = self.store.get(FACTS, _VAULT)
        if found is None or found.fields.get("fingerprint") != fingerprint:
            raise StoreError(
                "the keys are not those of this store of people.",
                remedy="Set DEEPSTYLE_PEOPLE_KEYS to the database that was used with it, or restore that one.",
            )


def refuse_shared(settings: Settings) -> None:
    """Raise ``UsageError`` where the catalogue, the people and the keys are not in three databases."""
    places = {name: _place(getattr(settings, name)) for name in ("store", "people_store", "people_keys")}
    for name in ("people_store", "people_keys"):
        for other, place in places.items():
            if other != name and place == places[name]:
                raise UsageError(
                    f"DEEPSTYLE_{name.upper()} is the database of DEEPSTYLE_{other.upper()}.",
                    remedy="Give the catalogue, the people and their keys a database each.",
                )


def _place(url: str) -> tuple[str, ...]:
    """What two URLs of one database have in common: the file, or the hosts and the database's name."""
    if url.startswith(SQLITE):
        return (str(Path(url.removeprefix(SQLITE)).resolve()),)
    if found := _MONGODB.fullmatch(url):
        return (*sorted(found["hosts"].lower().split(",")), found["database"] or "")
    return (url,)
