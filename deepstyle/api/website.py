"""The built website, at every address that no route of the API has: files as they were built, pages by ``index.html``.

Which pages there are says ``site_pages``; at any other address a browser gets ``index.html`` with the status 404. A
page that people send each other says in its head what it shows (``shared_pages``).

A file under ``assets/`` carries its content's hash in its name, so a browser may keep it for good; ``index.html`` names
the current ones and is asked for again each time. A ``.br`` or ``.gz`` beside a file is sent to whoever accepts it.
"""

import hashlib
import logging
import mimetypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from fastapi import Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from deepstyle.api import site_pages
from deepstyle.api.addresses import address
from deepstyle.api.compression import accepted_encodings
from deepstyle.api.etags import is_known
from deepstyle.api.first_answers import FirstAnswer, first_answers
from deepstyle.api.first_page import file_of, with_first
from deepstyle.api.headers import Frames
from deepstyle.api.page_meta import PageMeta, with_meta
from deepstyle.api.problems import ProblemError
from deepstyle.api.resources import Resources
from deepstyle.api.shared_pages import SHARED, meta_of
from deepstyle.api.shoppers import may_be_known
from deepstyle.api.site_pages import HASHED, Place
from deepstyle.api.themed import Themed
from deepstyle.errors import StoreError, UnknownItemError
from deepstyle.settings import Settings

INDEX: Final = "index.html"
ADMIN: Final = "admin.html"
EMBED: Final = "embed"
EMBED_HEADERS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "public, max-age=300, stale-while-revalidate=86400",
}
"""The script for other sites keeps its address, so that browsers ask for it again soon."""
ENCODINGS: Final = (("br", ".br"), ("gzip", ".gz"))  # the smaller one first
POLICY: Final = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; worker-src 'self'; "
    "manifest-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "require-trusted-types-for 'script'; trusted-types deepstyle-worker"
)
"""No text becomes code: the one policy of trusted types makes the address of the service worker."""
CANVAS: Final = "map-canvas.html"
CANVAS_POLICY: Final = (
    "sandbox allow-scripts; default-src 'none'; script-src 'self' 'unsafe-eval'; style-src 'unsafe-inline'; "
    "worker-src blob:; base-uri 'none'; form-action 'none'"
)
"""The map's drawing runs in a frame of its own: WebGL's library compiles code, which ``POLICY`` forbids. In return the
frame has an opaque origin and may ask for nothing but the site's scripts, and reaches neither page nor API."""
log = logging.getLogger("deepstyle.api")
Write = Callable[[str], str]
_PRECOMPRESSED: Final = frozenset(suffix for _, suffix in ENCODINGS)


def whole(app: ASGIApp) -> ASGIApp:
    """``app``, which is never asked for a range of a file: the files are small, and may always be sent whole."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(name, value) for name, value in scope.get("headers", []) if name != b"range"]
        await app({**scope, "headers": headers}, receive, send)

    return serve


@dataclass(frozen=True, slots=True)
class Website:
    """The files below ``root``; an address whose first part is in ``api`` never gets a page, but a 404."""

    root: Path
    api: frozenset[str]
    root_path: str
    frames: Frames
    public_url: str
    are_products_public: bool
    themed: Themed

    async def answer(self, request: Request) -> Response:
        """The file or the page at the request's address; raises ``HTTPException`` (404) where there is none."""
        parts = [part for part in request.scope["path"].split("/") if part]
        if request.method not in {"GET", "HEAD"} or (parts and parts[0] in self.api):
            raise HTTPException(404, "Not Found")
        path = "/" + "/".join(parts)
        if path in site_pages.MOVED:
            return _redirected(site_pages.MOVED[path], request)
        if sent := self.themed.answer(path):
            return sent
        if parts != [ADMIN] and (file := _file(self.root, parts)):
            return self._sent(file, request)
        if place := site_pages.place_of(path):
            return await self._page(place, request)
        if not _is_navigation(request, parts):
            raise HTTPException(404, "Not Found")
        return self._sent(self.root / INDEX, request, 404)

    async def _page(self, place: Place, request: Request) -> Response:
        try:
            meta = await run_in_threadpool(self._meta, place, request)
        except UnknownItemError:
            return self._sent(self.root / INDEX, request, 404)
        built = self.root / file_of(place, request.query_params)
        if not built.is_file():
            return self._sent(self.root / INDEX, request, write=partial(with_meta, meta=meta) if meta else None)
        first = await self._first(place, request)
        if not (meta or first):
            return self._sent(built, request)
        return self._sent(built, request, write=partial(_written, meta=meta, place=place, first=first))

    async def _first(self, place: Place, request: Request) -> Sequence[FirstAnswer[BaseModel]]:
        """What the page asks for first; nothing where the API answers with a key only, or for a shopper it may know."""
        if not self.are_products_public or may_be_known(request.headers):
            return ()
        return await first_answers(place, request.query_params, request.app.state.resources)

    def _meta(self, place: Place, request: Request) -> PageMeta | None:
        """What the page shows; ``None`` where that is the same for everybody, or may not be shown without a key.

        Raises ``UnknownItemError`` where the page shows an item that does not exist. Where the store cannot be read,
        the page itself says so.
        """
        if place.page not in SHARED or not self.are_products_public:
            return None
        resources: Resources = request.app.state.resources
        try:
            return meta_of(place, request.query_params, resources.store, self.public_url)
        except ProblemError:
            return None
        except StoreError as error:
            log.warning("a page is sent without what it shows: %s", error)
            return None

    def _sent(self, file: Path, request: Request, status: int = 200, *, write: Write | None = None) -> Response:
        is_canvas, is_hashed = file == self.root / CANVAS, file.is_relative_to(self.root / HASHED)
        headers = {"Vary": "Accept-Encoding, Cookie" if write else "Accept-Encoding"}
        headers |= self.frames.headers(CANVAS_POLICY, "'self'") if is_canvas else self.frames.headers(POLICY, "'none'")
        if is_hashed:
            headers["Access-Control-Allow-Origin"] = "*"  # for the frame of an opaque origin; anybody may have them
        headers["Cache-Control"] = "public, max-age=31536000, immutable" if is_hashed else "no-cache"
        if file.is_relative_to(self.root / EMBED):
            headers |= EMBED_HEADERS
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        if file.suffix == ".html" and (self.root_path or self.themed.changes or write):
            page = file.read_text("utf-8") if is_canvas else self.themed.page(file.read_text("utf-8"))
            page = below(page, self.root_path)
            return _page_unless_known(request, write(page) if write else page, status, headers)
        accepted = accepted_encodings(request.headers.get("accept-encoding", ""))
        for name, suffix in ENCODINGS:
            twin = file.with_name(file.name + suffix)
            if name in accepted and twin.is_file():
                return _unless_known(request, twin, status, {**headers, "Content-Encoding": name}, kind)
        return _unless_known(request, file, status, headers, kind)


def website(folder: Path, api: frozenset[str], settings: Settings, themed: Themed) -> ASGIApp:
    """What answers for ``folder``, see ``Website``."""
    site = Website(
        folder.resolve(),
        api,
        settings.root_path,
        Frames.of(settings),
        settings.public_url,
        are_products_public=not settings.require_read_key,
        themed=themed,
    )

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise HTTPException(404)
        request = Request(scope)
        response = await site.answer(request)
        request.state.route = "website"
        await response(scope, receive, send)

    return serve


def _unless_known(request: Request, file: Path, status: int, headers: dict[str, str], kind: str) -> Response:
    """The file, or 304 to whoever has it."""
    sent = FileResponse(file, status, headers, kind, stat_result=file.stat())
    if status == 200 and is_known(request.headers.get("if-none-match", ""), sent.headers["etag"]):
        kept = {name: value for name, value in headers.items() if name != "Content-Encoding"}
        return Response(status_code=304, headers={**kept, "ETag": sent.headers["etag"]})
    return sent


def _page_unless_known(request: Request, page: str, status: int, headers: dict[str, str]) -> Response:
    """A page that was written for this request, or 304 to whoever has it; the tag is weak, as it may be compressed."""
    etag = f'W/"{hashlib.sha256(page.encode()).hexdigest()[:32]}"'
    if status == 200 and is_known(request.headers.get("if-none-match", ""), etag.removeprefix("W/")):
        return Response(status_code=304, headers={**headers, "ETag": etag})
    return Response(page, status, {**headers, "ETag": etag}, "text/html")


def _written(page: str, meta: PageMeta | None, place: Place, first: Sequence[FirstAnswer[BaseModel]]) -> str:
    return with_first(with_meta(page, meta) if meta else page, place, first)


def _redirected(path: str, request: Request) -> Response:
    """The page's present address, without a host: clients stay on the one that they asked."""
    query = request.scope["query_string"].decode("latin-1")
    headers = {"Cache-Control": "no-cache"}
    return RedirectResponse(address(path) + (f"?{query}" if query else ""), 308, headers)


def below(html: str, root_path: str) -> str:
    """A page whose addresses begin with ``root_path``; scripts and styles name each other relatively."""
    return html.replace('="/', f'="{root_path}/')


def _file(root: Path, parts: list[str]) -> Path | None:
    """The file at this address; ``None`` where there is none, or it lies elsewhere or is a compressed twin."""
    try:
        file = root.joinpath(*parts).resolve()
        inside = file.is_relative_to(root) and file.suffix not in _PRECOMPRESSED
        return file if parts and inside and file.is_file() else None
    except (OSError, ValueError):  # a part that no file can be called: too long, with a NUL, not Unicode
        return None


def _is_navigation(request: Request, parts: list[str]) -> bool:
    """Whether a browser looks for a page.

    A missing script or picture must stay a problem: a page in its place would be kept, and would not run.
    """
    return parts[0] != HASHED and "text/html" in request.headers.get("accept", "")
