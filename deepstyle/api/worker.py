"""The website's service worker, which always has an answer: a browser that has one must be able to lose it again."""

from pathlib import Path
from typing import Final

from fastapi import FastAPI, Request
from starlette.responses import FileResponse, RedirectResponse, Response

WORKER: Final = "sw.js"
SHARED_PHOTO: Final = "/shared-photo"
"""Where a device sends a photo that is shared with the installed shop, if no service worker takes it first."""
_HEADERS: Final = {"Cache-Control": "no-cache", "Content-Security-Policy": "default-src 'none'; connect-src 'self'"}
_END: Final = """// This server has no service worker: whatever an earlier one kept is deleted, and it ends.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => {
  const isOurs = (name) => name.startsWith(`deepstyle ${self.registration.scope} `);
  const emptied = caches.keys().then((names) => Promise.all(names.filter(isOurs).map((name) => caches.delete(name))));
  event.waitUntil(emptied.then(() => self.registration.unregister()));
  setTimeout(() => self.registration.unregister(), 5000); // a page that registered it meanwhile has called it back
});
"""


def install(app: FastAPI, web_folder: Path) -> None:
    """Add the worker of the website in ``web_folder``, or, where it has none, one that removes itself."""

    @app.get(f"/{WORKER}", include_in_schema=False)
    async def worker() -> Response:
        file = web_folder / WORKER
        if file.is_file():
            return FileResponse(file, headers=_HEADERS, media_type="text/javascript")
        return Response(_END, headers=_HEADERS, media_type="text/javascript")

    @app.post(SHARED_PHOTO, include_in_schema=False)
    async def shared_photo(request: Request) -> Response:
        """To the start page, which says that the photo did not arrive; nothing of it is kept."""
        async for _ in request.stream():  # a browser shows no answer that comes before it has sent everything
            pass
        return RedirectResponse("./#shared", 303)
