"""``deepstyle serve``: the HTTP server."""

import ipaddress
import os
import socket
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from deepstyle.cli import show
from deepstyle.errors import UsageError
from deepstyle.settings import Precision, Settings
from deepstyle.store.url import without_password

GRACE_S = 20


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; loopback unless you mean otherwise.")] = "",
    port: Annotated[int | None, typer.Option(help="Port to listen on.", min=1, max=65535)] = None,
    workers: Annotated[int, typer.Option(help="Server processes; each holds its own model.", min=1)] = 1,
    store: Annotated[str, typer.Option(help="The store's URL, such as sqlite:///var/demo.db.")] = "",
    model: Annotated[str, typer.Option(help="A model folder, or weights: packaged, packaged:lite0, …")] = "",
    precision: Annotated[Precision | None, typer.Option(help="auto: as the store was encoded.")] = None,
) -> None:
    """Serve the API (and the web client where it is built) until Ctrl+C.

    What is not given comes from the environment (DEEPSTYLE_STORE, DEEPSTYLE_MODEL, …), else from the defaults.

    Example: [bold]deepstyle serve --store sqlite:///var/demo.db --port 8000[/]
    """
    told = {"host": host, "port": port, "store": store, "model": model, "precision": precision}
    given = {name: value for name, value in told.items() if value}
    run_server(Settings().model_copy(update=given), workers=workers)


def run_server(settings: Settings, *, workers: int = 1) -> None:
    """Listen on ``settings.host`` and ``settings.port``; raises ``UsageError`` where the address cannot be had."""
    import uvicorn

    from deepstyle.style.model import ensure_model

    ensure_model(settings.model, settings.cache_dir, settings.precision)  # here, where its errors and waits are seen
    _check_address(settings.host, settings.port)
    _tell_workers(settings, workers)
    store = without_password(settings.store)
    show.err.print(f"Serving {escape(store)} with the model {escape(settings.model)}; Ctrl+C stops.", soft_wrap=True)
    show.err.print(f"Open [bold]{escape(address(settings))}[/]", soft_wrap=True)
    uvicorn.run(
        "deepstyle.api.app:create_app",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=workers,
        loop="auto",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
    )


def address(settings: Settings) -> str:
    """What to open in a browser: the web client where it is built, else the API's reference."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    web = Path(__file__).parents[1] / "web" / "index.html"
    return f"http://{host}:{settings.port}/{'' if web.is_file() else 'docs'}"


def _tell_workers(settings: Settings, workers: int) -> None:
    """Hand the settings to the server processes by the environment; the cores are shared out among them."""
    threads = settings.encoder_threads
    if workers > 1 and not threads:
        threads = max(1, len(os.sched_getaffinity(0)) // workers)
    for name, value in settings.model_copy(update={"encoder_threads": threads}).model_dump().items():
        os.environ[f"DEEPSTYLE_{name.upper()}"] = str(value)


def _check_address(host: str, port: int) -> None:
    """Refuse an address that is taken, and say so where others can reach it."""
    try:
        family, *_, target = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(target)
    except OSError as error:
        raise UsageError(
            f"{host}:{port} cannot be listened on: {error.strerror}.", remedy="Try another --port."
        ) from None
    if not ipaddress.ip_address(target[0]).is_loopback:
        show.err.print(
            f"[bold yellow]warning:[/] {host} can be reached from the network, and the API asks nobody who they are. "
            "Put a proxy with TLS and access control in front.",
            soft_wrap=True,
        )
