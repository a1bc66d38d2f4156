"""The addresses of the website's pages, and of those that moved: the one table that the server answers from.

``web/src/app/router.tsx`` shows the pages. At any other address it shows that there is none, which the server answers
with 404.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from starlette.routing import compile_path

HASHED: Final = "assets"
"""The folder of the website's scripts and styles, which have their content's hash in their names."""

PEOPLE_PAGES: Final = (
    "/account", "/account/sign-in", "/account/sign-up", "/account/forgot", "/account/confirm", "/account/address",
    "/account/reset", "/wishlist", "/history",
)  # fmt: skip
"""Those of a person; where accounts are off, they say that they do not exist."""
PAGES: Final = (
    "/",
    "/item/{item_id}",
    "/demo-shop/{item_id}",
    "/studio",
    "/look",
    "/shop-the-look",
    "/privacy",
    *PEOPLE_PAGES,
)
"""``{name}`` is one part of an address, ``{name:path}`` all the rest of it."""
ADMIN_PAGES: Final = frozenset(
    f"/admin{page}"
    for page in (
        "",
        "/rules",
        "/words",
        "/looks",
        "/analytics",
        "/audit",
        "/imports",
        "/map",
        "/evaluation",
        "/experiments",
    )
)
"""Those of the operator, which ``web/src/admin/router.tsx`` shows; see ``admin_page``."""
MOVED: Mapping[str, str] = MappingProxyType({"/map": "/admin/map", "/evaluation": "/admin/evaluation"})
"""Where a page is now, by the address that it had before; the query goes with it."""

_PATTERNS: Final = tuple((page, compile_path(page)[0]) for page in PAGES)


@dataclass(frozen=True, slots=True)
class Place:
    """A page that exists: its entry of ``PAGES``, and what stands for the names in that."""

    page: str
    names: Mapping[str, str]


def place_of(path: str) -> Place | None:
    """The page at ``path``, which has no slash at its end; ``None`` where there is none."""
    for page, pattern in _PATTERNS:
        if found := pattern.fullmatch(path):
            return Place(page, found.groupdict())
    return None
