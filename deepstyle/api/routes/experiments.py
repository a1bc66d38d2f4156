"""Experiments: started, listed, reported and stopped by an operator."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Request, Response
from starlette.concurrency import run_in_threadpool

from deepstyle.api.addresses import address
from deepstyle.api.dependencies import body_fields
from deepstyle.api.experiment_models import ExperimentReport, Experiments, ExperimentState, NewExperiment
from deepstyle.api.json_text import is_json, parse_object
from deepstyle.api.problems import ProblemError, documented
from deepstyle.api.resources import Open
from deepstyle.api.staff import who
from deepstyle.people.experiments import desk, stored
from deepstyle.people.experiments.design import MAX_NAME_CHARS
from deepstyle.people.experiments.report import report_of
from deepstyle.people.experiments.tallies import tally

router = APIRouter(tags=["people"])
ADMIN: Final = ("admin-disabled", "not-ready")
Name = Annotated[str, Path(max_length=MAX_NAME_CHARS, pattern=r"^[a-z0-9][a-z0-9-]*$", examples=["personal-search"])]
BODY: Final = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": NewExperiment.model_json_schema()}}}
}


@router.get("/v1/experiments", operation_id="listExperiments", summary="The experiments", responses=documented(*ADMIN))
def experiments(resources: Open) -> Experiments:
    """The experiments that run or have ended, the latest first."""
    found = stored.experiments(resources.people)
    return Experiments(experiments=[ExperimentState.of(one) for one in found])


@router.post(
    "/v1/experiments",
    operation_id="startExperiment",
    summary="Start an experiment",
    status_code=201,
    response_model=ExperimentState,
    responses=documented(
        *ADMIN, "experiment-conflict", "malformed-request", "unsupported-media-type", "bad-parameter",
        "invalid-parameter", "body-too-large",
    ),
    openapi_extra=BODY,
)  # fmt: skip
async def start(request: Request, response: Response, resources: Open) -> ExperimentState:
    """What is compared and measured is declared here, and cannot be changed. One experiment runs on a surface."""
    if not is_json(request):
        raise ProblemError("unsupported-media-type", "the body is not JSON.", remedy="Send application/json.")
    wanted = body_fields(NewExperiment, parse_object(await request.body()))
    declared = stored.declared(**wanted.model_dump())
    await run_in_threadpool(lambda: desk.start(resources.people, who(request), declared))
    response.headers["Location"] = address(f"/v1/experiments/{declared.name}")
    return ExperimentState.of(declared)


@router.get(
    "/v1/experiments/{name}",
    operation_id="reportExperiment",
    summary="What an experiment has shown",
    responses=documented(*ADMIN, "unknown-experiment", "invalid-parameter"),
)
def report(name: Name, resources: Open) -> ExperimentReport:
    """The report so far. Reading it often does not make a false result more likely."""
    found = stored.find(resources.people, name)
    if found is None:
        raise stored.unknown(name)
    return ExperimentReport.of_report(report_of(found, tally(resources.settings.events_dir, found)))


@router.delete(
    "/v1/experiments/{name}",
    operation_id="stopExperiment",
    summary="Stop an experiment",
    status_code=204,
    response_class=Response,
    responses=documented(*ADMIN, "unknown-experiment", "invalid-parameter"),
)
def stop(name: Name, request: Request, resources: Open) -> Response:
    """End an experiment for good; its report stays. One that has ended stays as it is."""
    desk.stop(resources.people, who(request), name)
    return Response(status_code=204)
