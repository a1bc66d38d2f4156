"""What the colour of a query means in one search: ``match``, ``ignore``, or another colour as ``#rrggbb``.

Only the query changes; the stored vectors do not.
"""

import re
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import ItemFilter
from deepstyle.errors import UsageError
from deepstyle.style.colour import picked_colour
from deepstyle.style.spec import ModelSpec

MATCH: Final = "match"
IGNORE: Final = "ignore"
PICKED: Final = 2.0
"""A colour that is picked counts so many times as much as that of a query (``research/colour.md``)."""
MOST: Final = 0.5
"""The largest share of the similarity that a picked colour has."""
_HEX: Final = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)

Vector = NDArray[np.float32]


def is_colour_choice(text: str) -> bool:
    """Whether ``text`` is ``match``, ``ignore`` or a colour as ``#rrggbb``, whatever its case."""
    return text.casefold() in (MATCH, IGNORE) or bool(_HEX.fullmatch(text))


def measures_similarity(choice: str) -> bool:
    """Whether similarities are those of the model's own balance of style and colour: with ``match``, or no choice."""
    return choice.casefold() in ("", MATCH)


def split_choice(where: ItemFilter) -> tuple[ItemFilter, str]:
    """``where`` without what is a choice among its ``colours``, and that choice, ``""`` where there is none.

    So one parameter ``colour`` serves both: names of the catalogue filter, choices concern the query. Raises
    ``UsageError`` for two choices.
    """
    chosen = [text for text in where.colours if is_colour_choice(text)]
    if len(chosen) > 1:
        raise UsageError(
            f"{' and '.join(chosen)} are two choices of colour.", remedy="Give one of match, ignore and #rrggbb."
        )
    others = tuple(text for text in where.colours if text not in chosen)
    return replace(where, colours=others), "".join(chosen)


def reweight(vector: Vector, spec: ModelSpec, colour: str) -> Vector:
    """The query (D,) of unit norm for ``colour``, from a stored or encoded vector (D,) of the model of ``spec``.

    ``match`` is the vector itself. ``ignore`` leaves the style alone. ``#rrggbb`` replaces the colour by that of a
    picture that has about this colour everywhere, and lets it count ``PICKED`` times as much. Raises ``UsageError``
    for another text, and for a model without colour.
    """
    if not is_colour_choice(colour):
        raise UsageError(f"{colour!r} is no colour.", remedy="Use match, ignore, or a colour as #rrggbb.")
    if not spec.colour_dim:
        raise UsageError(
            f"colour {colour} cannot be applied: the vectors of this model have no colour.",
            remedy="Leave it out, or encode with a model whose vectors have colour.",
        )
    if colour.casefold() == MATCH:
        return vector
    alone = style_alone(vector, spec)
    if colour.casefold() == IGNORE:
        return alone
    weight = min(PICKED * spec.colour_weight, max(MOST, spec.colour_weight))
    # Items have parts of the lengths sqrt(1 - w) and sqrt(w); the query's are such that both weigh as they should.
    style = (1 - weight) / np.sqrt(1 - spec.colour_weight) * alone[: spec.style_dim]
    colours = weight / np.sqrt(spec.colour_weight) * picked_colour(one_pixel(colour))
    picked = np.concatenate([style, colours])
    return np.asarray(picked / np.linalg.norm(picked), np.float32)


def one_pixel(shade: str) -> NDArray[np.uint8]:
    """A picture (1, 1, 3) of the ``shade`` (``#rrggbb``) alone."""
    return np.frombuffer(bytes.fromhex(shade[1:]), np.uint8).reshape(1, 1, 3)


def style_alone(vectors: Vector, spec: ModelSpec) -> Vector:
    """Vectors (..., D) of unit norm as queries that ignore colour; they are unchanged where the model has none."""
    if not spec.colour_dim:
        return vectors
    alone = vectors.copy()
    alone[..., spec.style_dim :] = 0
    return np.asarray(alone / np.linalg.norm(alone, axis=-1, keepdims=True), np.float32)
