"""What the server serves and who may use it, for its operator."""

from fastapi import APIRouter

import deepstyle
from deepstyle.api.problems import documented
from deepstyle.api.resources import Open
from deepstyle.api.session_models import KeyDescription, Overview
from deepstyle.store.keys import read_keys
from deepstyle.store.url import without_password

router = APIRouter(tags=["operation"])


@router.get(
    "/v1/overview",
    operation_id="getOverview",
    summary="The server, for its operator",
    responses=documented("admin-disabled", "not-ready"),
)
def overview(resources: Open) -> Overview:
    """The store, the models and the names of the API keys. `GET /readyz` says whether searches can be answered."""
    settings = resources.settings
    return Overview(
        version=deepstyle.__version__,
        store=without_password(settings.store),
        model=settings.model,
        compat=settings.compat,
        keys=[KeyDescription.of(key) for key in read_keys(resources.store)],
        import_urls=settings.import_urls,
        require_read_key=settings.require_read_key,
    )
