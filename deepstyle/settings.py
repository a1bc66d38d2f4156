"""The settings of a deployment, read from the environment (``DEEPSTYLE_*``)."""

import os
import re
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from deepstyle.errors import UsageError

Precision = Literal["auto", "fp32", "fp16", "int8"]
PersonalRanking = Literal["off", "session", "learned"]
LogFormat = Literal["text", "json"]
LogLevel = Literal["debug", "info", "warning", "error"]
_ORIGIN: Final = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?|https?://\[[0-9a-f:]+\](:[0-9]{1,5})?")
_DEVICE: Final = r"^(CPU|GPU(\.[0-9]{1,2})?|onnxruntime:[A-Za-z]{1,40}ExecutionProvider)$"
_HOST_PORT: Final = re.compile(r"(?:[a-z0-9_.-]+|\[[0-9a-f:.]+\]):([0-9]{1,5})")
_SQLITE: Final = "sqlite:///"
_ROOT_PATH: Final = re.compile(r"(/[A-Za-z0-9._~-]+)*")
_PUBLIC_URL: Final = re.compile(rf"({_ORIGIN.pattern})(?P<path>{_ROOT_PATH.pattern})")


PATHS: Final = ("cache_dir", "reports_dir", "imports_dir", "events_dir", "rankings_dir")
"""The settings that are paths."""
FILES: Final = ("theme", "oidc")
"""The settings that are files, or empty."""


def default_cache_dir() -> Path:
    """``deepstyle`` below ``XDG_CACHE_HOME`` or ``~/.cache``; raises ``UsageError`` for a user who has no home."""
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if base.is_absolute():  # the XDG specification has every other value ignored
        return base / "deepstyle"
    try:
        home = Path.home()
    except RuntimeError:
        home = Path()
    if not home.is_absolute():
        raise UsageError(
            "this user has no home folder for the cache.",
            remedy="Set DEEPSTYLE_CACHE_DIR to a folder that can be written.",
        )
    return home / ".cache" / "deepstyle"


class Settings(BaseSettings):
    """Settings of one process; every field is an environment variable with the prefix ``DEEPSTYLE_``.

    ``store``: the store's URL. ``pictures``: where its pictures are: ``database``, ``file:///folder`` or
    ``s3://bucket/prefix``; empty: where the store says (see docs/pictures.md). ``vector_index``: the URL of the index
    that searches ask, empty for the store's own (see docs/milvus.md).
    ``model``: a model folder, or a weights name such as ``packaged``.
    ``former_model``: another model, by the same kinds of names, that the store may be switched to or from: the server
    serves whichever of the two the store publishes, and opens the other ahead.
    ``precision``: ``auto`` is that of the store's vectors; for a new store int8 where it passed its gate and the CPU
    has instructions for it, else that of the model.
    ``compat``: the folder of a compatibility head, or ``packaged``.
    ``cache_dir``: converted models and pulled weights, by default below ``XDG_CACHE_HOME`` or ``~/.cache``.
    ``reports_dir``: the reports that ``--publish`` writes and the website shows.
    ``imports_dir``: uploads and the queue of imports and webhooks; ``import_bytes`` caps one upload, ``imports_bytes``
    all of them. ``import_urls``: whether imports and webhooks may fetch feeds and pictures by URL.
    ``shopify_secret``, ``woocommerce_secret``: what their webhooks are signed with; empty refuses them.
    ``category_vote``, ``query_expansion``: what re-ranks the nearest items; ``several_crops``: whether a photo is also
    searched for by its foreground, which takes twice as long. See docs/search.md.
    ``max_upload_bytes`` and ``max_image_pixels`` cap what a request may send; they lower the decoder's own caps, and
    cannot raise them.
    ``decode_memory_bytes``: what the pictures being decoded may take together; a larger one is decoded alone.
    ``decode_timeout_s``: how long a picture may wait for that memory before a 503.
    ``image_cache_bytes``: the disk space for served widths of product pictures, in ``cache_dir``; 0 caches none.
    ``queue_size``: uploads that may wait for the encoder before a 503.
    ``encoder_threads``: 0 means all cores.
    ``device``: where the encoder computes: ``CPU``, or ``GPU`` and ``GPU.1`` of OpenVINO, or an execution provider of
    ONNX Runtime such as ``onnxruntime:CUDAExecutionProvider``.
    ``workers``: server processes, which share the limits.
    ``drain_s``: how long requests are still accepted after a signal to stop, while ``/readyz`` answers 503.
    ``max_connections``, ``max_connections_per_client`` and the timeouts in seconds: what clients may hold of the
    server before a request exists, see docs/server.md.
    ``queue_wait_s``, ``reads_running``, ``reads_waiting``: a request's wait for its turn, and how many run and wait.
    ``spool_bytes``: bodies on disk in total, but at most half of what is free in the temporary folder at the start.
    ``rate_limit``, ``upload_rate_limit``: rate limits of one client, such as ``120/minute``; empty means none.
    ``require_read_key``: whether reading needs an API key too; writing always does (see docs/keys.md).
    ``trusted_proxies``: addresses or networks whose ``X-Forwarded-For`` is trusted, separated by commas.
    ``allowed_hosts``: accepted host names, separated by commas; ``*`` means all (see docs/limits.md).
    ``root_path``: the path prefix that a reverse proxy serves the application below, such as ``/shop``.
    ``public_url``: where people reach the website, such as ``https://shop.example``, with ``root_path`` at its end; no
    absolute address is made of anything else. Empty: none is made (see docs/how-to/link-previews.md).
    ``cors_origins``: origins such as ``https://shop.example`` whose scripts may use the API, separated by commas.
    ``frame_ancestors``: origins whose pages may show the website in a frame, separated by commas.
    ``theme``: a TOML file with the name, logo, colours, currency and languages of the website, see docs/theme.md.
    ``download_allow``: ``HOST:PORT`` pairs that feeds and pictures may be fetched from although the address is private
    or the port unusual, separated by commas.
    ``accounts``: whether people may sign up and sign in. ``people_store``: the URL of the store of people, apart from
    the catalogue's; ``people_keys``: the URL of the database with each person's key, apart from both. See
    docs/people.md. ``smtp_url``: the mail server that accounts send mail by, ``mail_from`` the sender. ``oidc``: a TOML
    file with the providers that people may sign in with.
    ``events``: whether events are received. ``events_dir``: what shoppers did, by day; ``events_days``: how long it is
    kept. ``personal_ranking``: what may order results for a shopper who agreed to that: nothing, her session's
    taste, or what was learned from events as well; learned rankings are in ``rankings_dir``. ``bought_together``:
    whether suggestions follow what people buy together, once `deepstyle learn compatibility` has won its test.
    ``log_format``, ``log_level`` and ``access_log``: what the server writes on stderr.
    """

    model_config = SettingsConfigDict(env_prefix="DEEPSTYLE_", frozen=True)

    store: str = "sqlite:///var/deepstyle.db"
    pictures: str = ""
    vector_index: str = Field(default="", repr=False)
    model: str = "packaged"
    former_model: str = ""
    precision: Precision = "auto"
    compat: str = "packaged"
    cache_dir: Path = Field(default_factory=default_cache_dir)
    reports_dir: Path = Path("var/reports")
    imports_dir: Path = Path("var/imports")
    import_bytes: int = Field(default=2 * 1024**3, gt=0)
    imports_bytes: int = Field(default=4 * 1024**3, gt=0)
    import_timeout_s: float = Field(default=3600, gt=0)
    import_urls: bool = False
    shopify_secret: str = Field(default="", repr=False)
    woocommerce_secret: str = Field(default="", repr=False)
    category_vote: bool = True
    query_expansion: bool = False
    several_crops: bool = False
    host: str = "127.0.0.1"
    port: int = 8000
    max_upload_bytes: int = Field(default=10 * 1024 * 1024, gt=0, le=10 * 1024 * 1024)
    max_image_pixels: int = Field(default=40_000_000, gt=0, le=40_000_000)
    decode_memory_bytes: int = Field(default=512 * 1024 * 1024, gt=0)
    decode_timeout_s: float = Field(default=10.0, gt=0)
    image_cache_bytes: int = Field(default=512 * 1024 * 1024, ge=0)
    queue_size: int = Field(default=64, ge=0)
    encoder_threads: int = 0
    device: str = Field(default="CPU", pattern=_DEVICE)
    workers: int = Field(default=1, ge=1)
    drain_s: float = Field(default=0, ge=0, le=3600)
    max_connections: int = Field(default=4096, ge=1)
    max_connections_per_client: int = Field(default=256, ge=1)
    header_timeout_s: float = Field(default=10, gt=0)
    keep_alive_timeout_s: float = Field(default=5, gt=0)
    body_timeout_s: float = Field(default=15, gt=0)
    request_timeout_s: float = Field(default=60, gt=0)
    write_timeout_s: float = Field(default=15, gt=0)
    queue_wait_s: float = Field(default=1.25, gt=0)
    reads_running: int = Field(default=2, gt=0)
    reads_waiting: int = Field(default=1000, gt=0)
    spool_bytes: int = Field(default=512 * 1024 * 1024, gt=0)
    rate_limit: str = "3000/minute"
    upload_rate_limit: str = "120/minute"
    require_read_key: bool = False
    trusted_proxies: str = ""
    allowed_hosts: str = ""
    root_path: str = ""
    public_url: str = ""
    cors_origins: str = ""
    frame_ancestors: str = ""
    theme: str = ""
    download_allow: str = ""
    synonyms: str = ""
    accounts: bool = False
    people_store: str = Field(default="sqlite:///var/people.db", repr=False)
    people_keys: str = Field(default="sqlite:///var/people-keys.db", repr=False)
    smtp_url: str = Field(default="", repr=False)
    mail_from: str = ""
    oidc: str = ""
    events: bool = False
    events_dir: Path = Path("var/events")
    events_days: int = Field(default=365, ge=1, le=3650)
    personal_ranking: PersonalRanking = "learned"
    rankings_dir: Path = Path("var/rankings")
    bought_together: bool = True
    log_format: LogFormat = "text"
    log_level: LogLevel = "info"
    access_log: bool = True

    def resolved(self) -> Self:
        """These settings with absolute paths, so that they mean the same in every process and working directory.

        A model or a head given by its name stays a name.
        """
        paths = {name: getattr(self, name).absolute() for name in PATHS}
        folders = {name: _absolute_folder(getattr(self, name)) for name in ("model", "former_model", "compat")}
        files = {name: str(Path(value).absolute()) if (value := getattr(self, name)) else "" for name in FILES}
        stores = {name: _absolute_store(getattr(self, name)) for name in ("store", "people_store", "people_keys")}
        return self.model_copy(update={**stores, **files, **folders, **paths})

    @field_validator("root_path")
    @classmethod
    def valid_root_path(cls, text: str) -> str:
        """Empty, or plain path parts after slashes; a slash at the end is dropped."""
        path = text.rstrip("/")
        if not _ROOT_PATH.fullmatch(path):
            raise ValueError("expected a path such as /shop")
        return path

    @field_validator("public_url")
    @classmethod
    def valid_public_url(cls, text: str, given: ValidationInfo) -> str:
        """Empty, or an origin followed by ``root_path``; a slash at the end is dropped."""
        url = text.rstrip("/")
        found = _PUBLIC_URL.fullmatch(url)
        if url and found is None:
            raise ValueError("expected an address such as https://shop.example, without user, query or fragment")
        root_path = given.data.get("root_path", "")  # lacking where that itself is wrong
        if found and found["path"] != root_path:
            raise ValueError(f"its path {found['path']!r} is not DEEPSTYLE_ROOT_PATH, {root_path!r}: set both alike")
        return url

    @field_validator("download_allow")
    @classmethod
    def valid_download_allow(cls, text: str) -> str:
        """Exact hosts and ports; a network or a wildcard is refused, because it would open more than one service."""
        for entry in origins(text):
            found = _HOST_PORT.fullmatch(entry)
            if not found or not 0 < int(found[1]) < 65_536:
                raise ValueError(f"{entry!r} is not a host and a port such as 127.0.0.1:8000")
        return text

    @field_validator("cors_origins", "frame_ancestors")
    @classmethod
    def valid_origins(cls, text: str) -> str:
        """Exact origins; a wildcard is refused, because it would open the server to every site."""
        for origin in origins(text):
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin!r} is not an origin such as https://shop.example")
        return text


def origins(setting: str) -> tuple[str, ...]:
    """The origins that a setting lists, in lower case, as browsers send them."""
    return tuple(part.strip().lower() for part in setting.split(",") if part.strip())


def _absolute_store(url: str) -> str:
    path = url.removeprefix(_SQLITE)
    return f"{_SQLITE}{Path(path).absolute()}" if path and path != url else url


def _absolute_folder(name: str) -> str:
    folder = Path(name)
    return str(folder.absolute()) if name and folder.is_dir() else name
