"""The catalogue as a map: similar items are close to each other."""

from typing import Annotated

from fastapi import APIRouter, Query

from deepstyle.api.models import MapPoint, StyleMap
from deepstyle.api.problems import documented
from deepstyle.api.resources import Open
from deepstyle.report.map_points import MAX_POINTS, POINTS, read_points

router = APIRouter(tags=["items"])
Limit = Annotated[int, Query(ge=1, le=MAX_POINTS, description="Maximum number of items, sampled evenly.")]


@router.get(
    "/v1/map",
    operation_id="getMap",
    summary="The catalogue as a map",
    responses=documented("admin-disabled", "bad-parameter", "invalid-parameter", "no-map", "not-ready", "map-pending"),
)
def style_map(resources: Open, limit: Limit = POINTS) -> StyleMap:
    """Items with coordinates in [-1, 1]. Neighbours are similar; distances between clusters mean little.

    If no map was computed, one is computed in the background for a small catalogue; until then 503 with `Retry-After`.
    """
    store, space = resources.store, resources.shop.space
    points = read_points(store, space) or resources.lazy_map.get(store, space)
    step = max(1, -(-len(points.item_ids) // limit))
    ids = points.item_ids[::step]
    items = store.get(ids)
    return StyleMap(
        method=points.method,
        points=[
            MapPoint(item_id=item_id, x=x, y=y, category=items[item_id].semantic_category, title=items[item_id].title)
            for item_id, (x, y) in zip(ids, points.places[::step].tolist(), strict=True)
            if item_id in items
        ],
    )
