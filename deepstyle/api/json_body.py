"""Bodies that are JSON and nothing else."""

from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel

from deepstyle.api.dependencies import body_fields
from deepstyle.api.json_text import is_json, parse_json
from deepstyle.api.problems import ProblemError

Body = TypeVar("Body", bound=BaseModel)
BODY_PROBLEMS = ("bad-parameter", "invalid-parameter")


async def read_body(request: Request, model: type[Body]) -> Body:
    """The body as ``model``; raises ``ProblemError`` and ``RequestValidationError``."""
    if not is_json(request):
        raise ProblemError("malformed-request", "the body is not JSON.", remedy="Send JSON.")
    return body_fields(model, parse_json(await request.body()))


def described(model: type[BaseModel]) -> dict[str, Any]:
    """The body as OpenAPI describes it; a route that has one takes its turn after the body has arrived."""
    content = {"application/json": {"schema": model.model_json_schema()}}
    return {"requestBody": {"required": True, "content": content}}
