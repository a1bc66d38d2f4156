"""What every shop opens: its store, and its models on first use."""

from pathlib import Path
from typing import Self

from deepstyle.compatibility.head import Head
from deepstyle.compatibility.stylist import Stylist, learned_nothing
from deepstyle.errors import StoreError
from deepstyle.index.open import open_indexed
from deepstyle.people.associations.live import LiveAssociation
from deepstyle.people.merchandising.hiding import hides_on
from deepstyle.people.merchandising.live import Live
from deepstyle.settings import Precision, Settings
from deepstyle.shop.info import ShopInfo, info_of
from deepstyle.shop.models import Models
from deepstyle.shop.text_models import TextModels
from deepstyle.store.base import Store
from deepstyle.style.calibration.calibration import Calibration, read_calibration
from deepstyle.style.encoder import Encoder
from deepstyle.style.spec import ModelSpec


class OpenShop:
    """A store with the settings and the models that serve it; a context manager."""

    def __init__(
        self,
        store: Store,
        settings: Settings | None = None,
        *,
        encoder: Encoder | None = None,
        live: Live | None = None,
        pinned: Path | None = None,
    ) -> None:
        """A shop over an open store; ``encoder`` embeds single photos, in place of the one that ``settings`` names.

        With ``pinned``, the folder of that encoder, it answers from the encoder's space, whatever the store serves.

        ``live`` is what merchandisers decide, in place of what the store of people of ``settings`` holds.
        """
        self.store = store
        self.settings = settings or Settings()
        self.live = live or Live(self.settings.people_store)
        learned = LiveAssociation(self.live.opened, self.settings.rankings_dir)
        follows = learned.current if self.settings.bought_together else learned_nothing
        hides = hides_on("item", self.live, store)
        self._models = Models(store, self.settings, encoder, hides, follows, pinned)
        self._texts = TextModels(store, self.settings, lambda: self.live.decided().synonyms)

    @classmethod
    def open(
        cls,
        store: str = "",
        *,
        model: str = "",
        precision: Precision | None = None,
        compat: str = "",
        read_only: bool = False,
        settings: Settings | None = None,
    ) -> Self:
        """Open the store at the URL ``store``; what is not given comes from ``settings``, or the environment.

        ``model`` and ``compat`` are folders, or ``packaged``. Raises ``UsageError`` and ``StoreError``.
        """
        given = {"store": store, "model": model, "precision": precision, "compat": compat}
        chosen = (settings or Settings()).model_copy(update={name: value for name, value in given.items() if value})
        return cls(open_indexed(chosen.store, chosen.vector_index, read_only=read_only), chosen)

    @classmethod
    def open_existing(cls, store: str = "", *, must_write: bool = False) -> Self:
        """Open a store that exists, for writing where that is possible, else for reading; create nothing.

        Raises ``StoreError`` where there is no store, or ``must_write`` and it cannot be written.
        """
        reader = cls.open(store, read_only=True)
        try:
            writer = cls.open(store)
        except StoreError:
            if not must_write:
                return reader
            reader.close()
            raise
        reader.close()
        return writer

    def close(self) -> None:
        """Release the store, and stop what a search has running beside it."""
        self.close_texts()
        self.store.close()

    def close_texts(self) -> None:
        """Stop what a search by words has running in the background; the next one begins it again."""
        self._texts.close()
        self.live.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- models: each loaded on first use, once ------------------------------------------------------------------------
    @property
    def encoder(self) -> Encoder:
        """The encoder that the store's vectors came from, for one picture at a time."""
        return self._models.encoder

    @property
    def spec(self) -> ModelSpec:
        """The encoder's specification; the encoder itself is not loaded for it."""
        return self._models.spec

    @property
    def head(self) -> Head:
        """The compatibility head of the settings."""
        return self._models.head

    @property
    def stylist(self) -> Stylist:
        """The compatibility head over the store's vectors; raises ``FingerprintMismatchError`` where they differ."""
        return self._models.stylist

    @property
    def calibration(self) -> Calibration | None:
        """What a result is worth here; ``None`` where the model was never calibrated on this store."""
        return read_calibration(self.store, self.spec.fingerprint)

    @property
    def space(self) -> str:
        """The space of the vectors that serve.

        Raises ``UsageError`` where nothing was encoded, ``FingerprintMismatchError`` where the open encoder is of
        another model.
        """
        return self._models.space

    def info(self) -> ShopInfo:
        """Version, machine, store and model, and whether the model fits the store's vectors."""
        return info_of(self.store, self.settings)
