"""How the website shows a theme: tags in its page, and files whose addresses carry their content's hash.

The page names the stylesheet in its head, so that nothing is painted in other colours first.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Self

from starlette.responses import Response

from deepstyle.api.logo import LOGO_POLICY
from deepstyle.api.theme import Theme
from deepstyle.api.theme_colours import PALETTE
from deepstyle.plain import plain_html

FOLDER: Final = "theme"
_HEADERS: Final = {"Cache-Control": "public, max-age=31536000, immutable", "Content-Security-Policy": LOGO_POLICY}


@dataclass(frozen=True, slots=True)
class Themed:
    """``files`` by address; ``metas`` replace those of the page by name; ``links`` come at the end of its head."""

    files: Mapping[str, tuple[bytes, str]]
    metas: Mapping[str, str]
    links: str

    @classmethod
    def of(cls, theme: Theme, people: str = "") -> Self:
        """What the website makes of ``theme``; ``people`` names what the server has of people, such as ``events``."""
        files, metas, links = dict[str, tuple[bytes, str]](), dict[str, str](), ""
        if theme.colours:
            address = _address(css := stylesheet(theme).encode(), ".css")
            files[address] = css, "text/css"
            links = f'<link rel="stylesheet" href="{address}" />'
        if theme.logo:
            address = _address(theme.logo.data, theme.logo.suffix)
            files[address] = theme.logo.data, theme.logo.media_type
            links += f'<link rel="preload" as="image" href="{address}" />'
            metas["logo-size"] = f"{theme.logo.width:g} {theme.logo.height:g}"
            metas["logo"] = address
        metas |= {"application-name": theme.name, "currency": theme.currency, "languages": " ".join(theme.languages)}
        metas["people"] = people
        return cls(files, {name: text for name, text in metas.items() if text}, links)

    @property
    def changes(self) -> bool:
        """Whether the page is another one than it was built."""
        return bool(self.metas or self.links)

    def page(self, html: str) -> str:
        """The page ``index.html`` with the theme in it; the text is escaped."""
        for name, text in self.metas.items():
            html = _with_meta(html, name, plain_html(text))
        name = plain_html(self.metas.get("application-name", ""))
        html = html.replace("<title>deepstyle</title>", f"<title>{name}</title>") if name else html
        return html.replace("</head>", f"{self.links}</head>", 1)

    def answer(self, path: str) -> Response | None:
        """The theme's file at this address."""
        if (file := self.files.get(path)) is None:
            return None
        content, kind = file
        return Response(content, headers=_HEADERS, media_type=kind)


def _with_meta(html: str, name: str, content: str) -> str:
    tag = f'<meta name="{name}" content="{content}" />'
    return re.sub(rf'<meta name="{name}" content="[^"]*" ?/?>', lambda _: tag, html)


def stylesheet(theme: Theme) -> str:
    """The colours as variables of CSS; a scheme that the theme does not have keeps the website's own."""
    return f":root {{\n{''.join(_variables(theme))}}}\n"


def _variables(theme: Theme) -> Iterator[str]:
    light, dark = (theme.colours.get(scheme, PALETTE[scheme]) for scheme in ("light", "dark"))
    for name in light:
        if (light[name], dark[name]) != (PALETTE["light"][name], PALETTE["dark"][name]):
            yield f"  --color-{name.replace('_', '-')}: light-dark({light[name]}, {dark[name]});\n"


def _address(content: bytes, suffix: str) -> str:
    return f"/{FOLDER}/{hashlib.sha256(content).hexdigest()[:12]}{suffix}"
