"""What is kept of a field's text where not every text is of use."""

from collections.abc import Callable, Mapping
from typing import Final

from deepstyle.catalogue.moments import kept_moment
from deepstyle.catalogue.rows import RowError
from deepstyle.catalogue.text import kept_url

KEPT: Final[Mapping[str, Callable[[str], tuple[str, tuple[RowError, ...]]]]] = {
    "url": kept_url,
    "added_at": kept_moment,
}
"""By field: the text that is kept, empty where it is of no use, and why it is."""
