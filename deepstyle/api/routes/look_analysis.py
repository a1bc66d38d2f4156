"""What is wrong with a look, and what makes it better: of items (by id), of photos, or of a photo of a worn look."""

from fastapi import APIRouter, Request

from deepstyle.api.dependencies import AnalysisFields
from deepstyle.api.look_analysis_models import AnalysedLook
from deepstyle.api.resources import Open
from deepstyle.api.routes.outfits import OUTFIT_PROBLEMS, outfit_body, outfit_photos, read_outfit
from deepstyle.compatibility.stylist import Piece

router = APIRouter(tags=["compatibility"])


@router.post(
    "/v1/looks:analyse",
    operation_id="analyseLook",
    summary="Analyse a look",
    responses=OUTFIT_PROBLEMS,
    openapi_extra=outfit_body(AnalysisFields),
)
async def analyse(request: Request, resources: Open) -> AnalysedLook:
    """The score, the weakest piece and pair, items that raise the score in its place, and items for missing slots.

    Each photo (`image`) shows one piece; a photo alone, without other photos and items, shows a worn look, and its
    garments are the pieces. What is proposed matches the filter, is in stock, is worn by the same people, and costs at
    most `budget` by itself.
    """
    fields, uploads = await read_outfit(request, AnalysisFields)
    photos = await outfit_photos(request, resources, uploads)

    def work() -> AnalysedLook:
        shop = resources.outfit_shop
        pieces: list[Piece] = [*map(shop.piece, fields.item_id), *photos]
        found = shop.analyse_look(pieces, k=fields.k, where=fields.where(), options=fields.options())
        return AnalysedLook.of(found, shop.stylist.basis("outfit"))

    return await resources.reads.run(request.state.client, work)
