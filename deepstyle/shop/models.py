"""The models behind a shop, each opened when it is first needed, and only once however many threads ask."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final, Generic, TypeVar

from deepstyle.compatibility.head import Head, head_folder
from deepstyle.compatibility.space import serving_space
from deepstyle.compatibility.stylist import Stylist
from deepstyle.settings import Settings
from deepstyle.store.base import Store
from deepstyle.style.encoder import Encoder
from deepstyle.style.model import ensure_model
from deepstyle.style.search import serving_model
from deepstyle.style.spec import ModelSpec, read_spec

ALL_CORES: Final = 0
T = TypeVar("T")


class Lazy(Generic[T]):
    """A value that is opened on first use; threads that ask meanwhile wait for it. A failure is tried again."""

    def __init__(self, open_it: Callable[[], T], value: T | None = None) -> None:
        self._open_it = open_it
        self._lock = threading.Lock()
        self.opened: T | None = value

    def get(self) -> T:
        """The value."""
        if self.opened is None:
            with self._lock:
                if self.opened is None:
                    self.opened = self._open_it()
        return self.opened


class Models:
    """The encoder and the compatibility head that fit one store.

    ``encoder`` is used where one is given; else that of ``settings`` is opened, in the precision that the store serves.
    """

    def __init__(self, store: Store, settings: Settings, encoder: Encoder | None = None) -> None:
        self._store, self._settings = store, settings
        self._encoder = Lazy(lambda: self._open(self.serving_folder(), streams=1), encoder)
        self._spec = Lazy(lambda: read_spec(self.serving_folder()))
        self._head = Lazy(lambda: Head.open(head_folder(settings.compat)))
        self._stylist = Lazy(self._open_stylist)

    @property
    def encoder(self) -> Encoder:
        """The encoder that the store's vectors came from, for one picture at a time."""
        return self._encoder.get()

    @property
    def encoder_is_open(self) -> bool:
        """Whether the encoder was loaded before."""
        return self._encoder.opened is not None

    @property
    def spec(self) -> ModelSpec:
        """The encoder's specification, which is read without loading the encoder."""
        return self._encoder.opened.spec if self._encoder.opened else self._spec.get()

    @property
    def head(self) -> Head:
        """The compatibility head."""
        return self._head.get()

    @property
    def stylist(self) -> Stylist:
        """The head over the store's vectors; raises ``FingerprintMismatchError`` where the two do not fit."""
        stylist = self._stylist.get()
        serving_space(self._store, stylist.head, self.spec.precision)  # another process may have replaced the vectors
        return stylist

    def serving_folder(self) -> Path:
        """The model folder of the settings, in the precision that the store serves."""
        settings = self._settings
        return serving_model(self._store, settings.model, settings.cache_dir, settings.precision)

    def wanted_folder(self) -> Path:
        """The model folder of the settings, whatever the store serves."""
        return ensure_model(self._settings.model, self._settings.cache_dir, self._settings.precision)

    def batch_encoder(self, folder: Path) -> Lazy[Encoder]:
        """An encoder of ``folder`` that computes as many pictures side by side as there are cores."""
        return Lazy(lambda: self._open(folder, streams=ALL_CORES))

    def _open(self, folder: Path, *, streams: int) -> Encoder:
        return Encoder.open(folder, threads=self._settings.encoder_threads, streams=streams)

    def _open_stylist(self) -> Stylist:
        self.head.check_backbone(self.spec.features_fingerprint)
        return Stylist(self._store, serving_space(self._store, self.head, self.spec.precision), self.head)
