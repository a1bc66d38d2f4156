"""``deepstyle serve``: the HTTP server."""

import ipaddress
import logging
import logging.config
import os
import socket
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from deepstyle.api.limits import share
from deepstyle.cli import show
from deepstyle.errors import UsageError
from deepstyle.platform import usable_cores
from deepstyle.settings import LogFormat, LogLevel, Precision, Settings
from deepstyle.store.url import without_password

GRACE_S = 20
log = logging.getLogger("deepstyle.serve")


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on (default: loopback).")] = "",
    port: Annotated[int | None, typer.Option(help="Port to listen on.", min=1, max=65535)] = None,
    workers: Annotated[int | None, typer.Option(help="Server processes; each holds its own model.", min=1)] = None,
    store: Annotated[str, typer.Option(help="The store's URL, such as sqlite:///var/demo.db.")] = "",
    model: Annotated[str, typer.Option(help="A model folder, or weights: packaged, packaged:lite0, …")] = "",
    precision: Annotated[Precision | None, typer.Option(help="auto: as the store was encoded.")] = None,
    log_format: Annotated[LogFormat | None, typer.Option(help="text: for people; json: one object per line.")] = None,
    log_level: Annotated[LogLevel | None, typer.Option(help="The lowest level to log: debug, info, …")] = None,
    access_log: Annotated[
        bool | None, typer.Option("--access-log/--no-access-log", help="Log every request, or none.")
    ] = None,
) -> None:
    """Serve the API (and the web client where it is built) until Ctrl+C.

    Missing options come from the environment (DEEPSTYLE_STORE, DEEPSTYLE_MODEL, …), else from the defaults.

    Example: [bold]deepstyle serve --store sqlite:///var/demo.db --port 8000[/]
    """
    options = {"host": host, "port": port, "store": store, "model": model, "precision": precision, "workers": workers}
    options |= {"log_format": log_format, "log_level": log_level, "access_log": access_log}
    given = {name: value for name, value in options.items() if value not in ("", None)}
    run_server(Settings().model_copy(update=given))


def run_server(settings: Settings) -> None:
    """Listen on ``settings.host`` and ``settings.port``; raises ``UsageError`` where the address cannot be had."""
    from deepstyle.api import logs, server
    from deepstyle.api.admission import Gate
    from deepstyle.api.metrics_folder import shared_metrics
    from deepstyle.api.theme import Theme
    from deepstyle.jobs.events import supervised_events
    from deepstyle.jobs.people import supervised_people
    from deepstyle.jobs.supervisor import supervised_jobs
    from deepstyle.people.accounts import opened as accounts
    from deepstyle.style.model import ensure_model

    settings = settings.resolved()
    ensure_model(settings.model, settings.cache_dir, settings.precision)  # here, where its errors and waits are visible
    if settings.former_model:
        ensure_model(settings.former_model, settings.cache_dir, settings.precision)
    Gate.of(settings)  # its errors too
    accounts.checked(settings)
    if settings.theme:
        Theme.read(Path(settings.theme))
    is_public = not _checked_address(settings.host, settings.port).is_loopback
    _set_environment(settings)
    log_config = logs.config(settings.log_format, settings.log_level, access=settings.access_log)
    logging.config.dictConfig(log_config)
    _announce(settings, is_public)
    if settings.accounts and not settings.smtp_url:
        log.warning(accounts.NO_MAIL)
    with (
        shared_metrics(settings.workers),
        supervised_jobs(settings, log_config),
        supervised_events(settings, log_config),
        supervised_people(settings),
    ):
        server.run(
            "deepstyle.api.app:create_app",
            factory=True,
            host=settings.host,
            port=settings.port,
            workers=settings.workers,
            loop="auto",
            log_config=log_config,
            log_level=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,  # deepstyle.api.clients reads them, from trusted proxies only
            timeout_graceful_shutdown=GRACE_S,
        )


def _announce(settings: Settings, is_public: bool) -> None:
    """Print what is served and where: as text for people, or as a record of the JSON log."""
    if is_public:
        reads = "reading needs an API key" if settings.require_read_key else "anybody may read"
        log.warning(
            "%s can be reached from the network, and %s. Put a proxy with TLS and access control in front.",
            settings.host,
            reads,
        )
    store = without_password(settings.store)
    if settings.log_format == "json":
        values = {"store": store, "model": settings.model, "address": address(settings)}
        log.info("serving", extra={"fields": values})
        return
    show.err.print(f"Serving {escape(store)} with the model {escape(settings.model)}; Ctrl+C stops.", soft_wrap=True)
    show.err.print(f"Open [bold]{escape(address(settings))}[/]", soft_wrap=True)


def address(settings: Settings) -> str:
    """The URL to open in a browser: the web client where it is built, else the API's reference."""
    web = Path(__file__).parents[1] / "web" / "index.html"
    return f"{_origin(settings)}/{'' if web.is_file() else 'docs'}"


def admin_link(settings: Settings, code: str) -> str:
    """The URL of ``/admin`` that signs one person in; the code stands where no server gets to see it."""
    return f"{_origin(settings)}{settings.root_path}/admin#link={code}"


def _origin(settings: Settings) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}"


def _set_environment(settings: Settings) -> None:
    """Hand the settings to the server processes by the environment; the cores are shared out among them."""
    threads = settings.encoder_threads
    if settings.workers > 1 and not threads:
        threads = share(usable_cores(), settings.workers)
    for name, value in settings.model_copy(update={"encoder_threads": threads}).model_dump().items():
        os.environ[f"DEEPSTYLE_{name.upper()}"] = str(value)


def _checked_address(host: str, port: int) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The address of ``host``; raises ``UsageError`` where the server cannot listen on it."""
    try:
        family, *_, target = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(target)
    except OSError as error:
        raise UsageError(f"cannot listen on {host}:{port}: {error.strerror}.", remedy="Try another --port.") from None
    return ipaddress.ip_address(target[0])
