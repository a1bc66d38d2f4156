"""What a page says of itself to a client that runs no script: title, description, Open Graph, structured data.

Every value is text from outside: it is escaped here, and nowhere else.
"""

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from deepstyle.plain import plain_html

PREVIEW_PX: Final = (1200, 630)
"""Width and height of the pictures beside a link, as social networks show them."""
_TITLE: Final = re.compile(r"<title>(.*?)</title>", re.S)
_DESCRIPTION: Final = re.compile(r'<meta name="description"[^>]*>\s*')
MARK: Final = "data-page"
"""What is true of this address alone: the website removes it when another page is shown."""


@dataclass(frozen=True, slots=True)
class PageMeta:
    """``url`` and ``image`` are absolute, or empty where the server does not know its public address.

    ``properties`` are further properties of Open Graph; ``data`` is a JSON-LD object, empty where there is none.
    """

    title: str
    description: str
    kind: Literal["website", "product"]
    url: str
    image: str
    image_alt: str
    properties: Mapping[str, str]
    data: Mapping[str, Any]


def with_meta(page: str, meta: PageMeta) -> str:
    """``page`` with ``meta`` in its head, in place of its own title and description; the title names the site too."""

    def head(title: re.Match[str]) -> str:
        return "\n    ".join(_tags(meta, html.unescape(title[1])))

    return _TITLE.sub(head, _DESCRIPTION.sub("", page, count=1), count=1)


def _tags(meta: PageMeta, site: str) -> Iterator[str]:
    yield f"<title>{plain_html(f'{meta.title} · {site}')}</title>"
    yield f'<meta name="description" content="{plain_html(meta.description)}">'
    graph = {"site_name": site, "type": meta.kind, "title": meta.title, "description": meta.description}
    if meta.url:
        yield f'<link rel="canonical" href="{plain_html(meta.url)}" {MARK}>'
        graph |= {"url": meta.url}
    if meta.image:
        width_px, height_px = PREVIEW_PX
        graph |= {"image": meta.image, "image:width": str(width_px), "image:height": str(height_px)}
        graph |= {"image:alt": meta.image_alt}
    for name, value in ({f"og:{name}": value for name, value in graph.items()} | dict(meta.properties)).items():
        yield f'<meta property="{name}" content="{plain_html(value)}" {MARK}>'
    yield f'<meta name="twitter:card" content="{"summary_large_image" if meta.image else "summary"}" {MARK}>'
    if meta.data:
        yield f'<script type="application/ld+json" {MARK}>{json_in_html(meta.data)}</script>'


def json_in_html(data: Mapping[str, Any]) -> str:
    """JSON that ends no element and begins no comment: a browser reads it as data, and executes nothing."""
    text = json.dumps(data, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
