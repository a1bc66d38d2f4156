"""When a sale price counts: the two columns of its dates, whatever a shop calls them."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from deepstyle.catalogue.feeds.layouts.columns import normal
from deepstyle.catalogue.feeds.layouts.layout import Cells
from deepstyle.catalogue.moments import iso_day

_SALE: Final = re.compile(
    "sale|special|promo|offer|offert|angebot|aktion|rabatt|discount|rebaj|ofert|scont|actie|aanbied"
)
_START: Final = re.compile(
    r"(?:.*_)?(?:from|starts?|beg[ui]ns?|beginnt?|begint|von|ab|desde|debut|empieza|inicio|inizio|van|od)(?:_.*)?"
)
_END: Final = re.compile(
    r"(?:.*_)?(?:to|ends?|until|till|bis|endet?|ende|hasta|fi[mn]e?|termina|eindigt|einde|tot|do|expires|expiry)(?:_.*)?"
)
_LIKE_A_DATE: Final = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")


def sale_dates(cells: Cells, *, month_first: bool = False) -> dict[str, str]:
    """The field ``sale_dates`` of a row, as ``read_prices`` takes it; empty where no column has a date.

    In ``2/3/24`` the month comes first where ``month_first``.
    """
    texts = [cells[name] if name else "" for name in _columns(tuple(cells.values))]
    days = [iso_day(text, month_first=month_first) if _LIKE_A_DATE.match(text) else "" for text in texts]
    return {"sale_dates": "/".join(days)} if any(days) else {}


@lru_cache(maxsize=256)
def _columns(names: Sequence[str]) -> tuple[str, str]:
    """The columns of the first and the last day among ``names``, normalised; empty where there is none."""
    dated = [name for name in map(normal, names) if _SALE.search(name)]
    start, end = (next(filter(word.fullmatch, dated), "") for word in (_START, _END))
    return start, end
