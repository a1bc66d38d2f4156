"""``deepstyle openapi``: the HTTP API's description, for client developers."""

from deepstyle.cli import show


def openapi() -> None:
    """Print the API's OpenAPI document as JSON; no store, model or server is needed.

    The same version always prints the same bytes, so that a build can check whether generated types are up to date.

    Example: [bold]deepstyle openapi > openapi.json[/]
    """
    from deepstyle.api.app import create_app

    show.as_json(create_app().openapi())
