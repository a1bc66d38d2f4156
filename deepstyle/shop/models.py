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
from deepstyle.style.search import serving_model
from deepstyle.style.spec import ModelSpec, read_spec

ALL_CORES: Final = 0
T = TypeVar("T")


class Lazy(Generic[T]):
    """A value that is opened on first use; threads that ask meanwhile wait for it. A failure is tried again.

    What opens it is given with each use and not kept: a reference back to the owner would leave a model to the garbage
    collector, which may free it while OpenVINO compiles another.
    """

    def __init__(self, value: T | None = None) -> None:
        self._lock = threading.Lock()
        self.opened: T | None = value

    def get(self, open_it: Callable[[], T]) -> T:
        """The value, opened by ``open_it`` where it was not yet."""
        if self.opened is None:
            with self._lock:
                if self.opened is None:
                    self.opened = open_it()
        return self.opened


class Models:
    """The encoder and the compatibility head that fit one store.

    ``encoder`` is used where one is given; else that of ``settings`` is opened, in the precision that the store serves.
    """

    def __init__(self, store: Store, settings: Settings, encoder: Encoder | None = None) -> None:
        self._store, self._settings = store, settings
        self._encoder = Lazy(encoder)
        self._spec, self._head, self._stylist = Lazy[ModelSpec](), Lazy[Head](), Lazy[Stylist]()

    @property
    def encoder(self) -> Encoder:
        """The encoder that the store's vectors came from, for one picture at a time."""
        return self._encoder.get(lambda: self.open_encoder(self.serving_folder(), streams=1))

    @property
    def encoder_is_open(self) -> bool:
        """Whether the encoder was loaded before."""
        return self._encoder.opened is not None

    @property
    def spec(self) -> ModelSpec:
        """The encoder's specification, which is read without loading the encoder."""
        return self._encoder.opened.spec if self._encoder.opened else self._spec.get(self._read_spec)

    @property
    def head(self) -> Head:
        """The compatibility head."""
        return self._head.get(lambda: Head.open(head_folder(self._settings.compat)))

    @property
    def stylist(self) -> Stylist:
        """The head over the store's vectors; raises ``FingerprintMismatchError`` where the two do not fit."""
        stylist = self._stylist.get(self._open_stylist)
        serving_space(self._store, stylist.head, self.spec.precision)  # another process may have replaced the vectors
        return stylist

    def serving_folder(self) -> Path:
        """The model folder of the settings, in the precision that the store serves."""
        settings = self._settings
        return serving_model(self._store, settings.model, settings.cache_dir, settings.precision)

    def open_encoder(self, folder: Path, *, streams: int = ALL_CORES) -> Encoder:
        """Load the model ``folder`` for ``streams`` pictures side by side."""
        return Encoder.open(folder, threads=self._settings.encoder_threads, streams=streams)

    def _read_spec(self) -> ModelSpec:
        return read_spec(self.serving_folder())

    def _open_stylist(self) -> Stylist:
        self.head.check_backbone(self.spec.features_fingerprint)
        return Stylist(self._store, serving_space(self._store, self.head, self.spec.precision), self.head)
