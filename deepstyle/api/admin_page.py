"""The page of ``/admin``: the same file at each of its addresses, with the status of the refusal that it explains."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from fastapi import FastAPI, Request
from starlette.responses import HTMLResponse, Response

from deepstyle.api.headers import Frames
from deepstyle.api.problems import ProblemError, respond
from deepstyle.api.site_pages import ADMIN_PAGES
from deepstyle.api.themed import Themed
from deepstyle.api.website import ADMIN, POLICY, below

_SAID: Final = ("WWW-Authenticate", "Retry-After")
_NOT_BUILT: Final = """<!doctype html><html lang="en"><meta charset="utf-8"><title>deepstyle</title>
<h1>deepstyle</h1><p>The admin pages come with the website: run <code>make web</code> in the checkout to build it.</p>
"""


def install(app: FastAPI, web_folder: Path, root_path: str, themed: Themed) -> None:
    """Add the routes of the page; who may see more of it than how to sign in says their row."""

    @lru_cache(maxsize=1)
    def html() -> str:
        file = web_folder / ADMIN
        return below(themed.page(file.read_text("utf-8")), root_path) if file.is_file() else _NOT_BUILT

    @app.get("/admin", include_in_schema=False)
    @app.get("/admin/{page:path}", include_in_schema=False)
    async def admin(request: Request) -> Response:
        return _answer(request, html())


def _answer(request: Request, html: str) -> Response:
    refusal: ProblemError | None = getattr(request.state, "refusal", None)
    headers = {**Frames().headers(POLICY, "'none'"), "Cache-Control": "no-store"}  # no other site may embed it
    if refusal is None:
        is_page = request.scope["path"].rstrip("/") in ADMIN_PAGES
        return HTMLResponse(html, 200 if is_page else 404, headers)
    refused = respond(request, refusal)
    headers |= {name: refused.headers[name] for name in _SAID if name in refused.headers}
    return HTMLResponse(html, refused.status_code, headers)
