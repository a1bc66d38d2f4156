"""The hub's client: files of its cache, and their download. Nothing else imports it.

It respects ``HF_HUB_OFFLINE``, ``HF_HOME`` and ``HF_ENDPOINT``.
"""

from pathlib import Path
from typing import Any, Final

from deepstyle.errors import MissingDependencyError, ModelError, UnknownModelError
from deepstyle.telemetry import import_module

HUB_PREFIX: Final = "hf-hub:"
PULL_REMEDY: Final = "Check the name, the network and HF_HUB_OFFLINE, then pull again."


def cached_file(repository: str, file: str, revision: str | None = None) -> Path | None:
    """The path of a file of ``OWNER/MODEL`` in the hub's cache; raises ``UnknownModelError`` for a malformed name."""
    hub = _import_hub()
    try:
        found = hub.try_to_load_from_cache(repository, file, revision=revision)
    except ValueError as error:  # also the base of its validation errors
        raise UnknownModelError(
            f"{HUB_PREFIX}{repository}: {error}", remedy=f"Name it {HUB_PREFIX}OWNER/MODEL."
        ) from error
    return Path(found) if isinstance(found, str) else None


def download(repository: str, file: str, *, again: bool = False) -> Path:
    """The path of a file in the hub's cache, downloaded if it is not there; raises ``ModelError`` where that fails.

    A connection that breaks is resumed where it broke. ``again`` asks the hub even for a file of the cache.
    """
    if not again and (cached := cached_file(repository, file)) is not None:
        return cached
    hub = _import_hub()
    try:
        return Path(hub.hf_hub_download(repository, file))
    except Exception as error:  # the client raises a dozen unrelated classes, from itself and from its transport
        raise ModelError(
            f"{HUB_PREFIX}{repository}: {file} could not be downloaded: {_in_words(error)}", remedy=PULL_REMEDY
        ) from error


def download_first(repository: str, files: tuple[str, ...]) -> Path:
    """The first of ``files`` that the repository has, downloaded if need be; raises as ``download`` does."""
    hub = _import_hub()
    for file in files[:-1]:
        try:
            return download(repository, file)
        except ModelError as error:
            if not isinstance(error.__cause__, hub.errors.EntryNotFoundError):
                raise
    return download(repository, files[-1])


def revision_of(path: Path) -> str:
    """The commit that a file of the cache belongs to: the cache keeps a folder for each."""
    parts = path.parts
    return parts[parts.index("snapshots") + 1] if "snapshots" in parts else ""


def _in_words(error: Exception) -> str:
    return f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}"


def _import_hub() -> Any:
    try:
        return import_module("huggingface_hub")
    except ImportError:
        raise MissingDependencyError(
            "huggingface_hub is not installed.",
            remedy="Install an extra that brings it: pip install 'deepstyle[models]' or 'deepstyle[train]'.",
        ) from None
