"""The merchandiser's desk: rules, synonyms, redirects, arranged looks and margins, each write logged."""

from datetime import UTC, datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from deepstyle.api.desk_models import (
    DeskRecord,
    DeskRecords,
    Key,
    Moved,
    RulesPreview,
    RulesPreviewed,
    Version,
)
from deepstyle.api.editorial import show_looks
from deepstyle.api.models import Product
from deepstyle.api.problems import documented
from deepstyle.api.resources import Open, Resources
from deepstyle.api.staff import who
from deepstyle.errors import UnknownItemError
from deepstyle.people.merchandising.changes import Kind
from deepstyle.people.merchandising.desk import Kept, find, listed, put, remove
from deepstyle.people.merchandising.kinds import EditorialLook, Margin, Redirect, Synonyms
from deepstyle.people.merchandising.rules import Rule

router = APIRouter(tags=["merchandising"])
_READ: Final = documented("admin-disabled", "not-ready")
_WRITE: Final = documented("invalid-parameter", "changed", "admin-disabled", "not-ready")
_REMOVE: Final[dict[str, Any]] = {"status_code": 204, "response_class": Response, "responses": _WRITE}


@router.get("/v1/merchandising/rules", operation_id="listRules", summary="All rules", responses=_READ)
def rules(resources: Open) -> DeskRecords[Rule]:
    """Every rule with its key and version, whether it is enabled or not."""
    return DeskRecords[Rule].of(listed(resources.people, "rules"))


@router.get("/v1/merchandising/rules/{key}", operation_id="getRule", summary="A rule", responses=_WRITE)
def rule(key: Key, resources: Open) -> DeskRecord[Rule]:
    """The rule with its version."""
    return DeskRecord[Rule].of(find(resources.people, "rules", key))


@router.put("/v1/merchandising/rules/{key}", operation_id="putRule", summary="Write a rule", responses=_WRITE)
def put_rule(key: Key, value: Rule, request: Request, resources: Open, version: Version = None) -> DeskRecord[Rule]:
    """Add or replace a rule; it holds from the next search on, in every server process."""
    return DeskRecord[Rule].of(_put(resources, request, "rules", key, value, version))


@router.delete("/v1/merchandising/rules/{key}", operation_id="deleteRule", summary="Remove a rule", **_REMOVE)
def delete_rule(key: Key, request: Request, resources: Open, version: Version = None) -> Response:
    """Remove a rule; the audit log can bring it back."""
    return _removed(resources, request, "rules", key, version)


@router.post(
    "/v1/merchandising/rules:preview", operation_id="previewRules", summary="Try drafts of rules", responses=_WRITE
)
def preview_rules(asked: RulesPreview, resources: Open) -> RulesPreviewed:
    """The results of a search, or of the catalogue, without the drafts and with them; nothing is written."""
    day = asked.day or datetime.now(UTC).date()
    found = resources.shop.preview_rules(asked.rules, text=asked.text, where=asked.where.where(), k=asked.k, day=day)
    moved = [
        Moved(item_id=one.item_id, before=one.before, after=one.after, rules=list(one.rules), hidden=one.is_hidden)
        for one in found.moves
    ]
    before, after = ([Product.of(item) for item in items] for items in (found.before, found.after))
    return RulesPreviewed(before=before, after=after, moved=moved)


@router.get("/v1/merchandising/synonyms", operation_id="listSynonyms", summary="All synonyms", responses=_READ)
def synonyms(resources: Open) -> DeskRecords[Synonyms]:
    """Groups of words that mean the same in searches, beside those of `DEEPSTYLE_SYNONYMS`."""
    return DeskRecords[Synonyms].of(listed(resources.people, "synonyms"))


@router.put("/v1/merchandising/synonyms/{key}", operation_id="putSynonyms", summary="Write synonyms", responses=_WRITE)
def put_synonyms(
    key: Key, value: Synonyms, request: Request, resources: Open, version: Version = None
) -> DeskRecord[Synonyms]:
    """Add or replace a group of words; searches know it at once."""
    return DeskRecord[Synonyms].of(_put(resources, request, "synonyms", key, value, version))


@router.delete("/v1/merchandising/synonyms/{key}", operation_id="deleteSynonyms", summary="Remove synonyms", **_REMOVE)
def delete_synonyms(key: Key, request: Request, resources: Open, version: Version = None) -> Response:
    """Remove a group of words."""
    return _removed(resources, request, "synonyms", key, version)


@router.get("/v1/merchandising/redirects", operation_id="listRedirects", summary="All redirects", responses=_READ)
def redirects(resources: Open) -> DeskRecords[Redirect]:
    """Searches that lead to a page of this website."""
    return DeskRecords[Redirect].of(listed(resources.people, "redirects"))


@router.put(
    "/v1/merchandising/redirects/{key}", operation_id="putRedirect", summary="Write a redirect", responses=_WRITE
)
def put_redirect(
    key: Key, value: Redirect, request: Request, resources: Open, version: Version = None
) -> DeskRecord[Redirect]:
    """Add or replace a redirect; searches answer it as `redirect`."""
    return DeskRecord[Redirect].of(_put(resources, request, "redirects", key, value, version))


@router.delete(
    "/v1/merchandising/redirects/{key}", operation_id="deleteRedirect", summary="Remove a redirect", **_REMOVE
)
def delete_redirect(key: Key, request: Request, resources: Open, version: Version = None) -> Response:
    """Remove a redirect."""
    return _removed(resources, request, "redirects", key, version)


@router.get("/v1/merchandising/looks", operation_id="listArrangedLooks", summary="All arranged looks", responses=_READ)
def looks(resources: Open) -> DeskRecords[EditorialLook]:
    """Looks that were arranged by hand; shoppers see them as looks of the source `editorial`."""
    return DeskRecords[EditorialLook].of(listed(resources.people, "editorial"))


@router.put("/v1/merchandising/looks/{key}", operation_id="putArrangedLook", summary="Arrange a look", responses=_WRITE)
def put_look(
    key: Key, value: EditorialLook, request: Request, resources: Open, version: Version = None
) -> DeskRecord[EditorialLook]:
    """Add or replace a look, its items in the order in which they are shown; all of them must exist."""
    known = resources.store.get(value.item_ids)
    if unknown := [item_id for item_id in value.item_ids if item_id not in known]:
        raise UnknownItemError(f"no item has the id {unknown[0]!r}.", remedy="Give ids of items that exist.")
    record = DeskRecord[EditorialLook].of(_put(resources, request, "editorial", key, value, version))
    show_looks(resources)
    return record


@router.delete("/v1/merchandising/looks/{key}", operation_id="deleteArrangedLook", summary="Remove a look", **_REMOVE)
def delete_look(key: Key, request: Request, resources: Open, version: Version = None) -> Response:
    """Remove an arranged look; its items stay."""
    answer = _removed(resources, request, "editorial", key, version)
    show_looks(resources)
    return answer


class MarginPatch(BaseModel):
    """A margin to write."""

    margin: float | None = Field(ge=-1000, le=100, description="In percent of the price; null removes it.")


@router.get("/v1/merchandising/margins/{key}", operation_id="getMargin", summary="An item's margin", responses=_WRITE)
def margin(key: Key, resources: Open) -> DeskRecord[Margin]:
    """The margin in percent of the price. No public answer contains it."""
    return DeskRecord[Margin].of(find(resources.people, "margins", key))


@router.patch(
    "/v1/merchandising/margins/{key}",
    operation_id="patchMargin",
    summary="Write an item's margin",
    status_code=204,
    response_class=Response,
    responses=_WRITE,
)
def patch_margin(key: Key, value: Annotated[MarginPatch, Body()], request: Request, resources: Open) -> Response:
    """Write or remove the margin that rules may ask for; `key` is the item's id."""
    if value.margin is None:
        return _removed(resources, request, "margins", key, None)
    _put(resources, request, "margins", key, Margin(margin=value.margin), None)
    return Response(status_code=204)


def _put(resources: Resources, request: Request, kind: Kind, key: str, value: BaseModel, version: int | None) -> Kept:
    written = value.model_dump(mode="json", by_alias=True)
    put(resources.people, who(request), kind, key, written, version=version)
    return find(resources.people, kind, key)


def _removed(resources: Resources, request: Request, kind: Kind, key: str, version: int | None) -> Response:
    remove(resources.people, who(request), kind, key, version=version)
    return Response(status_code=204)
