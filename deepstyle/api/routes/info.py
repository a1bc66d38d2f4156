"""What is served here, and a few photos to begin with."""

from fastapi import APIRouter

import deepstyle
from deepstyle.api.dependencies import Open
from deepstyle.api.models import BandLimits, ExamplePhotos, Info, Product
from deepstyle.api.problems import documented
from deepstyle.catalogue.item import Item
from deepstyle.store.base import ItemFilter, Store

router = APIRouter(tags=["items"])
EXAMPLES = 8
AMONG = 20  # items of a category that one example is chosen from


@router.get("/v1/info", operation_id="getInfo", summary="What is served here", responses=documented("not-ready"))
def info(resources: Open) -> Info:
    """The catalogue's size, the model, what its similarities mean in words, and items to begin with."""
    ready, spec, bands = resources.readiness(), resources.encoders.spec, resources.bands
    return Info(
        version=deepstyle.__version__,
        items=ready.items,
        vectors=ready.vectors,
        architecture=spec.architecture,
        weights=spec.weights,
        precision=spec.precision,
        fingerprint=spec.fingerprint,
        embedding_dim=spec.embedding_dim,
        bands=BandLimits.of(bands) if bands else None,
        example_item_ids=[item.item_id for item in example_items(resources.store)],
    )


@router.get(
    "/v1/examples",
    operation_id="listExamples",
    summary="Photos to search with at once",
    responses=documented("not-ready"),
)
def examples(resources: Open) -> ExamplePhotos:
    """Items with a picture, each of another semantic category; their `image_url` is a photo to search with."""
    return ExamplePhotos(examples=[Product.of(item) for item in example_items(resources.store)])


def example_items(store: Store) -> list[Item]:
    """At most ``EXAMPLES`` items with a picture, the largest categories first, one of each, as long as there are."""
    categories = list(store.browse(limit=1).facets.semantic_categories)[:EXAMPLES]
    wheres = [ItemFilter(semantic_categories=(name,)) for name in categories] or [ItemFilter()]
    found = [_with_picture(store, where) for where in wheres]
    return [items[at] for at in range(AMONG) for items in found if at < len(items)][:EXAMPLES]


def _with_picture(store: Store, where: ItemFilter) -> list[Item]:
    items = store.browse(where, limit=AMONG).items
    pictures = store.image_sha256s([item.item_id for item in items])
    return [item for item in items if item.item_id in pictures]
