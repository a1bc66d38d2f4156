"""What a shop consists of: version, machine, store and model, and whether the two fit."""

import dataclasses
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deepstyle import __version__
from deepstyle.errors import DeepstyleError, FileError
from deepstyle.platform import usable_cores
from deepstyle.settings import Settings
from deepstyle.store.base import Store
from deepstyle.store.open import open_store
from deepstyle.store.space_files import INDEX_FROM
from deepstyle.store.url import without_password
from deepstyle.style.encode import STYLE_SPACE
from deepstyle.style.model import served_model, upgrade_notice
from deepstyle.style.spec import read_spec


@dataclass(frozen=True, slots=True)
class ShopInfo:
    """Facts by name; a part that cannot be read is ``{"error": …, "remedy": …}``.

    ``fingerprint_match`` says whether the vectors that serve are the model's; ``None`` where one of the two is missing.
    ``upgrade`` says what to run where the former default model serves; else it is empty.
    """

    version: str
    hardware: Mapping[str, Any]
    store: Mapping[str, Any]
    model: Mapping[str, Any]
    fingerprint_match: bool | None
    upgrade: str = ""


def read_info(settings: Settings) -> ShopInfo:
    """The facts about the store and the model of ``settings``; a part that cannot be opened says why."""

    def read() -> dict[str, Any]:
        with open_store(settings.store, read_only=True) as store:
            return _store_facts(store)

    return _info(settings, _or_error(read))


def info_of(store: Store, settings: Settings) -> ShopInfo:
    """The facts about an open store and the model of ``settings``."""
    return _info(settings, _or_error(lambda: _store_facts(store)))


def _info(settings: Settings, store: Mapping[str, Any]) -> ShopInfo:
    serving: str | None = store.get("style_space")
    model = _or_error(lambda: _model_facts(settings, serving))
    fingerprint = model.get("fingerprint")
    match = None if serving is None or fingerprint is None else serving == fingerprint
    upgrade = upgrade_notice(serving, settings.model, settings.cache_dir)
    return ShopInfo(__version__, _hardware_facts(), store, model, match, upgrade)


def _model_facts(settings: Settings, serving: str | None) -> dict[str, Any]:
    spec = read_spec(_served(settings, serving))
    return {"fingerprint": spec.fingerprint, **dataclasses.asdict(spec)}


def _served(settings: Settings, serving: str | None) -> Path:
    return served_model(serving, settings.model, settings.cache_dir, settings.precision, former=settings.former_model)


def _store_facts(store: Store) -> dict[str, Any]:
    spaces = store.spaces()
    facts = {
        "url": without_password(store.url),
        "items": store.count(),
        "vectors": spaces,
        "style_space": store.meta(STYLE_SPACE),
    }
    if store.url.startswith("sqlite:"):
        is_large = any(count >= INDEX_FROM for count in spaces.values())
        facts["index"] = "4-bit scan, float32 rescoring" if is_large else "none: exact search"
    return facts


def _hardware_facts() -> dict[str, Any]:
    from deepstyle.style import runtime as ov

    return {
        "cpu": ov.Core().get_property("CPU", "FULL_DEVICE_NAME"),
        "cores": usable_cores(),
        "python": platform.python_version(),
        "openvino": ov.__version__.split("-")[0],
    }


def _or_error(read: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What ``read`` returns, or why it fails: ``info`` is for finding out what is wrong."""
    try:
        return read()
    except (DeepstyleError, OSError) as error:
        problem = FileError.of(error) if isinstance(error, OSError) else error
        return {"error": problem.message, "remedy": problem.remedy}
