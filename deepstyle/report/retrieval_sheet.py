"""What the style embedding calls alike and unlike, one row per query, for a person to judge.

Each row shows the query, its 3 nearest and its 3 farthest items of its own semantic category, and the 3 farthest of
the catalogue, with their ranks and similarities. The search that serves finds them, the farthest as the nearest to the
opposite vector, so the similarities are those of the API.
"""

import dataclasses
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image, ImageDraw

from deepstyle.catalogue.item import Item
from deepstyle.report.answers import category_and_id, item_tile
from deepstyle.report.published import Row
from deepstyle.report.sheet import (
    ACCENT,
    CARD_PX,
    EDGE,
    GAP_PX,
    INK,
    MUTED,
    PAPER,
    TITLE_PX,
    draw_card,
    draw_heading,
    text_font,
)
from deepstyle.store.base import ItemFilter, Store
from deepstyle.style.search import EVERYTHING, Match, matches_of, similar_items

SHOWN: Final = 3
HEADINGS: Final = ("query", "nearest in its category", "farthest in its category", "farthest in the catalogue")
FARTHEST_OF_ALL: Final = "farthest of all"
HEADING_PX: Final = 64
ROW_HEADING_PX: Final = 56


@dataclass(frozen=True, slots=True)
class Contrast:
    """A query with its nearest and its farthest items."""

    query: Item
    nearest: tuple[Match, ...]
    farthest: tuple[Match, ...]
    farthest_of_all: tuple[Match, ...]

    @property
    def groups(self) -> dict[str, tuple[Match, ...]]:
        """The items by their group's heading."""
        return dict(zip(HEADINGS[1:], (self.nearest, self.farthest, self.farthest_of_all), strict=True))

    def label(self, match: Match) -> str:
        """``FARTHEST_OF_ALL`` for the one item that is, wherever it is shown."""
        most = self.farthest_of_all[0].item.item_id if self.farthest_of_all else ""
        return FARTHEST_OF_ALL if match.item.item_id == most else ""


def contrast(store: Store, space: str, item_id: str) -> Contrast:
    """The items nearest to and farthest from ``item_id`` in ``space``; raises ``UnknownItemError``."""
    query = store.get([item_id]).get(item_id)
    own = ItemFilter(semantic_categories=(query.semantic_category,)) if query else EVERYTHING
    nearest = similar_items(store, space, item_id, k=SHOWN, where=own, group_by="none")
    assert query is not None  # else similar_items has raised
    return Contrast(
        query, tuple(nearest), _farthest(store, space, item_id, own), _farthest(store, space, item_id, EVERYTHING)
    )


def _farthest(store: Store, space: str, item_id: str, where: ItemFilter) -> tuple[Match, ...]:
    opposite = -store.vectors(space, [item_id]).vectors[0]
    # search_vector would rank an item by its farthest view.
    found = matches_of(store, store.search(space, opposite, k=SHOWN, where=where, exclude=[item_id], group_by="none"))
    return tuple(dataclasses.replace(match, similarity=-match.similarity) for match in found)


def choose_queries(store: Store, space: str, count: int, *, seed: int = 0) -> list[str]:
    """Draw ``count`` items with a vector from the semantic categories in turn, the largest first."""
    ids = store.vectors(space).item_ids
    items = store.get(ids)
    by_category: dict[str, list[str]] = {}
    for item_id in np.random.default_rng(seed).permutation(np.array(ids, dtype=object)):
        if item_id in items:
            by_category.setdefault(items[item_id].semantic_category, []).append(item_id)
    # A smaller category has no three near and three far items.
    groups = sorted((group for group in by_category.values() if len(group) > 2 * SHOWN), key=len, reverse=True)
    rounds = max((len(group) for group in groups), default=0)
    return [group[turn] for turn in range(rounds) for group in groups if turn < len(group)][:count]


def contrast_rows(shown: Contrast) -> list[Row]:
    """The numbers of a row of the sheet, as rows of a table."""
    return [
        {
            "query": shown.query.item_id,
            "query_category": shown.query.semantic_category,
            "group": group,
            "rank": match.rank,
            "similarity": round(match.similarity, 4),
            "item": match.item.item_id,
            "category": match.item.semantic_category,
            "farthest_of_all": bool(shown.label(match)),
        }
        for group, matches in shown.groups.items()
        for match in matches
    ]


def render_contrasts(store: Store, contrasts: Sequence[Contrast]) -> bytes:
    """The sheet as PNG, one row per contrast."""
    columns = 1 + 3 * SHOWN
    width = columns * (CARD_PX[0] + GAP_PX) + 4 * GAP_PX
    height = HEADING_PX + len(contrasts) * (ROW_HEADING_PX + CARD_PX[1] + GAP_PX)
    sheet = Image.new("RGB", (width, height), PAPER)
    _draw_headings(sheet)
    for row, shown in enumerate(contrasts):
        _draw_row(sheet, store, shown, HEADING_PX + row * (ROW_HEADING_PX + CARD_PX[1] + GAP_PX))
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG")
    return buffer.getvalue()


def _draw_row(sheet: Image.Image, store: Store, shown: Contrast, top: int) -> None:
    """A line that names the query, then the cards below it."""
    name = f"Query: {category_and_id(shown.query)}"
    draw_heading(sheet, name, (_left(0), top + ROW_HEADING_PX - 18), sheet.width - 2 * GAP_PX)
    top += ROW_HEADING_PX
    draw_card(sheet, item_tile(store, shown.query, "the query"), (_left(0), top), CARD_PX, ACCENT)
    for group, matches in enumerate(shown.groups.values()):
        for at, match in enumerate(matches, start=1 + group * SHOWN):
            note = f"{match.rank} · similarity {match.similarity:.3f}"
            tile = item_tile(store, match.item, note, label=shown.label(match))
            draw_card(sheet, tile, (_left(at), top), CARD_PX, EDGE)


def _left(column: int) -> int:
    """The left edge of a column; each group of three follows a wider gap."""
    groups = 0 if column == 0 else 1 + (column - 1) // SHOWN
    return GAP_PX + column * (CARD_PX[0] + GAP_PX) + groups * GAP_PX


def _draw_headings(sheet: Image.Image) -> None:
    draw = ImageDraw.Draw(sheet)
    for group, heading in enumerate(HEADINGS):
        left = _left(0 if group == 0 else 1 + SHOWN * (group - 1))
        draw.text((left, HEADING_PX - 16), heading, INK if group == 0 else MUTED, text_font(TITLE_PX + 4), anchor="ls")
