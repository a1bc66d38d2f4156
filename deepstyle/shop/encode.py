"""The vectors of a whole catalogue, and which model's serve: encode, switch to another, and back."""

from deepstyle.errors import UsageError
from deepstyle.shop.encoding import EncodeJob, EncodeResult, Progress, Runner, encode_catalogue
from deepstyle.shop.model_sets import (
    SetStatus,
    SwitchReport,
    find_set,
    former_set,
    model_sets,
    switch_models,
)
from deepstyle.shop.opened import OpenShop
from deepstyle.style.augmented_views import keep_augmented_views


class EncodeShop(OpenShop):
    """What ``deepstyle encode`` and ``deepstyle model`` do."""

    def encode(
        self,
        *,
        shard_size: int = 256,
        augmented_views: bool | None = None,
        suggest: bool = True,
        calibrate: bool = True,
        drop_old: bool = False,
        drop_former: bool = False,
        switch: bool = True,
        runner: Runner = "local",
        ray_address: str = "",
        on_progress: Progress | None = None,
        on_suggest: Progress | None = None,
        on_calibrate: Progress | None = None,
    ) -> EncodeResult:
        """Compute the vectors of all pictures that have none, then the suggestions, each picture read once.

        ``augmented_views`` also encodes each picture brighter and compressed, or no longer; ``None`` is as before.
        Without ``switch`` another model goes on serving until ``switch_model``. ``drop_old`` deletes the vectors of
        other models at the end, those of the one that served before only with ``drop_former``. ``runner`` may be a Ray
        cluster at ``ray_address`` (empty: one on this machine). ``on_progress`` counts pictures, ``on_suggest`` those
        that were encoded before and are read for the suggestions, ``on_calibrate`` those for ``calibrate``. A picture
        that fails is only reported.
        """
        if augmented_views is not None:
            keep_augmented_views(self.store, augmented_views)
        job = EncodeJob(shard_size, suggest, drop_old, runner, ray_address, calibrate, drop_former, switch)
        progress = {"on_progress": on_progress, "on_suggest": on_suggest, "on_calibrate": on_calibrate}
        return encode_catalogue(self.store, self._models, job, **progress)

    def models(self) -> list[SetStatus]:
        """The models that the store has vectors of, how complete they are, which serves and which served before."""
        return model_sets(self.store)

    def switch_model(self, model: str, *, on_progress: Progress | None = None) -> SwitchReport:
        """Serve another model, by its name or space, whose vectors ``encode`` computed without ``switch``.

        One write switches vectors and suggestions. Raises ``UsageError`` where it lacks pictures that are found now.
        """
        return switch_models(self.store, find_set(self.store, model), on_progress=on_progress)

    def roll_back_model(self, *, on_progress: Progress | None = None) -> SwitchReport:
        """Serve the model that served before; raises ``UsageError`` where none did, and as ``switch_model``."""
        former = former_set(self.store)
        if former is None:
            raise UsageError("no other model served before, or its vectors were deleted.", remedy="See `model status`.")
        return switch_models(self.store, former, on_progress=on_progress)
