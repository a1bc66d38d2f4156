"""The words of `vocabulary.toml`, read once."""

import tomllib
from pathlib import Path
from typing import Any, Final

VOCABULARY: Final[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("vocabulary.toml").read_text("utf-8"))
TYPES: Final[dict[str, Any]] = VOCABULARY["types"]
LABELS: Final[dict[str, str]] = VOCABULARY["labels"]
COLOURS: Final[dict[str, Any]] = VOCABULARY["colours"]
NEAR_COLOURS: Final[dict[str, list[str]]] = VOCABULARY["near_colours"]
GENDERS: Final[dict[str, Any]] = VOCABULARY["genders"]
MATERIALS: Final[dict[str, Any]] = VOCABULARY["materials"]


def is_a(kind: str, wanted: str) -> bool:
    """Whether the type ``kind`` is ``wanted`` or one of its kinds ("ankle-boots" are "shoes")."""
    return kind == wanted or ("is" in TYPES[kind] and is_a(TYPES[kind]["is"], wanted))


def is_near(kind: str, wanted: str) -> bool:
    """Whether a shopper may take the one for the other: named as near, or the wider type of the wanted one."""
    return kind in TYPES[wanted].get("near", ()) or wanted in TYPES[kind].get("near", ()) or is_a(wanted, kind)
