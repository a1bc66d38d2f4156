"""Vectors and suggestions for a whole catalogue, each picture read once.

The compatibility vectors come from the same pass through the network as the style vectors, shard by shard. What a
killed run left without them, or was encoded without suggestions, is read again.

A store that another model serves, such as the former default, keeps that model's vectors and suggestions until the new
ones are complete. One write then switches to both, or `deepstyle model switch` does later.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache, partial
from pathlib import Path
from typing import Any, Final, Literal

from numpy.typing import NDArray

from deepstyle.compatibility.catalogue_test import CatalogueTest, measure_head
from deepstyle.compatibility.head import Head
from deepstyle.compatibility.mapping import MappingReport, prepare_mapping, update_mapping
from deepstyle.compatibility.space import (
    COMPAT_SPACE,
    ProjectReport,
    is_packaged_space,
    is_space_of,
    project_store,
    space_name,
    write_vectors,
)
from deepstyle.compatibility.trials import KeepsRules
from deepstyle.demo.rules import keeps_rules
from deepstyle.errors import FingerprintMismatchError, UsageError
from deepstyle.images.item_image import ItemImage
from deepstyle.shop.model_sets import ModelSet, drop_other_sets, publish_set, record_set
from deepstyle.shop.models import Models
from deepstyle.store.base import Store
from deepstyle.store.url import without_password
from deepstyle.style.calibration.calibrate import calibrate_store
from deepstyle.style.calibration.calibration import Calibration
from deepstyle.style.calibration.garment_types import read_types
from deepstyle.style.encode import (
    STYLE_SPACE,
    EncodedShard,
    EncodeReport,
    encode_shard,
    encode_store,
    put_shard,
    read_shard,
)
from deepstyle.style.encoder import Encoder
from deepstyle.style.feature_table import read_features
from deepstyle.style.item_categories import fill_categories
from deepstyle.style.item_colours import fill_colours
from deepstyle.style.parts import FIRST, stored_parts
from deepstyle.style.search import serving_space
from deepstyle.style.spec import ModelSpec, read_spec

Progress = Callable[[int, int], None]
"""Called with how much is done and how much there is."""
Runner = Literal["local", "ray"]
"""Where pictures are encoded: in this process, or on a Ray cluster."""
KNOWN_RULES: Final[Mapping[str, KeepsRules]] = {"demo": keeps_rules}
"""The catalogues whose rules are known, by the name in ``own_outfits``."""
OpenEncoder = Callable[[], Encoder]
Features = Mapping[str, NDArray[Any]]
"""Backbone features (F,) by the SHA-256 of the picture."""
NOTHING_READ: Final = ProjectReport((), ())


@dataclass(frozen=True, slots=True)
class SuggestReport:
    """What ``Shop.suggest`` did: pictures read and projected now, and the suggestions that were computed.

    ``test`` is the head's test on the catalogue's own outfits, ``None`` where they are too few, or nothing was tested.
    """

    projected: ProjectReport
    mapping: MappingReport
    test: CatalogueTest | None = None


@dataclass(frozen=True, slots=True)
class EncodeResult(EncodeReport):
    """What ``Shop.encode`` did: the style vectors, then the suggestions.

    ``suggestions`` is ``None`` where there are none, and ``suggestions_left_out`` then says why (empty where none were
    asked for). ``deleted`` counts the vectors of other models that ``drop_old`` deleted. ``calibration`` is ``None``
    where none was asked for, or nothing was encoded.
    """

    suggestions: SuggestReport | None = None
    suggestions_left_out: str = ""
    deleted: int = 0
    calibration: Calibration | None = None


@dataclass(frozen=True, slots=True)
class EncodeJob:
    """How ``encode_catalogue`` works: see ``Shop.encode``."""

    shard_size: int = 256
    suggest: bool = True
    drop_old: bool = False
    runner: Runner = "local"
    ray_address: str = ""
    calibrate: bool = True
    drop_former: bool = False
    switch: bool = True


@dataclass(frozen=True, slots=True)
class Projector:
    """Writes the compatibility vectors of pictures that were just encoded; Ray sends it to its workers."""

    space: str
    head: Head

    def __call__(self, store: Store, shard: EncodedShard) -> None:
        """Write the vectors of ``shard``; its items' suggestions are void until they are computed again."""
        vectors = shard.vectors
        write_vectors(store, self.space, self.head, vectors.item_ids, vectors.image_sha256s, shard.features)


def encode_catalogue(
    store: Store,
    models: Models,
    job: EncodeJob,
    *,
    on_progress: Progress | None = None,
    on_suggest: Progress | None = None,
    on_calibrate: Progress | None = None,
) -> EncodeResult:
    """Encode every picture without a current vector, write the suggestions, calibrate; see ``Shop.encode``."""
    folder = models.encoding_folder()
    spec, open_encoder = read_spec(folder), cache(partial(models.open_encoder, folder))
    head = models.head_of(spec) if job.suggest else None
    left_out = why_no_suggestions(store, head, spec) if head else ""
    projector = _projector(head, spec) if head and not left_out else None
    shares = projector is not None and _serves_another_model(store, spec, projector)
    report = _encode(store, folder, open_encoder, job, None if shares else projector, on_progress)
    fill_colours(store, spec.preprocessing, shard_size=job.shard_size)
    types, has_vectors = read_types(folder, spec), store.spaces().get(report.space, 0) > 0
    suggestions = None
    if has_vectors:
        record_set(store, ModelSet.of(spec, models.name, projector.space if projector else ""))
        projected = _projected(store, projector, open_encoder, on_progress=on_suggest) if projector else NOTHING_READ
        if job.switch or report.serving:
            suggestions = _published(store, report.space, projector, projected, on_progress=on_suggest)
            report = replace(report, serving=True)
            fill_categories(store, report.space, types)
        elif projector:
            bring_up = update_mapping if shares else prepare_mapping
            bring_up(store, projector.space, on_progress=on_suggest)
    deleted = 0
    if has_vectors and (job.drop_old or job.drop_former):
        deleted = drop_other_sets(store, report.space, drop_former=job.drop_former)
    calibration = None
    if job.calibrate and has_vectors:
        calibration = calibrate_store(store, report.space, types, open_encoder, on_progress=on_calibrate)
    known = {field.name: getattr(report, field.name) for field in fields(report)}
    return EncodeResult(
        **known, suggestions=suggestions, suggestions_left_out=left_out, deleted=deleted, calibration=calibration
    )


def calibrate_catalogue(
    store: Store, models: Models, *, force: bool = False, on_progress: Progress | None = None
) -> Calibration:
    """Calibrate the model that serves; see ``Shop.calibrate``."""
    folder = models.serving_folder()
    spec = read_spec(folder)
    space = serving_space(store, spec)
    if not store.spaces().get(space):
        raise UsageError(
            f"{without_password(store.url)} has no vectors of the model {space}.", remedy="Run `deepstyle encode`."
        )
    open_encoder = partial(models.open_encoder, folder)
    return calibrate_store(store, space, read_types(folder, spec), open_encoder, force=force, on_progress=on_progress)


def encode_new(store: Store, models: Models) -> int:
    """Encode what has no vector yet and bring the suggestions up to date; return how many pictures were encoded.

    Does nothing where the store was never encoded. Suggestions that another head wrote stay as they are.
    """
    if store.meta(STYLE_SPACE) is None:
        return 0
    encoder = models.encoder
    serving_space(store, encoder.spec)
    projector = _serving_projector(store, models)
    report = encode_store(
        store, encoder, on_shard=partial(projector, store) if projector else None, take_over=False
    )  # another process may have switched to another model meanwhile
    fill_categories(store, report.space, read_types(models.serving_folder(), encoder.spec))
    if projector:
        write_suggestions(store, projector, lambda: encoder)
    return report.encoded


def encode_items(store: Store, models: Models, item_ids: Sequence[str], *, workers: int = 0) -> frozenset[str]:
    """Encode those of ``item_ids`` that have no vector yet; return which of them have one in the space that serves.

    Their suggestions are void until they are computed again. Does nothing where the store was never encoded. See
    ``encode_shard`` for ``workers``.
    """
    if store.meta(STYLE_SPACE) is None:
        return frozenset()
    encoder = models.encoder
    space = serving_space(store, encoder.spec)
    projector = _serving_projector(store, models)
    for part in stored_parts(store):
        current = set(store.vectors(part.space(space), item_ids).item_ids)
        pictures = read_shard(store, [item_id for item_id in item_ids if item_id not in current], part)
        shard = encode_shard(encoder, pictures, workers=workers, part=part)
        put_shard(store, part.space(space), shard)
        if projector and part == FIRST:
            projector(store, shard)
    return frozenset(store.vectors(space, item_ids).item_ids)


def suggest_catalogue(
    store: Store, models: Models, *, features: Path | None, full: bool, on_progress: Progress | None
) -> SuggestReport:
    """Write the suggestions of the whole catalogue; see ``Shop.suggest``."""
    folder = models.serving_folder()
    spec = read_spec(folder)
    head = models.head_of(spec)
    head.check_backbone(spec.features_fingerprint)
    known = _read_known(features, spec) if features else {}
    projector = _projector(head, spec)
    report = write_suggestions(
        store, projector, partial(models.open_encoder, folder), known=known, full=full, on_progress=on_progress
    )
    return _tested(store, projector, report)


def write_suggestions(
    store: Store,
    projector: Projector,
    open_encoder: OpenEncoder,
    *,
    known: Features | None = None,
    full: bool = False,
    on_progress: Progress | None = None,
) -> SuggestReport:
    """Project the pictures that have no compatibility vector yet, then compute what changed of the suggestions.

    The encoder is opened only where a picture has to be read.
    """
    projected = _projected(store, projector, open_encoder, known=known, on_progress=on_progress)
    mapping = update_mapping(store, projector.space, full=full, on_progress=on_progress)
    return SuggestReport(projected, mapping)


def _projected(
    store: Store,
    projector: Projector,
    open_encoder: OpenEncoder,
    *,
    known: Features | None = None,
    on_progress: Progress | None = None,
) -> ProjectReport:
    if not store.missing_vectors(projector.space, limit=1):
        return NOTHING_READ
    encoder = open_encoder()

    def features_of(image: ItemImage) -> NDArray[Any]:
        row = (known or {}).get(image.sha256)
        return encoder.encode([encoder.decode(image.data)]).features[0] if row is None else row

    return project_store(
        store, projector.space, projector.head, features_of, workers=2 * encoder.streams, on_progress=on_progress
    )


def _published(
    store: Store, space: str, projector: Projector | None, projected: ProjectReport, on_progress: Progress | None
) -> SuggestReport | None:
    """Serve ``space`` with its suggestions, in one write; without a ``projector`` suggestions stay as they are."""
    mapping = publish_set(store, ModelSet(space, projector.space if projector else ""), on_progress=on_progress)
    return _tested(store, projector, SuggestReport(projected, mapping)) if projector and mapping else None


def why_no_suggestions(store: Store, head: Head, spec: ModelSpec) -> str:
    """Why encoding writes no suggestions, in a sentence; empty where it does."""
    if head.spec.backbone != spec.features_fingerprint:
        return (
            f"the compatibility head reads features of the backbone {head.spec.backbone}, but this model's are "
            f"{spec.features_fingerprint}; `deepstyle train compat` trains a head for this model."
        )
    serving = store.meta(COMPAT_SPACE)
    is_upgrade = serving and is_packaged_space(serving) and is_packaged_space(space_name(head, spec.precision))
    is_own = store.meta(STYLE_SPACE) != spec.fingerprint and not is_packaged_space(space_name(head, spec.precision))
    if serving and not is_space_of(head, serving) and not is_upgrade and not is_own:
        return f"the suggestions in the store come from another head ({serving}); `deepstyle suggest` replaces them."
    return ""


def _tested(store: Store, projector: Projector, report: SuggestReport) -> SuggestReport:
    return replace(report, test=measure_head(store, projector.space, projector.head, rules=KNOWN_RULES))


def _encode(
    store: Store,
    folder: Path,
    open_encoder: OpenEncoder,
    job: EncodeJob,
    projector: Projector | None,
    on_progress: Progress | None,
) -> EncodeReport:
    """Encode; where another model serves, it goes on until all is there."""
    if job.runner == "ray":
        from deepstyle.style.encode_ray import encode_store_by_ray

        return encode_store_by_ray(
            store,
            folder,
            shard_size=job.shard_size,
            address=job.ray_address,
            on_progress=on_progress,
            on_shard=projector,
            take_over=False,
        )
    return encode_store(
        store,
        open_encoder(),
        shard_size=job.shard_size,
        on_progress=on_progress,
        on_shard=partial(projector, store) if projector else None,
        take_over=False,
    )


def _projector(head: Head, spec: ModelSpec) -> Projector:
    return Projector(space_name(head, spec.precision), head)


def _serves_another_model(store: Store, spec: ModelSpec, projector: Projector) -> bool:
    """Whether the suggestions of ``projector`` serve beside another model: no shard may make them void."""
    return store.meta(COMPAT_SPACE) == projector.space and store.meta(STYLE_SPACE) != spec.fingerprint


def _serving_projector(store: Store, models: Models) -> Projector | None:
    """The projector into the space that serves; ``None`` where the store has no suggestions of this head."""
    serving = store.meta(COMPAT_SPACE)
    if not serving:
        return None
    projector = _projector(models.head, models.encoder.spec)
    return projector if projector.space == serving else None


def _read_known(folder: Path, spec: ModelSpec) -> Features:
    """A table's features by the SHA-256 of their picture; raises ``FingerprintMismatchError`` for another model's."""
    table = read_features(folder)
    if table.fingerprint != spec.fingerprint:
        raise FingerprintMismatchError(
            f"{folder} holds features of the model {table.fingerprint}, not of {spec.fingerprint}.",
            remedy="Give the features of this model, or none.",
        )
    return dict(zip(table.image_sha256s, table.features, strict=True))
