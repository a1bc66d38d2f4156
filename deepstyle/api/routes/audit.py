"""The audit log of what the staff decides, and taking a change back."""

from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request

from deepstyle.api.desk_models import AuditEntry, AuditLog
from deepstyle.api.editorial import show_looks
from deepstyle.api.problems import documented
from deepstyle.api.resources import Open, Resources
from deepstyle.api.staff import require_admin, who
from deepstyle.people.experiments import desk as experiments
from deepstyle.people.merchandising.changes import Entry, entries, entry_of, undo

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
    """The changes of rules, synonyms, redirects, looks, margins and experiments, newest first."""
    found = entries(resources.people, after=cursor, limit=limit)
    following = found[-1].entry_id if len(found) == limit else None
    return AuditLog(entries=_shown(resources, found), next_cursor=following)


@router.post(
    "/v1/audit/{entry_id}:undo",
    operation_id="undoChange",
    summary="Take a change back",
    responses=documented("changed", "experiment-conflict", "insufficient-role", *PROBLEMS),
)
def undo_change(
    entry_id: Annotated[str, Path(min_length=1, max_length=64)], request: Request, resources: Open
) -> AuditEntry:
    """Write what was before; the entry that this adds is returned. `changed` where there was a later change.

    To undo the start of an experiment ends it, which takes an admin; one that has ended cannot go on.
    """
    entry = entry_of(resources.people, entry_id)
    if entry.kind == "experiments":
        require_admin(request)
        return _shown(resources, [experiments.undo(resources.people, who(request), entry)])[0]
    undone = undo(resources.people, who(request), entry)
    if undone.kind == "editorial":
        show_looks(resources)
    return _shown(resources, [undone])[0]


def _shown(resources: Resources, found: Sequence[Entry]) -> list[AuditEntry]:
    can_undo = experiments.can_undo(resources.people, found)
    return [AuditEntry.of(entry, can_undo=one) for entry, one in zip(found, can_undo, strict=True)]
