"""The models that a store may be switched to, opened ahead: neither a switch nor a rollback waits for one."""

import logging
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, Generic, Protocol, TypeVar

from deepstyle.errors import DeepstyleError
from deepstyle.settings import Settings
from deepstyle.store.base import Store
from deepstyle.style.model import model_spaces

CHECK_S: Final = 2.0
log = logging.getLogger("deepstyle.api")


class Warms(Protocol):
    """What is opened ahead."""

    def warm_up(self) -> None:
        """Answer once, so that the first request does not wait."""


T = TypeVar("T", bound=Warms)


class Prepared(Generic[T]):
    """The opened models by the space of their vectors; a thread adds those that the store gets vectors of.

    Without a second model in the settings there is no thread, and only what serves is opened. What was opened stays
    until the server ends: a rollback may need it at any moment.
    """

    def __init__(self, settings: Settings, store: Callable[[], Store], open_it: Callable[[Path], T]) -> None:
        self._settings, self._store, self._open_it = settings, store, open_it
        self._opened: dict[str, T] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="deepstyle-prepare", daemon=True)

    @property
    def spaces(self) -> tuple[str, ...]:
        """The spaces whose models are open and warm."""
        return tuple(sorted(self._opened))

    def get(self, space: str) -> T | None:
        """What was opened for ``space``."""
        return self._opened.get(space)

    def keep(self, space: str, opened: T) -> None:
        """Keep what was opened for a request."""
        self._opened[space] = opened

    def start(self) -> None:
        """Begin to look for what the store has vectors of."""
        if self._settings.former_model:
            self._thread.start()

    def close(self) -> None:
        """End after the model that is being opened."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        folders, said = self._folders(), ""
        while not self._ended.wait(CHECK_S):
            try:
                self._prepare(folders)
            except DeepstyleError as error:
                if error.message != said:
                    log.warning("a model is not prepared: %s", error)
                said = error.message

    def _folders(self) -> Mapping[str, Path]:
        folders: dict[str, Path] = {}
        for name in (self._settings.model, self._settings.former_model):
            try:
                folders |= model_spaces(name, self._settings.cache_dir)
            except DeepstyleError as error:
                log.warning("a model is not prepared: %s", error)
        return folders

    def _prepare(self, folders: Mapping[str, Path]) -> None:
        vectors = self._store().summary().vectors
        for space, folder in folders.items():
            if vectors.get(space) and space not in self._opened and not self._ended.is_set():
                opened = self._open_it(folder)
                opened.warm_up()
                self._opened.setdefault(space, opened)
                log.info("the model %s is prepared", space)
