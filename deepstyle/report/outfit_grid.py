"""Outfits as a picture or a page: one look per row, the score and the reasons beside its pieces."""

import base64
import io
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from PIL import Image, ImageDraw

from deepstyle.compatibility.completion import Completed
from deepstyle.compatibility.explain import Reason, SeenTogether, reasons
from deepstyle.images.pixels import encode_jpeg
from deepstyle.plain import plain_html
from deepstyle.report.answers import category_and_id, item_tile
from deepstyle.report.compatibility import value_in_words
from deepstyle.report.reasons import in_words
from deepstyle.report.sheet import ACCENT, CARD_PX, EDGE, GAP_PX, INK, MUTED, PAPER, Tile, draw_card, text_font, wrapped
from deepstyle.store.base import Store

_REASONS: Final = 4
_SIDE_PX: Final = 360
_HEAD_PX: Final = 30
_TEXT_PX: Final = 20
_STYLE: Final = """
body { background: #f7f5f2; color: #201e1c; font: 16px/1.4 system-ui, sans-serif; margin: 2rem; }
section { display: flex; flex-wrap: wrap; gap: 1rem; align-items: flex-start; margin-bottom: 2.5rem; }
.text { width: 18rem; } .text ul { padding-left: 1.1rem; color: #7e7870; }
figure { background: #fff; border: 1px solid #e4dfda; border-radius: 1rem; margin: 0; padding: 1rem; width: 12rem; }
figure.seed { border: 2px solid #b04030; } img { width: 100%; height: 14rem; object-fit: contain; }
figcaption { font-size: .9rem; } small { color: #7e7870; }
"""


@dataclass(frozen=True, slots=True)
class Look:
    """One outfit: its pieces, a title, and the reasons below it."""

    tiles: tuple[Tile, ...]
    title: str
    reasons: tuple[str, ...] = ()


def suggestion_looks(store: Store, item_ids: Sequence[str]) -> list[Look]:
    """A look for each item that has suggestions: the item, then those that go with it, and why."""
    looks, nothing_seen = [], SeenTogether()
    for item_id in item_ids:
        names = store.compatible(item_id)
        items = store.get([item_id, *names])
        if item_id in items and names:
            seed, *found = (items[name] for name in (item_id, *names) if name in items)
            why = dict.fromkeys(reason for item in found for reason in reasons(seed, item, nothing_seen))
            suggested = (item_tile(store, item, f"suggestion {rank}") for rank, item in enumerate(found, start=1))
            looks.append(Look((item_tile(store, seed, "seed"), *suggested), category_and_id(seed), _sentences(why)))
    return looks


def outfit_look(outfit: Completed, tiles: Sequence[Tile]) -> Look:
    """A completed outfit as a look; ``tiles`` are its pieces, in their order."""
    scored = outfit.score
    title = value_in_words(scored) if scored.compatibility is None else f"{value_in_words(scored)} compatible"
    return Look(tuple(tiles), title, _sentences(scored.reasons))


def _sentences(found: Iterable[Reason]) -> tuple[str, ...]:
    return tuple(in_words(reason) for reason in islice(found, _REASONS))


def draw_seeds(store: Store, count: int, seed: int = 0) -> list[str]:
    """Draw up to ``count`` items that have suggestions, at random."""
    ids = [item.item_id for item in store.iter_items()]
    dice = random.Random(seed)  # noqa: S311
    with_suggestions = (item_id for item_id in dice.sample(ids, len(ids)) if store.compatible(item_id))
    return list(islice(with_suggestions, count))


def render_board(looks: Sequence[Look]) -> bytes:
    """The looks as PNG, one per row; the first piece of each is framed."""
    widest = max((len(look.tiles) for look in looks), default=1)
    width = GAP_PX + _SIDE_PX + widest * (CARD_PX[0] + GAP_PX) + GAP_PX
    board = Image.new("RGB", (width, GAP_PX + max(1, len(looks)) * (CARD_PX[1] + GAP_PX)), PAPER)
    for row, look in enumerate(looks):
        top = GAP_PX + row * (CARD_PX[1] + GAP_PX)
        _draw_text(board, look, top)
        for column, tile in enumerate(look.tiles):
            left = GAP_PX + _SIDE_PX + column * (CARD_PX[0] + GAP_PX)
            draw_card(board, tile, (left, top), CARD_PX, EDGE if column else ACCENT)
    buffer = io.BytesIO()
    board.save(buffer, "PNG")
    return buffer.getvalue()


def render_html(looks: Sequence[Look], title: str = "Outfits") -> str:
    """The looks as one self-contained page."""
    rows = "\n".join(_section(look) for look in looks)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{plain_html(title)}</title>'
        f"<style>{_STYLE}</style></head>\n<body><h1>{plain_html(title)}</h1>\n{rows}\n</body></html>\n"
    )


def _draw_text(board: Image.Image, look: Look, top: int) -> None:
    """Draw the title and the reasons, left of the pieces."""
    draw, wide, at = ImageDraw.Draw(board), _SIDE_PX - GAP_PX, top + GAP_PX
    for line in wrapped(look.title, text_font(_HEAD_PX), wide, lines=2):
        draw.text((GAP_PX, at), line, INK, text_font(_HEAD_PX))
        at += _HEAD_PX + 8
    at += 8
    for reason in look.reasons:
        for line in wrapped(reason, text_font(_TEXT_PX), wide, lines=2):
            draw.text((GAP_PX, at), line, MUTED, text_font(_TEXT_PX))
            at += _TEXT_PX + 6
        at += 6


def _section(look: Look) -> str:
    reasons = "".join(f"<li>{plain_html(reason)}</li>" for reason in look.reasons)
    figures = "".join(_figure(tile, seed=at == 0) for at, tile in enumerate(look.tiles))
    return f'<section><div class="text"><h2>{plain_html(look.title)}</h2><ul>{reasons}</ul></div>{figures}</section>'


def _figure(tile: Tile, *, seed: bool) -> str:
    picture = ""
    if tile.picture is not None:
        data = base64.b64encode(encode_jpeg(tile.picture)).decode()
        picture = f'<img alt="{plain_html(tile.title)}" src="data:image/jpeg;base64,{data}">'
    kind = ' class="seed"' if seed else ""
    details = "".join(f"<br><small>{plain_html(text)}</small>" for text in (tile.detail, tile.note) if text)
    caption = plain_html(tile.title) + details
    return f"<figure{kind}>{picture}<figcaption>{caption}</figcaption></figure>"
