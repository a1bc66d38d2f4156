"""What is served, and a few example photos."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter
from fastapi import Path as InPath
from starlette.responses import FileResponse

import deepstyle
from deepstyle.api.addresses import address
from deepstyle.api.basis import CompatibilityBasis
from deepstyle.api.declared import FilterDescription
from deepstyle.api.dependencies import MAX_K
from deepstyle.api.models import ExamplePhoto, ExamplePhotos, Info, Product
from deepstyle.api.problems import ProblemError, documented
from deepstyle.api.resources import Open
from deepstyle.api.rules import Band, OutfitRules, UploadLimits
from deepstyle.catalogue.colours import COLOURS
from deepstyle.catalogue.value_names import VALUE_NAMES
from deepstyle.demo.photos import example_photos, sells_photographed
from deepstyle.errors import DeepstyleError
from deepstyle.images.pixels import readable_types
from deepstyle.shop import Shop
from deepstyle.style.hub import HUB_PREFIX

router = APIRouter(tags=["items"])
ExampleName = Annotated[str, InPath(max_length=64, pattern=r"^[A-Za-z0-9-]+$", examples=["sh-7cad8857"])]


@router.get("/v1/info", operation_id="getInfo", summary="What is served", responses=documented("not-ready"))
def info(resources: Open) -> Info:
    """The size of the catalogue, the model, words for probabilities, outfit rules, limits, and example items."""
    ready, shop, settings = resources.readiness(), resources.shop, resources.settings
    spec, calibration = shop.spec, shop.calibration
    return Info(
        version=deepstyle.__version__,
        items=ready.items,
        vectors=ready.vectors,
        architecture=spec.architecture,
        weights=_public_name(spec.weights),
        precision=spec.precision,
        fingerprint=spec.fingerprint,
        embedding_dim=spec.embedding_dim,
        calibrated=calibration is not None and calibration.calibrated,
        bands=Band.all(),
        compatibility=_basis(shop),
        example_item_ids=[item.item_id for item in resources.examples],
        filters=FilterDescription.all(),
        colours=list(COLOURS),
        values=list(VALUE_NAMES),
        colour_search=spec.colour_dim > 0,
        max_results=MAX_K,
        outfit=OutfitRules(),
        uploads=UploadLimits(
            max_bytes=settings.max_upload_bytes,
            max_pixels=settings.max_image_pixels,
            media_types=list(readable_types()),
        ),
        upgrade=ready.upgrade,
    )


def _basis(shop: Shop) -> CompatibilityBasis | None:
    """What outfit scores are worth; ``None`` where the head does not fit the store."""
    try:
        return CompatibilityBasis.model_validate(shop.stylist.basis("outfit"), from_attributes=True)
    except DeepstyleError:
        return None


def _public_name(weights: str) -> str:
    """The weights' name; of a file, without the folders of this machine."""
    return weights if weights.startswith(HUB_PREFIX) else Path(weights).name


@router.get(
    "/v1/examples",
    operation_id="listExamples",
    summary="Example photos to search with",
    responses=documented("not-ready"),
)
def examples(resources: Open) -> ExamplePhotos:
    """Items with a picture, of different semantic categories, and photos; search with what is at their `image_url`."""
    shown = example_photos().values() if sells_photographed(resources.store) else ()
    return ExamplePhotos(
        examples=[Product.of(item) for item in resources.examples],
        photos=[ExamplePhoto(title=one.title, image_url=address(f"/v1/examples/{one.name}")) for one in shown],
    )


@router.get(
    "/v1/examples/{name}",
    operation_id="getExamplePhoto",
    summary="An example photo of the demo catalogue",
    response_class=FileResponse,
    responses={
        200: {
            "description": "The photo.",
            "content": {"image/webp": {"schema": {"type": "string", "format": "binary"}}},
        },
        **documented("not-found", "invalid-parameter"),
    },
)
def example_photo(name: ExampleName) -> FileResponse:
    """A photo that `GET /v1/examples` names."""
    found = example_photos().get(name)
    if found is None:
        raise ProblemError("not-found", f"there is no example photo {name!r}.")
    return FileResponse(found.path, media_type="image/webp", headers={"Cache-Control": "public, max-age=86400"})
