"""The built website, at every address that no route of the API has: files as they were built, pages by ``index.html``.

A file under ``assets/`` carries its content's hash in its name, so a browser may keep it for good; ``index.html`` names
the current ones and is asked for again each time. A ``.br`` or ``.gz`` beside a file is sent to whoever accepts it.
"""

import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from deepstyle.api.addresses import address
from deepstyle.api.headers import Frames
from deepstyle.api.problems import ProblemError, respond

INDEX: Final = "index.html"
ADMIN: Final = "admin.html"
ADMIN_PAGES: Final = frozenset({"", "map", "evaluation", "imports"})
MOVED: Final = {"map": "admin/map", "evaluation": "admin/evaluation"}
"""Pages of the shop that are the operator's now."""
HASHED: Final = "assets"
ENCODINGS: Final = (("br", ".br"), ("gzip", ".gz"))  # the smaller one first
POLICY: Final = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'"
)
CANVAS: Final = "map-canvas.html"
CANVAS_POLICY: Final = (
    "sandbox allow-scripts; default-src 'none'; script-src 'self' 'unsafe-eval'; style-src 'unsafe-inline'; "
    "worker-src blob:; base-uri 'none'; form-action 'none'"
)
"""The map's drawing runs in a frame of its own: WebGL's library compiles code, which ``POLICY`` forbids. In return the
frame has an opaque origin and may ask for nothing but the site's scripts, and reaches neither page nor API."""
_TOLD: Final = ("WWW-Authenticate", "Retry-After")
_REFUSED: Final = re.compile(r"q=0(\.0*)?")
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

    def answer(self, request: Request) -> Response:
        """The file or the page at the request's address; raises ``HTTPException`` (404) where there is none."""
        parts = [part for part in request.scope["path"].split("/") if part]
        if request.method not in {"GET", "HEAD"} or (parts and parts[0] in self.api):
            raise HTTPException(404, "Not Found")
        if len(parts) == 1 and parts[0] in MOVED:
            query = request.url.query
            return RedirectResponse(address(f"/{MOVED[parts[0]]}") + (f"?{query}" if query else ""), 308)
        file = _file(self.root, parts) if parts != [ADMIN] else None
        if file is None and _is_page(request, parts):
            file = self.root / INDEX
        if file is None:
            raise HTTPException(404, "Not Found")
        return self._sent(file, request)

    def _sent(self, file: Path, request: Request) -> Response:
        is_canvas, is_hashed = file == self.root / CANVAS, file.is_relative_to(self.root / HASHED)
        headers = {"Vary": "Accept-Encoding"}
        headers |= self.frames.headers(CANVAS_POLICY, "'self'") if is_canvas else self.frames.headers(POLICY, "'none'")
        if is_hashed:
            headers["Access-Control-Allow-Origin"] = "*"  # for the frame of an opaque origin; anybody may have them
        headers["Cache-Control"] = "public, max-age=31536000, immutable" if is_hashed else "no-cache"
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        if self.root_path and file.suffix == ".html":
            return Response(moved(file.read_text("utf-8"), self.root_path), headers=headers, media_type=kind)
        accepted = _accepted(request.headers.get("accept-encoding", ""))
        for name, suffix in ENCODINGS:
            twin = file.with_name(file.name + suffix)
            if name in accepted and twin.is_file():
                return FileResponse(twin, headers={**headers, "Content-Encoding": name}, media_type=kind)
        return FileResponse(file, headers=headers, media_type=kind)


def admin_page(request: Request, page: str, html: str) -> Response:
    """``html`` as a page of ``/admin``, with the status of the refusal that it explains, where there is one."""
    refusal: ProblemError | None = getattr(request.state, "refusal", None)
    headers = {**Frames().headers(POLICY, "'none'"), "Cache-Control": "no-store"}  # no other site may embed it
    if refusal is None:
        return HTMLResponse(html, 200 if page.rstrip("/") in ADMIN_PAGES else 404, headers)
    told = respond(request, refusal)
    headers |= {name: told.headers[name] for name in _TOLD if name in told.headers}
    return HTMLResponse(html, told.status_code, headers)


def moved(html: str, root_path: str) -> str:
    """A page whose addresses begin with ``root_path``; scripts and styles name each other relatively."""
    return html.replace('="/', f'="{root_path}/')


def website(site: Website) -> ASGIApp:
    """What answers for the files and pages of ``site``."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise HTTPException(404)
        request = Request(scope)
        response = site.answer(request)
        request.state.route = "website"
        await response(scope, receive, send)

    return serve


def _file(root: Path, parts: list[str]) -> Path | None:
    """The file at this address; ``None`` where there is none, or it lies elsewhere or is a compressed twin."""
    try:
        file = root.joinpath(*parts).resolve()
        inside = file.is_relative_to(root) and file.suffix not in _PRECOMPRESSED
        return file if parts and inside and file.is_file() else None
    except (OSError, ValueError):  # a part that no file can be called: too long, with a NUL, not Unicode
        return None


def _is_page(request: Request, parts: list[str]) -> bool:
    """Whether a browser asks for a page of the website: addresses of pages are made up in ``index.html``.

    A missing script or picture must stay a 404: a page in its place would be kept, and would not run.
    """
    if not parts:
        return True
    return parts[0] != HASHED and "text/html" in request.headers.get("accept", "")


def _accepted(header: str) -> set[str]:
    """The encodings that the header names and does not refuse by ``q=0``."""
    accepted = set()
    for part in header.split(","):
        name, _, weight = part.partition(";")
        if not _REFUSED.fullmatch(weight.strip()):
            accepted.add(name.strip().lower())
    return accepted
