"""The audit log of what merchandisers decide, and taking a change back."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request

from deepstyle.api.desk_models import AuditEntry, AuditLog
from deepstyle.api.editorial import show_looks
from deepstyle.api.problems import documented
from deepstyle.api.resources import Open
from deepstyle.api.staff import who
from deepstyle.people.merchandising.changes import entries, undo

router = APIRouter(tags=["merchandising"])
PROBLEMS: Final = ("invalid-parameter", "admin-disabled", "not-ready")


@router.get(
    "/v1/audit", operation_id="listAudit", summary="Who changed what, and when", responses=documented(*PROBLEMS)
)
def audit(
    resources: Open,
    limit: Annotated[int, Query(ge=1, le=100, description="Entries per page.")] = 50,
    cursor: Annotated[str, Query(max_length=64, description="`next_cursor` of the previous page.")] = "",
) -> AuditLog:
    """The changes of rules, synonyms, redirects, looks and margins, newest first."""
    found = entries(resources.people, after=cursor, limit=limit)
    following = found[-1].entry_id if len(found) == limit else None
    return AuditLog(entries=[AuditEntry.of(entry) for entry in found], next_cursor=following)


@router.post(
    "/v1/audit/{entry_id}:undo",
    operation_id="undoChange",
    summary="Take a change back",
    responses=documented("changed", *PROBLEMS),
)
def undo_change(
    entry_id: Annotated[str, Path(min_length=1, max_length=64)], request: Request, resources: Open
) -> AuditEntry:
    """Write what was before; the entry that this adds is returned. `changed` where there was a later change."""
    entry = undo(resources.people, who(request), entry_id)
    if entry.kind == "editorial":
        show_looks(resources)
    return AuditEntry.of(entry)
