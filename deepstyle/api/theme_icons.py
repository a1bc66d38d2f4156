"""The web manifest and the icons of a shop with a theme: they replace the built files at the same addresses.

The icons are the logo on a white square, or the website's own in the theme's colours. An SVG cannot be drawn as PNG
here, so with such a logo the SVG is the only icon, which browsers install with; iOS takes a picture of the page.
"""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from deepstyle.api.theme import Theme
from deepstyle.api.theme_colours import PALETTE, Scheme
from deepstyle.errors import DataError, ImageError
from deepstyle.images.site_icon import LOGO_SHARE, on_square, recoloured
from deepstyle.plain import plain_html

MANIFEST: Final = "manifest.webmanifest"
SVG: Final = "icon.svg"
SIDES_PX: Final = {"icon-192.png": 192, "icon-512.png": 512, "icon-maskable-512.png": 512}
"""The icons as PNG, with their sides."""
SHORT_NAME_CHARS: Final = 12
"""A longer name has no room below an icon."""
_GROUND, _SIGN = '"#8c2f39"', '"#fff"'
_TITLE: Final = re.compile(r"<title>[^<]*</title>")


def files_of(theme: Theme, folder: Path) -> Iterator[tuple[str, bytes, str]]:
    """Address, content and media type of each file of the website in ``folder`` that the theme changes.

    Raises ``DataError`` for a logo that is a damaged picture.
    """
    if not (theme.name or theme.logo or theme.colours) or not (folder / MANIFEST).is_file():
        return
    icons = _icons(theme, folder)
    manifest = _manifest(theme, json.loads((folder / MANIFEST).read_text("utf-8")), [*icons])
    yield f"/{MANIFEST}", json.dumps(manifest, ensure_ascii=False).encode(), "application/manifest+json"
    for name, data in icons.items():
        yield f"/{name}", data, "image/svg+xml" if name == SVG else "image/png"


def paper_of(theme: Theme, scheme: Scheme) -> str:
    """The colour of the page, which the bars of the browser take."""
    return theme.colours.get(scheme, PALETTE[scheme])["paper"]


def _manifest(theme: Theme, manifest: dict[str, Any], icons: list[str]) -> dict[str, Any]:
    paper = paper_of(theme, "light")
    named = {"name": theme.name, "short_name": theme.name[:SHORT_NAME_CHARS].strip()} if theme.name else {}
    kept = [icon for icon in manifest["icons"] if icon["src"] in icons]
    shortcuts = [
        {**one, "icons": [icon for icon in one.get("icons", []) if icon["src"] in icons]}
        for one in manifest.get("shortcuts", [])
    ]
    language = {"lang": theme.languages[0]} if theme.languages else {}
    colours = {"background_color": paper, "theme_color": paper}
    return {**manifest, **named, **language, **colours, "icons": kept, "shortcuts": shortcuts}


def _icons(theme: Theme, folder: Path) -> dict[str, bytes]:
    """The icons by the names of their files; those that cannot be drawn are left out."""
    accent, on_accent = (theme.colours.get("light", PALETTE["light"])[name] for name in ("accent", "on_accent"))
    drawn = (folder / SVG).read_text("utf-8")
    if theme.logo is None:
        named = _TITLE.sub(f"<title>{plain_html(theme.name)}</title>", drawn) if theme.name else drawn
        own = named.replace(_GROUND, f'"{accent}"').replace(_SIGN, f'"{on_accent}"')
        pngs = {name: recoloured((folder / name).read_bytes(), accent, on_accent) for name in SIDES_PX}
        return {SVG: own.encode(), **pngs}
    svg = _around(theme)
    if theme.logo.suffix == ".svg":
        return {SVG: svg}
    try:
        return {SVG: svg, **{name: on_square(theme.logo.data, side) for name, side in SIDES_PX.items()}}
    except ImageError as error:
        raise DataError(f"logo: {error.message}", remedy=error.remedy) from error


def _around(theme: Theme) -> bytes:
    """The logo in a white square, as SVG."""
    assert theme.logo is not None
    data = base64.b64encode(theme.logo.data).decode()
    at, side = 50 * (1 - LOGO_SHARE), 100 * LOGO_SHARE
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" role="img">'
        f"<title>{plain_html(theme.name)}</title>"
        '<rect width="100" height="100" rx="20" fill="#fff"/>'
        f'<image x="{at:g}" y="{at:g}" width="{side:g}" height="{side:g}" '
        f'href="data:{theme.logo.media_type};base64,{data}"/></svg>'
    ).encode()
