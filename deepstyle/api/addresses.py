"""Addresses as clients reach them: behind a reverse proxy the application lies below a path prefix, such as ``/shop``.

Inside, every path is without the prefix, whether the proxy strips it or not; what is sent out has it (``address``).
"""

from contextvars import ContextVar
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

_root_path: Final[ContextVar[str]] = ContextVar("root_path", default="")


def address(path: str) -> str:
    """``path`` of this server, which begins with ``/``, as the client of the current request reaches it."""
    return _root_path.get() + path


class RootPath:
    """ASGI middleware, the outermost: takes ``root_path`` off the path of a request that has it."""

    def __init__(self, app: ASGIApp, *, root_path: str) -> None:
        self.app = app
        self.root_path = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http":
            _root_path.set(self.root_path)  # the server runs each request in a context of its own
            scope = {**scope, "path": self._inner(scope["path"])}
        await self.app(scope, receive, send)

    def _inner(self, path: str) -> str:
        below = path.removeprefix(self.root_path)
        return below or "/" if below != path and below[:1] in ("", "/") else path
