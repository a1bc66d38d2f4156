"""What changes per deployment, read from the environment (``DEEPSTYLE_*``)."""

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

Precision = Literal["auto", "fp32", "int8"]


class Settings(BaseSettings):
    """Settings of one process; every field is an environment variable with the prefix ``DEEPSTYLE_``.

    ``store``: the store's URL. ``model``: a model folder, or a weights name such as ``packaged``.
    ``precision``: ``auto`` encodes with the int8 model where it passed its gate, and asks a store as it was encoded.
    ``compat``: the folder of a compatibility head, or ``packaged``.
    ``cache_dir``: converted models and pulled weights.
    ``reports_dir``: the reports that ``--publish`` writes and the website shows.
    ``max_upload_bytes`` and ``max_image_pixels`` cap what a request may send; they lower the decoder's own caps, and
    cannot raise them.
    ``decode_memory_bytes``: what the pictures being decoded may take together; a larger one is decoded alone.
    ``decode_timeout_s``: how long a picture may wait for that memory before a 503.
    ``image_cache_bytes``: the disk space for served widths of product pictures, in ``cache_dir``; 0 caches none.
    ``queue_size``: requests that may wait for the encoder before a 503.
    ``encoder_threads``: 0 means all cores.
    """

    model_config = SettingsConfigDict(env_prefix="DEEPSTYLE_", frozen=True)

    store: str = "sqlite:///var/deepstyle.db"
    model: str = "packaged"
    precision: Precision = "auto"
    compat: str = "packaged"
    cache_dir: Path = Path.home() / ".cache" / "deepstyle"
    reports_dir: Path = Path("var/reports")
    host: str = "127.0.0.1"
    port: int = 8000
    max_upload_bytes: int = Field(default=10 * 1024 * 1024, gt=0, le=10 * 1024 * 1024)
    max_image_pixels: int = Field(default=40_000_000, gt=0, le=40_000_000)
    decode_memory_bytes: int = Field(default=512 * 1024 * 1024, gt=0)
    decode_timeout_s: float = Field(default=10.0, gt=0)
    image_cache_bytes: int = Field(default=512 * 1024 * 1024, ge=0)
    queue_size: int = 64
    encoder_threads: int = 0
