"""What is served here, and a few photos to begin with."""

from pathlib import Path

from fastapi import APIRouter

import deepstyle
from deepstyle.api.declared import FilterDescription
from deepstyle.api.dependencies import MAX_K, Open
from deepstyle.api.models import BandLimits, ExamplePhotos, Info, Product
from deepstyle.api.problems import documented
from deepstyle.api.rules import OutfitRules, UploadLimits
from deepstyle.style.weights import HUB_PREFIX

router = APIRouter(tags=["items"])


@router.get("/v1/info", operation_id="getInfo", summary="What is served here", responses=documented("not-ready"))
def info(resources: Open) -> Info:
    """The catalogue's size, the model, the limits of its bands, items to start with, outfit rules and upload limits."""
    ready, spec, bands = resources.readiness(), resources.encoders.spec, resources.bands
    settings = resources.settings
    return Info(
        version=deepstyle.__version__,
        items=ready.items,
        vectors=ready.vectors,
        architecture=spec.architecture,
        weights=_public_name(spec.weights),
        precision=spec.precision,
        fingerprint=spec.fingerprint,
        embedding_dim=spec.embedding_dim,
        bands=BandLimits.of(bands) if bands else None,
        example_item_ids=[item.item_id for item in resources.examples],
        filters=FilterDescription.all(),
        max_results=MAX_K,
        outfit=OutfitRules(),
        uploads=UploadLimits(max_bytes=settings.max_upload_bytes, max_pixels=settings.max_image_pixels),
    )


def _public_name(weights: str) -> str:
    """The weights' name; of a file, without the folders of this machine."""
    return weights if weights.startswith(HUB_PREFIX) else Path(weights).name


@router.get(
    "/v1/examples",
    operation_id="listExamples",
    summary="Photos to search with at once",
    responses=documented("not-ready"),
)
def examples(resources: Open) -> ExamplePhotos:
    """Items with a picture, each of another semantic category; their `image_url` is a photo to search with."""
    return ExamplePhotos(examples=[Product.of(item) for item in resources.examples])
