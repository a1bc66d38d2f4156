"""The reports that the operator published: quality figures, and pictures that show them."""

from typing import Annotated, Final

from fastapi import APIRouter, Path
from starlette.responses import Response

from deepstyle.api.addresses import address
from deepstyle.api.headers import Frames
from deepstyle.api.models import Report, ReportFile, Reports
from deepstyle.api.problems import ProblemError, documented
from deepstyle.api.resources import Open
from deepstyle.report.published import MEDIA_TYPES, Published, list_published, published_file

router = APIRouter(tags=["operation"])
POLICY: Final = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""A report's page may show its own pictures and styles and nothing else; it runs in an origin of its own."""

Name = Annotated[str, Path(max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", examples=["search"])]
File = Annotated[
    str, Path(max_length=70, pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*\.(json|png|html)$", examples=["map.png"])
]


@router.get(
    "/v1/reports", operation_id="listReports", summary="The published reports", responses=documented("admin-disabled")
)
def reports(resources: Open) -> Reports:
    """The reports written by `deepstyle evaluate … --publish` and `deepstyle report --publish`, newest first."""
    return Reports(reports=[_report_of(one) for one in list_published(resources.settings.reports_dir)])


@router.get(
    "/v1/reports/{name}/{file}",
    operation_id="getReportFile",
    summary="A file of a report: JSON, PNG or HTML",
    response_class=Response,
    responses={
        200: {
            "description": "The file; an HTML page is sandboxed.",
            "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in MEDIA_TYPES.values()},
        },
        **documented("admin-disabled", "unknown-report", "invalid-parameter"),
    },
)
def report_file(name: Name, file: File, resources: Open) -> Response:
    """A file that `GET /v1/reports` names."""
    found = published_file(resources.settings.reports_dir, name, file)
    if found is None:
        raise ProblemError("unknown-report", f"there is no file {file!r} in a report {name!r}.")
    headers = {**Frames.of(resources.settings).headers(POLICY, "'self'"), "Cache-Control": "no-cache"}
    return Response(found.read_bytes(), media_type=MEDIA_TYPES[found.suffix], headers=headers)


def _report_of(report: Published) -> Report:
    return Report(
        name=report.name,
        title=report.title,
        date=report.date,
        command=report.command,
        rows=[dict(row) for row in report.rows],
        files=[
            ReportFile.model_validate(
                {
                    "name": file,
                    "media_type": MEDIA_TYPES[f".{file.rpartition('.')[2]}"],
                    "url": address(f"/v1/reports/{report.name}/{file}"),
                }
            )
            for file in report.files
        ],
    )
