"""The HTTP application: ``create_app(settings)``."""

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import BaseRoute, Route

import deepstyle
from deepstyle.api import pages, problems
from deepstyle.api.addresses import RootPath
from deepstyle.api.admission import Admission, Gate
from deepstyle.api.authorisation import ROUTES, without_row
from deepstyle.api.compression import Compression
from deepstyle.api.headers import EXPOSED, security_headers
from deepstyle.api.metrics import Metrics
from deepstyle.api.middleware import Envelope, HeadAsGet
from deepstyle.api.resources import Resources
from deepstyle.api.routes import (
    accounts,
    analytics,
    audit,
    batch,
    compatible,
    consent,
    crawlers,
    events,
    experiments,
    feeds,
    garments,
    health,
    images,
    imports,
    info,
    items,
    looks,
    map,
    me,
    merchandising,
    my_data,
    my_lists,
    oidc,
    outfits,
    overview,
    passkeys,
    previews,
    reports,
    search,
    session,
    shop_look,
    similar,
    suggest,
    webhooks,
    writes,
)
from deepstyle.api.sessions import COOKIE, PERSON_COOKIE
from deepstyle.api.uploads import silence_parser
from deepstyle.api.worker import SHARED_PHOTO
from deepstyle.people.accounts.opened import checked as require_accounts
from deepstyle.platform import delay_stop
from deepstyle.settings import Settings, origins

FEATURES: Final = (
    health, info, similar, search, suggest, garments, compatible, outfits, shop_look, looks, items, writes, batch,
    images, previews, crawlers, session, overview, map, reports, feeds, imports, webhooks,
    experiments, merchandising, audit, analytics,
    consent, events, accounts, oidc, passkeys, me, my_data, my_lists,
)  # fmt: skip
METHODS: Final = ("GET", "HEAD", "POST", "DELETE")
SESSION_DESCRIPTION: Final = "Of a person who signed in at `/admin`; what changes something also sends `X-CSRF-Token`."
PERSON_DESCRIPTION: Final = "Of a person with an account; what changes something also sends `X-CSRF-Token`."
KEY_DESCRIPTION: Final = "An API key (`deepstyle keys`). Writing always needs one, reading only where it is required."

_STAFF: Final[list[dict[str, Any]]] = [{"key": []}, {"session": []}, {"person": []}]
SECURITY: Final[Mapping[str, list[dict[str, Any]]]] = {
    "read": [{}, *_STAFF],
    "write": _STAFF,
    "merchandiser": _STAFF,
    "admin": _STAFF,
    "person": [{"person": []}],
    "shopper": [{"person": []}],
}
"""What a request of each access may be let in by, as OpenAPI has it."""


def create_app(settings: Settings | None = None, *, web_folder: Path = pages.WEB_FOLDER) -> FastAPI:
    """The application; without ``settings`` they come from the environment. Nothing is opened before it starts.

    ``web_folder`` is where the website was built, if it was.
    """
    chosen = (settings or Settings()).resolved()
    require_accounts(chosen)
    silence_parser()
    metrics, gate = Metrics(), Gate.of(chosen)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
        resources = Resources(chosen, metrics, gate.reads, gate.authoriser)
        app.state.resources = resources
        await run_in_threadpool(resources.open)
        delay_stop(chosen.drain_s, resources.stopping.set)
        gc.freeze()  # what is open now stays: a full collection that walks it holds every request for tens of ms
        try:
            # The protocol counts there what it refuses, and says when the server ends.
            yield {"metrics": metrics, "stopping": asyncio.Event()}
        finally:
            gc.unfreeze()
            await resources.batches.close()
            await resources.event_intake.close()
            await run_in_threadpool(resources.close)

    app = FastAPI(
        title="deepstyle",
        version=deepstyle.__version__,
        summary="Visual search and outfit compatibility for a fashion catalogue.",
        description="Every error is an RFC 9457 problem document; its `code` is stable, its `remedy` says what to do.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        servers=[{"url": chosen.root_path}] if chosen.root_path else None,
        redirect_slashes=False,  # the redirect would repeat the client's Host header
    )
    app.add_middleware(Compression)
    app.add_middleware(HeadAsGet)
    app.add_middleware(Admission, gate=gate, uploads=frozenset([*upload_routes(), ("POST", SHARED_PHOTO)]))
    app.add_middleware(Envelope, metrics=metrics, headers=security_headers(chosen))
    if chosen.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=origins(chosen.cors_origins),
            allow_methods=METHODS,
            allow_headers=["Authorization"],
            expose_headers=EXPOSED,
        )
    if chosen.root_path:
        app.add_middleware(RootPath, root_path=chosen.root_path)
    routes = [route for feature in FEATURES for route in feature.router.routes]
    problems.install(app, routes)
    for feature in FEATURES:
        app.include_router(feature.router)
    _describe(app)
    pages.install(app, web_folder, chosen, routes)
    if missing := list(without_row(all_routes(app))):
        raise RuntimeError(f"deepstyle/api/authorisation.py has no row for {missing}")
    return app


def all_routes(app: FastAPI) -> list[BaseRoute]:
    """The routes of the features and the pages; FastAPI itself lists an included router as one entry."""
    pages = [route for route in app.routes if isinstance(route, Route)]
    assert len(app.routes) == len(pages) + len(FEATURES), "routes that FEATURES does not have"
    return [*pages, *(route for feature in FEATURES for route in feature.router.routes)]


def upload_routes() -> Iterator[tuple[str, str]]:
    """The routes that describe a request body, by method and path."""
    for feature in FEATURES:
        for route in feature.router.routes:
            if isinstance(route, APIRoute) and "requestBody" in (route.openapi_extra or {}):
                yield from ((method, route.path) for method in route.methods or ())


def _describe(app: FastAPI) -> None:
    """Add the schema that every route's problems refer to, and which key each route needs."""
    describe = app.openapi

    def openapi() -> dict[str, Any]:
        document = describe()
        schema = problems.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        components = document.setdefault("components", {})
        components.setdefault("schemas", {})["Problem"] = schema
        components["securitySchemes"] = {
            "key": {"type": "http", "scheme": "bearer", "description": KEY_DESCRIPTION},
            "session": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": SESSION_DESCRIPTION},
            "person": {"type": "apiKey", "in": "cookie", "name": PERSON_COOKIE, "description": PERSON_DESCRIPTION},
        }
        for (method, path), access in ROUTES.items():
            operation = document["paths"].get(path, {}).get(method.lower())
            if operation and access != "open":
                operation["security"] = SECURITY[access]
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # how FastAPI documents it
