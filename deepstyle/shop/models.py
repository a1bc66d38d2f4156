"""The models behind a shop, each opened when it is first needed, and only once however many threads ask."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final, Generic, TypeVar

from deepstyle.compatibility.head import Head, head_folder
from deepstyle.compatibility.space import serving_space, space_name
from deepstyle.compatibility.stylist import Hides, LearnedAssociation, Stylist, hides_nothing, learned_nothing
from deepstyle.errors import UsageError
from deepstyle.looks.detector import GarmentDetector, packaged_detector
from deepstyle.settings import Settings
from deepstyle.store.base import Store
from deepstyle.store.url import without_password
from deepstyle.style.encode import STYLE_SPACE
from deepstyle.style.encoder import Encoder
from deepstyle.style.model import DEFAULT_MODEL, DEFAULT_NAME, ensure_model
from deepstyle.style.search import serving_model
from deepstyle.style.search import serving_space as style_space
from deepstyle.style.spec import ModelSpec, read_spec

ALL_CORES: Final = 0
T = TypeVar("T")


class Lazy(Generic[T]):
    """A value that is opened on first use; threads that ask meanwhile wait for it. A failure is tried again.

    What opens it is given with each use and not kept: a reference back to the owner would leave a model to the garbage
    collector, which may free it while OpenVINO compiles another.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._opened: tuple[str | None, T] | None = None

    def get(self, open_it: Callable[[], T], key: str | None) -> T:
        """The value of ``key``, opened by ``open_it`` where it was not yet; a value of another key goes after that."""
        opened = self._opened
        if opened is None or opened[0] != key:
            with self._lock:
                opened = self._opened
                if opened is None or opened[0] != key:
                    self._opened = opened = key, open_it()
        return opened[1]

    def opened(self, key: str | None) -> T | None:
        """The value of ``key`` where it was opened before."""
        return self._opened[1] if self._opened and self._opened[0] == key else None


class Models:
    """The encoder and the compatibility head that fit one store, and others once the store serves another space.

    ``encoder`` is used where one is given; else that of ``settings`` is opened, in the precision that the store serves.
    With ``pinned``, the folder of that encoder, its own space answers, whichever the store serves by now.
    The stylist suggests nothing that it ``hides``, and follows the association that is ``learned``.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        encoder: Encoder | None = None,
        hides: Hides = hides_nothing,
        learned: LearnedAssociation = learned_nothing,
        pinned: Path | None = None,
    ) -> None:
        self._pinned = pinned
        self._store, self._settings, self._given, self._hides = store, settings, encoder, hides
        self._learned = learned
        self._encoder, self._spec = Lazy[Encoder](), Lazy[ModelSpec]()
        self._head, self._stylist = Lazy[Head](), Lazy[Stylist]()
        self._detector = Lazy[GarmentDetector]()

    @property
    def encoder(self) -> Encoder:
        """The encoder that the store's vectors came from, for one picture at a time."""
        if self._given:
            return self._given
        return self._encoder.get(lambda: self.open_encoder(self.serving_folder(), streams=1), self.serving)

    @property
    def encoder_is_open(self) -> bool:
        """Whether the encoder was loaded before."""
        return bool(self._given or self._encoder.opened(self.serving))

    @property
    def spec(self) -> ModelSpec:
        """The encoder's specification, which is read without loading the encoder."""
        if self._given:
            return self._given.spec
        serving = self.serving
        encoder = self._encoder.opened(serving)
        return encoder.spec if encoder else self._spec.get(lambda: read_spec(self.serving_folder()), serving)

    @property
    def name(self) -> str:
        """The model of the settings by its name, or that of its folder."""
        name = self._settings.model
        return Path(name).resolve().name if Path(name).is_dir() else DEFAULT_MODEL if name == DEFAULT_NAME else name

    @property
    def head(self) -> Head:
        """The compatibility head that reads the encoder's features, where there is one."""
        return self.head_of(self.spec)

    def head_of(self, spec: ModelSpec) -> Head:
        """The compatibility head that reads the features of the model ``spec``, where there is one."""
        backbone = spec.features_fingerprint
        return self._head.get(lambda: Head.open(head_folder(self._settings.compat, backbone)), backbone)

    @property
    def detector(self) -> GarmentDetector:
        """The garment detector, which fits any store."""
        return self._detector.get(lambda: packaged_detector(self._settings.encoder_threads), None)

    @property
    def stylist(self) -> Stylist:
        """The head over the store's vectors; raises ``FingerprintMismatchError`` where the two do not fit."""
        spec = self.spec
        stylist = self._stylist.get(lambda: self._open_stylist(spec), spec.fingerprint)
        if not self._is_superseded:  # another process may have replaced the vectors
            serving_space(self._store, stylist.head, spec.precision)
        return stylist

    @property
    def space(self) -> str:
        """The space of the vectors that serve, compared with the encoder's where that is open."""
        if self.encoder_is_open:
            return self.own_space
        space = self.serving
        if space is None:
            raise UsageError(
                f"{without_password(self._store.url)} has no vectors yet.", remedy="Run `deepstyle encode`."
            )
        return space

    @property
    def own_space(self) -> str:
        """The encoder's space; raises ``FingerprintMismatchError`` where the store serves another, unless pinned."""
        return self.spec.fingerprint if self._pinned else style_space(self._store, self.spec)

    @property
    def serving(self) -> str | None:
        """The space that answers: the pinned one, or what the store serves; ``None`` where nothing was encoded."""
        return self.spec.fingerprint if self._pinned else self._store.meta(STYLE_SPACE)

    def serving_folder(self) -> Path:
        """The folder of the model that the store serves with; ``served_model`` says which that is."""
        settings = self._settings
        return self._pinned or serving_model(
            self._store, settings.model, settings.cache_dir, settings.precision, settings.former_model
        )

    def encoding_folder(self) -> Path:
        """The folder of the model to encode the whole store with: a former default's vectors are replaced."""
        settings = self._settings
        return ensure_model(settings.model, settings.cache_dir, settings.precision, serving=self.serving)

    def open_encoder(self, folder: Path, *, streams: int = ALL_CORES) -> Encoder:
        """Load the model ``folder`` for ``streams`` pictures side by side."""
        settings = self._settings
        return Encoder.open(folder, threads=settings.encoder_threads, streams=streams, device=settings.device)

    def _open_stylist(self, spec: ModelSpec) -> Stylist:
        head = self.head_of(spec)
        head.check_backbone(spec.features_fingerprint)
        superseded = self._is_superseded
        space = space_name(head, spec.precision) if superseded else serving_space(self._store, head, spec.precision)
        return Stylist(self._store, space, head, self._hides, self._learned)

    @property
    def _is_superseded(self) -> bool:
        """Whether the store serves another space than the pinned one: these models finish what they began."""
        return self._pinned is not None and self._store.meta(STYLE_SPACE) != self.spec.fingerprint
