"""What search engines ask for: ``robots.txt``, and the products' pages as a sitemap (https://www.sitemaps.org)."""

from collections.abc import Iterable
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Path
from starlette.responses import PlainTextResponse, Response

from deepstyle.api.addresses import address
from deepstyle.api.limits import LIMITS
from deepstyle.api.problems import ProblemError
from deepstyle.api.resources import Open, Resources
from deepstyle.catalogue.item import ItemFilter

router = APIRouter(include_in_schema=False)
MAX_PRODUCTS: Final = int(LIMITS["sitemap_products"].value)
PART: Final = 10_000
"""Products of one file; the protocol allows 50,000 addresses, and 50 MB."""
_XML: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<{0} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{1}\n</{0}>\n'
)


@router.get("/robots.txt")
def robots(resources: Open) -> Response:
    """Everything may be read, the API too, without which a page shows nothing; nothing where that needs a key."""
    settings = resources.settings
    lines = ["User-agent: *", f"Disallow: {address('/')}" if settings.require_read_key else "Disallow:"]
    if settings.public_url and not settings.require_read_key:
        lines.append(f"Sitemap: {settings.public_url}/sitemap.xml")
    return PlainTextResponse("\n".join([*lines, ""]))


@router.get("/sitemap.xml")
def sitemap_index(resources: Open) -> Response:
    """The files that list the products."""
    parts = -(-len(_products(resources)) // PART) or 1
    public_url = resources.settings.public_url
    return _xml("sitemapindex", "sitemap", (f"{public_url}/sitemap/{number}.xml" for number in range(1, parts + 1)))


@router.get("/sitemap/{number}.xml")
def sitemap(number: Annotated[int, Path(ge=1, le=MAX_PRODUCTS // PART)], resources: Open) -> Response:
    """One of these files; the first has the start page too."""
    products, public_url = _products(resources)[PART * (number - 1) : PART * number], resources.settings.public_url
    pages = [f"{public_url}/item/{quote(item_id, safe='')}" for item_id in products]
    if number == 1:
        pages.insert(0, f"{public_url}/")
    if not pages:
        raise ProblemError("not-found", f"the sitemap has no part {number}.")
    return _xml("urlset", "url", pages)


def _products(resources: Resources) -> list[str]:
    """One item of each product; raises ``ProblemError`` without a public address, and where there are too many."""
    if not resources.settings.public_url:
        raise ProblemError("not-found", "there is no sitemap.", remedy="Set DEEPSTYLE_PUBLIC_URL.")
    found = resources.store.matching(ItemFilter(), group_by="product", limit=MAX_PRODUCTS)
    if found is None:
        raise ProblemError("not-found", f"a sitemap has at most {MAX_PRODUCTS:,} products.")
    return found


def _xml(root: str, entry: str, urls: Iterable[str]) -> Response:
    lines = "\n".join(f"<{entry}><loc>{url}</loc></{entry}>" for url in urls)
    return Response(_XML.format(root, lines), media_type="application/xml")
