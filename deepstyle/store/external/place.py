"""Where a store's pictures are: a fact of the store, and the setting that it is compared with."""

import json
import os
from dataclasses import asdict, dataclass
from typing import Final

from deepstyle.errors import StoreError
from deepstyle.store.external.open import DATABASE, place_url

PLACE: Final = "store:pictures"
"""The fact with the ``Place``; by its prefix one about this store, which no copy takes along."""
SETTING: Final = "DEEPSTYLE_PICTURES"


@dataclass(frozen=True, slots=True)
class Place:
    """``url`` is where new pictures go, ``before`` where others still are while a move is unfinished, else ``""``.

    ``owner`` is the store's mark in these places.
    """

    url: str = DATABASE
    before: str = ""
    owner: str = ""

    def to_json(self) -> str:
        """The fact's text."""
        return json.dumps(asdict(self))

    @property
    def urls(self) -> tuple[str, ...]:
        """The places outside the database, the one of new pictures first."""
        return tuple(url for url in (self.url, self.before) if url and url != DATABASE)


def read_place(text: str | None) -> Place:
    """The place that the fact says, in the database where there is none; raises ``StoreError`` where it is damaged."""
    if text is None:
        return Place()
    try:
        fields = json.loads(text)
        return Place(*(str(fields[name]) for name in ("url", "before", "owner")))
    except (ValueError, LookupError, TypeError) as error:
        raise StoreError(
            "where the store's pictures are is damaged in the store.", remedy="Run `deepstyle check`."
        ) from error


def wanted_url() -> str:
    """The place that ``DEEPSTYLE_PICTURES`` names, ``""`` where it is not set; raises ``UsageError``."""
    text = os.environ.get(SETTING, "")
    return place_url(text) if text else ""
