"""Outfits of the Polyvore Outfits layout, and the two tests built from them, with every item id resolved.

Each reader exists twice: ``read_…`` is strict and raises ``DataError`` at the first invalid entry; ``scan_…`` yields a
``Rejection`` for it and continues. Codes: ``bad-outfit``, ``duplicate-set``, ``bad-question``,
``unknown-token``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from deepstyle.catalogue.feeds.jsonstream import iter_elements, iter_pairs
from deepstyle.catalogue.item import Outfit
from deepstyle.catalogue.rows import Rejection, RowError, check_item_id
from deepstyle.catalogue.text import clean_text
from deepstyle.errors import DataError

VARIANTS: Final = ("disjoint", "nondisjoint")
SPLITS: Final = ("train", "valid", "test")
TITLES_FILE: Final = "polyvore_outfit_titles.json"

_SPELLINGS: Final = {"train": ("train",), "valid": ("valid", "validation"), "test": ("test",)}
_REMEDY: Final = "Fetch the file again, or take the entry out."
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class CompatibilityQuestion:
    """Do these items go together? ``line`` is 1-based in the file."""

    item_ids: tuple[str, ...]
    compatible: bool
    line: int


@dataclass(frozen=True, slots=True)
class BlankQuestion:
    """Which of ``answers`` completes the outfit ``item_ids``? ``answers[right]`` does.

    ``blank_position`` is 1-based among all the outfit's items.
    """

    item_ids: tuple[str, ...]
    blank_position: int
    answers: tuple[str, ...]
    right: int
    line: int


def outfits_file(root: Path, variant: str, split: str) -> Path | None:
    """The file of a split's outfits, ``None`` where there is none."""
    return _first(root, variant, [f"{name}.json" for name in _SPELLINGS[split]])


def compatibility_file(root: Path, variant: str, split: str) -> Path | None:
    """The file of a split's compatibility questions, ``None`` where there is none."""
    return _first(
        root, variant, [f"compatibility_{name}{new}.txt" for name in _SPELLINGS[split] for new in ("", "_new")]
    )


def fill_in_blank_file(root: Path, variant: str, split: str) -> Path | None:
    """The file of a split's fill-in-the-blank questions, ``None`` where there is none."""
    return _first(
        root, variant, [f"fill_in_{the}blank_{name}.json" for name in _SPELLINGS[split] for the in ("", "the_")]
    )


def read_outfits(root: Path, variant: str, split: str) -> list[Outfit]:
    """The outfits of a split (``train``, ``valid``, ``test``) of a variant; repeated items of an outfit are read once.

    Raises ``DataError`` naming file and line where the file is missing or an outfit is malformed.
    """
    return _strict(scan_outfits(root, variant, split))


def read_compatibility(root: Path, variant: str, split: str) -> list[CompatibilityQuestion]:
    """The compatibility questions of a split; raises as ``read_outfits``, also for a token no outfit has."""
    return _strict(scan_compatibility(root, variant, split))


def read_fill_in_blank(root: Path, variant: str, split: str) -> list[BlankQuestion]:
    """The fill-in-the-blank questions of a split; raises as ``read_compatibility``."""
    return _strict(scan_fill_in_blank(root, variant, split))


def scan_outfits(root: Path, variant: str, split: str) -> Iterator[Outfit | Rejection]:
    """Each outfit of a split, or why it cannot be used."""
    titles = read_titles(root)
    for entry in scan_slots(root, variant, split):
        if isinstance(entry, Rejection):
            yield entry
        else:
            set_id, slots = entry
            yield Outfit(set_id, tuple(dict.fromkeys(slots.values())), titles.get(set_id, ""))


def scan_compatibility(root: Path, variant: str, split: str) -> Iterator[CompatibilityQuestion | Rejection]:
    """Each compatibility question of a split, or why it cannot be used."""
    path = _need(compatibility_file(root, variant, split), root, variant, f"compatibility_{split}.txt")
    name, items = _shown(path, root), _items_by_token(root, variant, split)
    with path.open(encoding="utf-8", errors="replace") as file:
        for line, text in enumerate(file, 1):
            label, *tokens = text.split() or [""]
            if not label:
                continue
            try:
                if label not in ("0", "1") or not tokens:
                    raise RowError("bad-question", f"Expected a label 0 or 1 and tokens, found {text[:60]!a}.", _REMEDY)
                yield CompatibilityQuestion(_resolve(tokens, items), label == "1", line)
            except RowError as error:
                yield error.at(name, line, "")


def scan_fill_in_blank(root: Path, variant: str, split: str) -> Iterator[BlankQuestion | Rejection]:
    """Each fill-in-the-blank question of a split, or why it cannot be used."""
    path = _need(fill_in_blank_file(root, variant, split), root, variant, f"fill_in_blank_{split}.json")
    name, items = _shown(path, root), _items_by_token(root, variant, split)
    for entry, line in iter_elements(path):
        try:
            yield _blank_question(entry, items, line)
        except RowError as error:
            yield error.at(name, line, "")


def _blank_question(entry: Any, items: Mapping[str, str], line: int) -> BlankQuestion:
    question, answers = (_tokens(entry, field) for field in ("question", "answers"))
    position = entry.get("blank_position")
    if not isinstance(position, int) or not 1 <= position <= len(question) + 1:
        raise RowError("bad-question", f"blank_position is {ascii(position)[:40]}, outside the outfit.", _REMEDY)
    own = {token.rpartition("_")[0] for token in question}
    right = [at for at, token in enumerate(answers) if token.rpartition("_")[0] in own]
    if len(own) != 1 or len(right) != 1:
        raise RowError("bad-question", f"{len(right)} of the answers belong to the question's outfit, not 1.", _REMEDY)
    return BlankQuestion(_resolve(question, items), position, _resolve(answers, items), right[0], line)


def _tokens(entry: Any, field: str) -> list[str]:
    tokens = entry.get(field) if isinstance(entry, dict) else None
    if not isinstance(tokens, list) or not tokens or not all(isinstance(token, str) for token in tokens):
        raise RowError("bad-question", f"{field} is not a list of tokens.", _REMEDY)
    return tokens


def _resolve(tokens: list[str], items: Mapping[str, str]) -> tuple[str, ...]:
    unknown = [token for token in tokens if token not in items]
    if unknown:
        raise RowError("unknown-token", f"No outfit of this split has {unknown[0][:60]!a}.", _REMEDY)
    return tuple(items[token] for token in tokens)


def _items_by_token(root: Path, variant: str, split: str) -> dict[str, str]:
    """``<set_id>_<index>`` → item id, over the outfits of a split that can be used."""
    return {
        f"{entry[0]}_{index}": item_id
        for entry in scan_slots(root, variant, split)
        if not isinstance(entry, Rejection)
        for index, item_id in entry[1].items()
    }


def scan_slots(root: Path, variant: str, split: str) -> Iterator[tuple[str, dict[int, str]] | Rejection]:
    """Each outfit as (set_id, {index: item_id}): questions name items by the index, repeats included."""
    path = _need(outfits_file(root, variant, split), root, variant, f"{split}.json")
    name = _shown(path, root)
    seen: set[str] = set()
    for entry, line in iter_elements(path):
        try:
            set_id, slots = _slots(entry)
            if set_id in seen:
                raise RowError("duplicate-set", f"Outfit {set_id} is there twice.", _REMEDY)
        except RowError as error:
            yield error.at(name, line, "")
            continue
        seen.add(set_id)
        yield set_id, slots


def _slots(entry: Any) -> tuple[str, dict[int, str]]:
    if not isinstance(entry, dict) or not isinstance(entry.get("items"), list) or not entry["items"]:
        raise RowError("bad-outfit", "The outfit has no list of items.", _REMEDY)
    set_id = clean_text(entry.get("set_id"), "set_id")
    if not set_id or any(map(str.isspace, set_id)) or set_id != str(entry["set_id"]).strip():
        raise RowError("bad-outfit", f"The set_id is {set_id[:40]!a}.", _REMEDY)
    slots: dict[int, str] = {}
    for position, part in enumerate(entry["items"], 1):
        if not isinstance(part, dict):
            raise RowError("bad-outfit", f"Item {position} of outfit {set_id} is not an object.", _REMEDY)
        index = part.get("index", position)
        if not isinstance(index, int) or index in slots:
            raise RowError("bad-outfit", f"Item {position} of outfit {set_id} has index {index!a}.", _REMEDY)
        slots[index] = check_item_id(part.get("item_id"))
    return set_id, slots


def read_titles(root: Path) -> dict[str, str]:
    """Title by set id, empty where the file is missing. Raises ``DataError`` naming file and line."""
    path = root / TITLES_FILE
    if not path.is_file():
        return {}
    titles = {}
    for set_id, entry, line in iter_pairs(path):
        try:
            if not isinstance(entry, dict):
                raise RowError("bad-field", "the outfit's entry is not an object.", _REMEDY)
            titles[set_id] = clean_text(entry.get("title"), "title") or clean_text(entry.get("url_name"), "url_name")
        except RowError as error:
            raise DataError(f"{path}, line {line}: {error.message}", remedy=error.remedy) from None
    return titles


def _strict(entries: Iterator[_Read | Rejection]) -> list[_Read]:
    found: list[_Read] = []
    for entry in entries:
        if isinstance(entry, Rejection):
            raise DataError(f"{entry.file}, line {entry.line}: {entry.message}", remedy=entry.remedy)
        found.append(entry)
    return found


def _first(root: Path, variant: str, names: list[str]) -> Path | None:
    """The first file of these names in ``root/variant`` or, in a hub's copy, in ``root/data/variant``."""
    paths = [folder / variant / name for folder in (root, root / "data") for name in names]
    return next((path for path in paths if path.is_file()), None)


def _need(path: Path | None, root: Path, variant: str, name: str) -> Path:
    if path is None:
        raise DataError(f"{root / variant} has no {name}.", remedy=f"Variants are {' and '.join(VARIANTS)}.")
    return path


def _shown(path: Path, root: Path) -> str:
    return str(path.relative_to(root))
