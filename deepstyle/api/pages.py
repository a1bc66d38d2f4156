"""Pages for people: the web client where it is built, the API's reference, and what each problem means."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from fastapi import FastAPI, Request
from fastapi.routing import APIRoute
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute

from deepstyle.api import admin_page, worker
from deepstyle.api.problems import KINDS, ProblemError
from deepstyle.api.reference import reference_page
from deepstyle.api.theme import Theme
from deepstyle.api.themed import Themed
from deepstyle.api.website import INDEX, website, whole
from deepstyle.settings import Settings

WEB_FOLDER: Final = Path(__file__).parents[1] / "web"
_WELCOME: Final = """<!doctype html><html lang="en"><meta charset="utf-8"><title>deepstyle</title>
<style>body{font:16px/1.5 system-ui;max-width:40rem;margin:4rem auto;padding:0 1rem}code{background:#eee}</style>
<h1>deepstyle</h1><p>The server is up, without the website: run <code>make web</code> in the checkout to build it, and
start the server again. The API is complete. Try:</p>
<ul><li><a href="docs">the API's reference</a>
<li><code>curl -F image=@photo.jpg ORIGIN/search_image</code>
<li><a href="v1/items?limit=5">the catalogue</a>, <a href="readyz">is it ready?</a>, <a href="metrics">metrics</a></ul>
"""


def install(app: FastAPI, web_folder: Path, settings: Settings, routes: Iterable[BaseRoute]) -> None:
    """Add the pages; none of them loads anything from another host. The website is there if it was built.

    ``routes`` are those of the API.
    """

    @app.get("/problems/{code}", include_in_schema=False)
    async def problem(code: str) -> Response:
        kind = KINDS.get(code)
        if kind is None:
            raise ProblemError("not-found", f"there is no problem of the kind {code[:100]!r}.")
        return HTMLResponse(
            f"<!doctype html><title>{kind.title}</title><h1>{kind.status} {kind.title}</h1>{kind.remedy}"
        )

    @app.get("/docs", include_in_schema=False)
    async def reference(request: Request) -> Response:
        # FastAPI remembers the functions of routes for good: one that refers to ``app`` would keep all that it opened.
        state = request.app.state
        if not hasattr(state, "reference"):
            state.reference = reference_page(request.app.openapi())
        return HTMLResponse(state.reference)

    worker.install(app, web_folder)
    people = " ".join(name for name in ("events", "accounts") if getattr(settings, name))
    themed = Themed.of(Theme.read(Path(settings.theme)) if settings.theme else Theme(), web_folder, people)
    if (web_folder / INDEX).is_file():
        # Where no route matches, not even by its path alone, so that a wrong method stays a 405.
        app.router.default = whole(website(web_folder, frozenset(_first_parts(routes)), settings, themed))
    else:

        @app.get("/", include_in_schema=False)
        async def welcome() -> Response:
            return HTMLResponse(_WELCOME)

    admin_page.install(app, web_folder, settings.root_path, themed)


def _first_parts(routes: Iterable[BaseRoute]) -> Iterator[str]:
    """The first part of every address that the API documents, such as ``v1``; the document itself would take 0.4 s."""
    documented = [route.path for route in routes if isinstance(route, APIRoute) and route.include_in_schema]
    for address in [*documented, "/docs", "/problems", "/openapi.json", worker.SHARED_PHOTO]:
        yield address.split("/")[1]
