"""What changes per deployment, read from the environment (``DEEPSTYLE_*``)."""

import os
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from deepstyle.errors import UsageError

Precision = Literal["auto", "fp32", "int8"]


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
            "this user has no home folder, so there is no place for the cache.",
            remedy="Set DEEPSTYLE_CACHE_DIR to a folder that can be written.",
        )
    return home / ".cache" / "deepstyle"


class Settings(BaseSettings):
    """Settings of one process; every field is an environment variable with the prefix ``DEEPSTYLE_``.

    ``store``: the store's URL. ``model``: a model folder, or a weights name such as ``packaged``.
    ``precision``: ``auto`` encodes with the int8 model where it passed its gate, and asks a store as it was encoded.
    ``compat``: the folder of a compatibility head, or ``packaged``.
    ``cache_dir``: converted models and pulled weights, by default below ``XDG_CACHE_HOME`` or ``~/.cache``.
    ``reports_dir``: the reports that ``--publish`` writes and the website shows.
    ``max_upload_bytes`` and ``max_image_pixels`` cap what a request may send; they lower the decoder's own caps, and
    cannot raise them.
    ``queue_size``: requests that may wait for the encoder before a 503.
    ``encoder_threads``: 0 means all cores.
    """

    model_config = SettingsConfigDict(env_prefix="DEEPSTYLE_", frozen=True)

    store: str = "sqlite:///var/deepstyle.db"
    model: str = "packaged"
    precision: Precision = "auto"
    compat: str = "packaged"
    cache_dir: Path = Field(default_factory=default_cache_dir)
    reports_dir: Path = Path("var/reports")
    host: str = "127.0.0.1"
    port: int = 8000
    max_upload_bytes: int = Field(default=10 * 1024 * 1024, gt=0, le=10 * 1024 * 1024)
    max_image_pixels: int = Field(default=40_000_000, gt=0, le=40_000_000)
    queue_size: int = 64
    encoder_threads: int = 0
