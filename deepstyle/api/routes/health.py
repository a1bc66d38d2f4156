"""Liveness, readiness and metrics."""

from typing import Final

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter
from starlette.responses import Response

import deepstyle
from deepstyle.api.models import Health, Readiness
from deepstyle.api.problems import documented
from deepstyle.api.resources import Open

router = APIRouter(tags=["operation"])
_PROBLEMS: Final = documented(always=("unknown-host",))
_threads = CapacityLimiter(2)  # of its own: it waits for no work of another route


@router.get("/healthz", operation_id="getHealth", summary="The process is alive", responses=_PROBLEMS)
async def health(resources: Open) -> Health:
    """Answer as long as the process runs, whatever the state of the store and the model."""
    return Health(version=deepstyle.__version__, upgrade=resources.upgrade)


@router.get(
    "/readyz",
    operation_id="getReadiness",
    summary="Searches can be answered",
    responses=documented("not-ready", always=("unknown-host",)),
)
async def readiness(resources: Open) -> Readiness:
    """Answer 200 once the store is open, the model is loaded and its vectors exist; else report what is missing."""
    return await to_thread.run_sync(resources.readiness, limiter=_threads)


@router.get(
    "/metrics",
    operation_id="getMetrics",
    summary="Prometheus metrics of this process",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}, **_PROBLEMS},
)
async def metrics(resources: Open) -> Response:
    """Histograms of decode, encode, search and whole requests."""
    return Response(resources.metrics.exposition(), media_type="text/plain; version=0.0.4; charset=utf-8")
