"""Who a request acts for: a person, a pseudonym with consent, or nobody."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Shopper:
    """The shopper of a request, as the API's dependency reads her from cookies and headers.

    ``client_id`` is the pseudonym that events carry: "" without consent. ``person_id`` is "" for anonymous shoppers.
    ``may_measure`` and ``may_personalise`` are her consent, false where she sends Global Privacy Control.
    """

    client_id: str = ""
    person_id: str = ""
    session_id: str = ""
    may_measure: bool = False
    may_personalise: bool = False

    @property
    def owner(self) -> str:
        """Whom records belong to: the person, else the pseudonym; "" for nobody."""
        return self.person_id or self.client_id


NOBODY: Final = Shopper()
