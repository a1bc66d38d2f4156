"""Every error as RFC 9457 problem+json: the kinds of problem, how exceptions become one, and how OpenAPI shows them."""

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Match, Route

from deepstyle.api.addresses import address
from deepstyle.errors import (
    ChangedError,
    DeepstyleError,
    ExperimentConflictError,
    FingerprintMismatchError,
    ImageBrokenError,
    ImageFormatError,
    ImageTooLargeError,
    IndexUnavailableError,
    ItemChangedError,
    ModelError,
    OverloadedError,
    ProviderError,
    StoreError,
    ThrottledError,
    UnknownExperimentError,
    UnknownItemError,
    UnknownLookError,
    UsageError,
)
from deepstyle.plain import plain

MEDIA_TYPE: Final = "application/problem+json"
RETRY_AFTER_S: Final = 1
CLIENT_GONE: Final = 499  # what servers log for a client that left; nobody receives it


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem: ``code`` is stable, and the last part of its ``type`` URI."""

    code: str
    status: int
    title: str
    remedy: str


KINDS: Final = {
    kind.code: kind
    for kind in (
        Kind("malformed-request", 400, "The request is malformed", "Send a well-formed multipart/form-data body."),
        Kind("bad-parameter", 400, "A parameter cannot be read", "Check the parameter's syntax at /docs."),
        Kind("unknown-host", 400, "The host is not served here", "Add the host to DEEPSTYLE_ALLOWED_HOSTS."),
        Kind("bad-cursor", 400, "The cursor is not valid", "Request the first page again, without a cursor."),
        Kind("bad-signature", 401, "The signature is wrong", "Sign the body with the secret that is configured here."),
        Kind("missing-key", 401, "An API key is needed", "Send `Authorization: Bearer KEY`."),
        Kind("invalid-key", 401, "The API key is not valid", "Create a key with `deepstyle keys create`."),
        Kind("invalid-session", 401, "The session has ended", "Sign in again at /admin."),
        Kind("invalid-link", 401, "The link is no longer good", "Sign in with an API key, or make a new link."),
        Kind("signed-out", 401, "Nobody is signed in", "Sign in with your account."),
        Kind("wrong-credentials", 401, "Sign-in failed", "Check address and password, or choose a new password."),
        Kind("wrong-password", 403, "The password is another one", "Send the one chosen at sign-up, or sign up again."),
        Kind("not-confirmed", 403, "It was not proved who this is", "Send your present password."),
        Kind("insufficient-role", 403, "The account may not do this", "Use an account with the role that it needs."),
        Kind("mail-off", 403, "No mail can be sent", "Ask the shop for a link."),
        Kind("cross-origin", 403, "A page of another site may have sent this", "Sign in at /admin and use its pages."),
        Kind("insufficient-scope", 403, "The API key may not do this", "Use a key of the scope that is named."),
        Kind("writes-disabled", 403, "Nothing can be written here", "Create a key with `deepstyle keys create`."),
        Kind("admin-disabled", 403, "The admin pages are off", "Create a key with `deepstyle keys create`."),
        Kind("events-off", 404, "No events are stored", "Set DEEPSTYLE_EVENTS=true on the server."),
        Kind("consent-off", 404, "There is nothing to agree to", "Set DEEPSTYLE_EVENTS=true on the server."),
        Kind("webhooks-disabled", 403, "These webhooks are not accepted", "Configure their secret, see /docs."),
        Kind("urls-disabled", 403, "Nothing is fetched by URL", "Send the feed itself."),
        Kind("accounts-off", 404, "There are no accounts", "Set DEEPSTYLE_ACCOUNTS=true on the server."),
        Kind("unknown-session", 404, "No session has this id", "List the sessions with GET /v1/me/sessions."),
        Kind("unknown-passkey", 404, "No passkey has this id", "List the passkeys with GET /v1/me/passkeys."),
        Kind("unknown-provider", 404, "No provider has this name", "See GET /v1/accounts/session."),
        Kind("not-found", 404, "Nothing exists at this address", "See /docs for the addresses."),
        Kind("unknown-item", 404, "No item has this id", "List the items with GET /v1/items."),
        Kind("unknown-look", 404, "No look has this id", "List the looks with GET /v1/looks."),
        Kind("no-image", 404, "The item has no image", "Import the item's image."),
        Kind("no-map", 404, "No map of the catalogue exists", "Run `deepstyle points`."),
        Kind("unknown-import", 404, "No import has this id", "List the imports with GET /v1/imports."),
        Kind("unknown-report", 404, "No report has this name", "List the reports with GET /v1/reports."),
        Kind("unknown-experiment", 404, "No experiment has this name", "List them with GET /v1/experiments."),
        Kind("method-not-allowed", 405, "The method is not allowed here", "See the Allow header."),
        Kind("changed", 409, "It was changed since", "Read it again, and make the change from what is there now."),
        Kind("batch-running", 409, "This batch is being worked on", "Send it again after Retry-After seconds."),
        Kind("experiment-conflict", 409, "The experiment cannot start", "Stop the one that runs, or change the name."),
        Kind("precondition-failed", 412, "The item is not what the change was made for", "Read the item again."),
        Kind("request-timeout", 408, "The body took too long", "Send the request again."),
        Kind("image-too-large", 413, "The image is too large", "Send a smaller picture."),
        Kind("body-too-large", 413, "The request body is too large", "Send a smaller body."),
        Kind("address-too-long", 414, "The address is too long", "Send a shorter path and query."),
        Kind("unsupported-image", 415, "The image format is not allowed", "Send JPEG, PNG, WebP, GIF, AVIF or HEIC."),
        Kind("unsupported-media-type", 415, "The body is not a form", "Send multipart/form-data with a field `image`."),
        Kind("bad-feed", 422, "The upload is no feed", "Send a CSV, TSV, JSON Lines or ZIP file, and its name."),
        Kind("missing-image", 422, "No image was sent", "Send one file in the field `image`."),
        Kind("several-images", 422, "Too many images were sent", "Send fewer files in the field `image`."),
        Kind("broken-image", 422, "The image cannot be decoded", "Save the picture again and send the new file."),
        Kind("invalid-parameter", 422, "A parameter is out of range", "Check the allowed values at /docs."),
        Kind("idempotency-conflict", 422, "The key belongs to another batch", "Use a new Idempotency-Key."),
        Kind("rate-limited", 429, "Too many requests", "Send the request again after Retry-After seconds."),
        Kind("headers-too-large", 431, "The headers are too large", "Send fewer and shorter headers."),
        Kind("internal-error", 500, "The server failed to answer", "Report the request_id to the operator."),
        Kind("provider-failed", 502, "The provider did not confirm who this is", "Sign in another way."),
        Kind("not-ready", 503, "The service is not ready", "See GET /readyz for the reason."),
        Kind("map-pending", 503, "The map is being computed", "Send the request again after Retry-After seconds."),
        Kind("overloaded", 503, "The service is busy", "Send the request again after Retry-After seconds."),
        Kind(
            "storage-full",
            503,
            "The server has no space for the upload",
            "Free space in the server's temporary folder.",
        ),
    )
}

TRANSPORT: Final = ("malformed-request", "request-timeout", "address-too-long", "headers-too-large")
"""Problems that the server may answer before a request is complete."""
ADMISSION: Final = (
    "unknown-host", "missing-key", "invalid-key", "invalid-session", "cross-origin", "insufficient-scope",
    "rate-limited", "overloaded",
)  # fmt: skip
"""Problems of any route but those of health, which need no key and have no rate."""

# The first entry that fits wins, so a subclass comes before its base.
_CODE_OF_ERROR: Final = (
    (UnknownItemError, "unknown-item"),
    (UnknownLookError, "unknown-look"),
    (ItemChangedError, "precondition-failed"),
    (UnknownExperimentError, "unknown-experiment"),
    (ExperimentConflictError, "experiment-conflict"),
    (ChangedError, "changed"),
    (ImageTooLargeError, "image-too-large"),
    (ImageFormatError, "unsupported-image"),
    (ImageBrokenError, "broken-image"),
    (OverloadedError, "overloaded"),
    (ProviderError, "provider-failed"),
    (UsageError, "invalid-parameter"),
)
# Their messages name stores, folders and files, which are the operator's business: they are logged, and these are sent.
_PRIVATE: Final = (
    (FingerprintMismatchError, "the store, the model and the compatibility head that serve do not fit each other."),
    (ModelError, "a model of the server cannot be used."),
    (IndexUnavailableError, "the vector index of the server does not answer, or is being built."),
    (StoreError, "the store of the server cannot be used."),
)
_MISCONFIGURED: Final = "the server's settings name a store or a model that cannot be used."
_PUBLIC_REMEDY: Final = re.compile(r"[A-Za-z ,.;`]+")  # words and commands; no name of a file, a folder or a host
log = logging.getLogger("deepstyle.api")
_TRY_AGAIN: Final = (HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
_CODE_OF_STATUS: Final = {400: "malformed-request", 404: "not-found", 405: "method-not-allowed"}


class ProblemError(Exception):
    """A problem that only HTTP knows (a missing field, a bad cursor); ``code`` is a key of ``KINDS``."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        remedy: str = "",
        reasons: tuple[str, ...] = (),
        retry_after_s: int = RETRY_AFTER_S,
    ) -> None:
        super().__init__(detail)
        self.kind = KINDS[code]
        self.detail = detail
        self.remedy = remedy
        self.reasons = reasons
        self.retry_after_s = retry_after_s


class Problem(BaseModel):
    """An RFC 9457 problem document; ``code`` and ``type`` are stable, ``remedy`` says what to do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": "/problems/unknown-item",
                "title": "No item has this id",
                "status": 404,
                "detail": "no item has the id '19250-99'.",
                "instance": "/v1/items/19250-99",
                "code": "unknown-item",
                "remedy": "List the items with GET /v1/items.",
                "request_id": "0f8c3f1e5c0b4b0c",
            }
        }
    )

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    remedy: str
    request_id: str
    reasons: list[str] | None = None


def respond(request: Request, error: ProblemError, headers: Mapping[str, str] | None = None) -> Response:
    """The problem document for ``error``; a 409, a 429 and a 503 say when to try again, a 401 how to authenticate."""
    kind = error.kind
    sent = dict(headers or {})
    if kind.status in _TRY_AGAIN:
        sent["Retry-After"] = str(error.retry_after_s)
    if kind.status == HTTPStatus.UNAUTHORIZED:
        sent["WWW-Authenticate"] = "Bearer" if kind.code == "missing-key" else 'Bearer error="invalid_token"'
    return JSONResponse(describe(request, error), status_code=kind.status, headers=sent, media_type=MEDIA_TYPE)


def describe(request: Request, error: ProblemError) -> dict[str, Any]:
    """The fields of the problem document for ``error``, which the request counts as its problem."""
    kind = error.kind
    request.state.problem = kind.code
    problem = Problem(
        type=address(f"/problems/{kind.code}"),
        title=kind.title,
        status=kind.status,
        detail=plain(error.detail),
        instance=plain(address(request.scope["path"])),
        code=kind.code,
        remedy=error.remedy or kind.remedy,
        request_id=getattr(request.state, "request_id", ""),
        reasons=[plain(reason) for reason in error.reasons] or None,
    )
    return problem.model_dump(exclude_none=True)


def of_error(error: DeepstyleError) -> ProblemError:
    """The problem that an expected error means; one that has no place in a request is an internal error."""
    if isinstance(error, ModelError | StoreError):
        return not_ready(error)
    if isinstance(error, ThrottledError):
        return ProblemError("rate-limited", error.message, remedy=error.remedy, retry_after_s=error.wait_s)
    code = next((code for kind, code in _CODE_OF_ERROR if isinstance(error, kind)), "internal-error")
    if code == "internal-error":
        return ProblemError(code, "The request could not be answered.")
    return ProblemError(code, error.message, remedy=error.remedy)


def not_ready(error: DeepstyleError) -> ProblemError:
    """The problem of a store or a model that cannot be used; what it says in full is logged, and no client gets it."""
    log.warning("not ready: %s", error)
    detail = next((detail for kind, detail in _PRIVATE if isinstance(error, kind)), _MISCONFIGURED)
    return ProblemError(
        "not-ready", detail, remedy=error.remedy if _PUBLIC_REMEDY.fullmatch(error.remedy) else "", reasons=(detail,)
    )


def of_http(error: HTTPException) -> ProblemError:
    """The problem of an unknown route, a method that is not allowed, or another error of a client's."""
    other = "malformed-request" if 400 <= error.status_code < 500 else "internal-error"
    return ProblemError(_CODE_OF_STATUS.get(error.status_code, other), str(error.detail))


def of_validation(error: RequestValidationError) -> ProblemError:
    """A parameter that cannot be read at all is a 400; one that reads well but is out of range is a 422."""
    failures = error.errors()
    reasons = tuple(f"{'.'.join(str(part) for part in failure['loc'])}: {failure['msg']}" for failure in failures)
    unreadable = any(failure["type"].endswith(("_parsing", "_type", "_unicode")) for failure in failures)
    return ProblemError("bad-parameter" if unreadable else "invalid-parameter", "; ".join(reasons), reasons=reasons)


def install(app: FastAPI, routes: Sequence[BaseRoute]) -> None:
    """Answer every exception of a route with a problem document; ``routes`` are those of the application's routers."""

    async def problem(request: Request, error: Exception) -> Response:
        assert isinstance(error, ProblemError)
        return respond(request, error)

    async def expected(request: Request, error: Exception) -> Response:
        assert isinstance(error, DeepstyleError)
        return respond(request, of_error(error))

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        is_method = error.status_code == HTTPStatus.METHOD_NOT_ALLOWED
        return respond(request, of_http(error), _allow(request, routes) if is_method else error.headers)

    async def validation(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return respond(request, of_validation(error))

    async def gone(request: Request, error: Exception) -> Response:
        return Response(status_code=CLIENT_GONE)

    app.add_exception_handler(ProblemError, problem)
    app.add_exception_handler(DeepstyleError, expected)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, validation)
    app.add_exception_handler(ClientDisconnect, gone)


def _allow(request: Request, routers: Sequence[BaseRoute]) -> dict[str, str]:
    """The header ``Allow`` with the methods of every route of this address: the router names those of the first."""
    routes = [route for route in (*request.app.routes, *routers) if isinstance(route, Route)]
    found = [route.methods or set() for route in routes if route.matches(request.scope)[0] is not Match.NONE]
    return {"Allow": ", ".join(sorted(set().union(*found)))}


def documented(*codes: str, always: tuple[str, ...] = ADMISSION) -> dict[int | str, dict[str, Any]]:
    """OpenAPI ``responses`` for the problems a route may answer, one example for each code; ``always`` and those
    of ``TRANSPORT`` are any route's."""
    responses: dict[int | str, dict[str, Any]] = {}
    for kind in (KINDS[code] for code in dict.fromkeys((*codes, *TRANSPORT, *always, "internal-error"))):
        response = responses.setdefault(kind.status, {"description": kind.title, "content": {MEDIA_TYPE: _content()}})
        response["content"][MEDIA_TYPE]["examples"][kind.code] = {"summary": kind.title, "value": _example(kind)}
    return responses


def _content() -> dict[str, Any]:
    return {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": {}}


def _example(kind: Kind) -> dict[str, Any]:
    return {
        "type": f"/problems/{kind.code}",
        "title": kind.title,
        "status": kind.status,
        "detail": f"{kind.title}.",
        "instance": "/…",
        "code": kind.code,
        "remedy": kind.remedy,
        "request_id": "0f8c3f1e5c0b4b0c",
    }
