"""Who may write: a route that changes the catalogue depends on ``WriteKey``."""

from fastapi import Depends, Request

from deepstyle.api.problems import ProblemError


async def _write_key(request: Request) -> None:
    if not getattr(request.app.state, "writes_allowed", False):
        raise ProblemError("writes-disabled", "no API key is configured.")


WriteKey = Depends(_write_key)
"""The dependency of every route that needs the scope ``write``; answers 403 where no key is configured."""
