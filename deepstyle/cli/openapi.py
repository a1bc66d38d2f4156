"""``deepstyle openapi``: what the HTTP API speaks, for whoever writes a client."""

from deepstyle.cli import show


def openapi() -> None:
    """Print the API's OpenAPI document as JSON; no store, model or server is needed.

    The same version prints the same bytes, so that types generated from them can be checked for being up to date.

    Example: [bold]deepstyle openapi > openapi.json[/]
    """
    from deepstyle.api.app import create_app

    show.as_json(create_app().openapi())
