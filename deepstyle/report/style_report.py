"""The figures that show what a store's style vectors and suggestions call alike and compatible."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Final

from deepstyle.compatibility.completion import complete
from deepstyle.compatibility.head import Head
from deepstyle.compatibility.space import COMPAT_SPACE, is_space_of
from deepstyle.compatibility.stylist import Stylist
from deepstyle.errors import UsageError
from deepstyle.report.answers import item_tile
from deepstyle.report.outfit_grid import Look, draw_seeds, outfit_look, render_board, suggestion_looks
from deepstyle.report.page import Figure
from deepstyle.report.retrieval_sheet import choose_queries, contrast, contrast_rows, render_contrasts
from deepstyle.report.tsne_map import draw_sample, embed_in_plane, render_map
from deepstyle.store.base import Store

SHEET: Final = "Alike and unlike"
SHEET_CAPTION: Final = (
    "Each row: the query, the three nearest and the three farthest of its own category, and the three farthest of the "
    "catalogue. Below each picture: category and id, then rank and similarity, the cosine, as the API returns it."
)
MAP: Final = "Map of the style space"
MAP_CAPTION: Final = (
    "t-SNE by cosine: neighbours on the map are neighbours in the space; distances between islands mean little."
)
GRID: Final = "Outfit suggestions"
GRID_CAPTION: Final = "Each row: an item, and the three that are suggested for it."
GRID_ROWS: Final = 6
BOARD: Final = "Outfits"
BOARD_CAPTION: Final = "Each row: an item, what completes it best, how compatible all pieces are, and why."


def style_figures(
    store: Store, space: str, head: Head, *, item_ids: Sequence[str], queries: int, samples: int, seed: int
) -> Iterator[tuple[str, Figure]]:
    """Each figure with its file's name, drawn when it is asked for; those about outfits where there are suggestions.

    ``item_ids`` are the queries of the sheet; where there are none, ``queries`` of them are drawn.
    """
    chosen = item_ids or choose_queries(store, space, queries, seed=seed)
    contrasts = [contrast(store, space, item_id) for item_id in chosen]
    rows = [row for shown in contrasts for row in contrast_rows(shown)]
    yield "sheet.png", Figure(SHEET, SHEET_CAPTION, render_contrasts(store, contrasts), rows)
    vectors, categories = draw_sample(store, space, samples=samples, seed=seed)
    yield "map.png", Figure(MAP, MAP_CAPTION, render_map(embed_in_plane(vectors, seed=seed), categories))
    seeds = draw_seeds(store, GRID_ROWS, seed)
    if looks := suggestion_looks(store, seeds):
        yield "outfits.png", Figure(GRID, GRID_CAPTION, render_board(looks))
    if looks := completed_looks(store, head, seeds):
        yield "board.png", Figure(BOARD, BOARD_CAPTION, render_board(looks))


def completed_looks(store: Store, head: Head, item_ids: Sequence[str]) -> list[Look]:
    """The best outfit around each of these items; none where the store's suggestions come from another head."""
    space = store.meta(COMPAT_SPACE) or ""
    if not is_space_of(head, space):
        return []
    stylist = Stylist(store, space, head)
    looks = []
    for piece in stylist.pieces(item_ids):
        with suppress(UsageError):  # nothing is missing around it, or the shop has nothing that could be added
            (best,) = complete(stylist, [piece], k=1)
            notes = ("given", *["added"] * (len(best.pieces) - 1))
            tiles = [item_tile(store, one.item, note) for one, note in zip(best.pieces, notes, strict=True)]
            looks.append(outfit_look(best, tiles))
    return looks
