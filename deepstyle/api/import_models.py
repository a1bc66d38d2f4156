"""The schemas of imports over HTTP."""

from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from deepstyle.jobs.journal import Job

EXAMPLE: Final[dict[str, Any]] = {
    "job_id": "6f1c0c6b3a0e4a7f9a52a1b87d5f6c11",
    "state": "running",
    "created": "2026-11-26T18:00:00Z",
    "source": "feed.csv",
    "cancel_requested": False,
    "stage": "importing",
    "accepted": 640,
    "rejected": 3,
    "added": 0,
    "changed": 0,
    "unchanged": 0,
    "pruned": 0,
    "prune_refused": "",
    "encoded": 0,
    "not_encoded": 0,
    "done": 0,
    "total": 0,
    "rejections": [],
    "error": "",
    "remedy": "",
}


class ImportRequest(BaseModel):
    """What ``POST /v1/imports`` is asked in JSON, in place of an upload."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(max_length=2000, pattern=r"^https?://", description="The feed's address.")
    prune: bool = Field(False, description="Whether items that the feed lacks are deleted.")
    prune_limit: float = Field(10.0, ge=0, le=100, description="Delete nothing where it would be over this percentage.")


class ImportRejection(BaseModel):
    """One row that was not accepted."""

    file: str
    line: int
    item_id: str
    code: str
    message: str
    remedy: str


class ImportJob(BaseModel):
    """An import; the counts are those of the rows so far."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    job_id: str
    state: Literal["queued", "running", "interrupted", "succeeded", "failed", "cancelled"] = Field(
        description="`interrupted`: its process ended; it is resumed."
    )
    created: datetime
    source: str = Field(description="The upload's name, or the feed's address.")
    cancel_requested: bool
    stage: Annotated[str, Field(description="`reading`, `importing`, `encoding` or `done`; empty before.")] = ""
    accepted: int = 0
    rejected: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    pruned: int = 0
    prune_refused: Annotated[str, Field(description="Why a requested prune deleted nothing.")] = ""
    encoded: Annotated[int, Field(description="Pictures that got a vector.")] = 0
    not_encoded: Annotated[int, Field(description="Pictures that could not be encoded.")] = 0
    done: Annotated[int, Field(description="While it encodes: how many pictures are done …")] = 0
    total: Annotated[int, Field(description="… and how many there are.")] = 0
    rejections: Annotated[list[ImportRejection], Field(description="The first rejected rows, at the end.")] = []
    error: Annotated[str, Field(description="Why it failed.")] = ""
    remedy: str = ""

    @classmethod
    def of(cls, job: Job) -> Self:
        """A job as clients see it."""
        known = {name: value for name, value in job.progress.items() if name in cls.model_fields}
        return cls(
            job_id=job.job_id,
            state=job.state,
            created=datetime.fromtimestamp(job.created_s, UTC),
            source=str(job.request.get("url") or job.request.get("name") or "").partition("?")[0],
            cancel_requested=job.is_cancelled,
            **known,
        )


class ImportJobs(BaseModel):
    """The imports that are known, the newest first."""

    imports: list[ImportJob]
